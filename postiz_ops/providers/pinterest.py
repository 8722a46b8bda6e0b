"""Pinterest: https://developers.pinterest.com/docs/api/v5/pins-create ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Form, MediaKind, Receipt, Unit
from postiz_ops.providers import _pinterest_auth, _pinterest_media, _pinterest_metrics, base
from postiz_ops.providers._pinterest_media import API
from postiz_ops.providers.base import JSON, Absent, Blind, Dispatch, Evidence, Found, Http, Identity

CHECKED = "2026-11-22"
CREATE = "https://developers.pinterest.com/docs/api/v5/pins-create"
DESCRIPTION = "https://github.com/pinterest/api-description/blob/c05b189/v5/openapi.yaml"
PRODUCT = "https://help.pinterest.com/en/business/article/pinterest-product-specs"
RATES = "https://developers.pinterest.com/docs/reference/rate-limits/"

SKEW = timedelta(minutes=2)
"""How far Pinterest's clock may be behind ours, so that a pin of ours is not taken for an older one."""

PAGES = 5
"""How many pages of 100 pins, or boards, are read at most."""

MAX_ALT = 500


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for Pinterest alone."""

    board: Annotated[str, Field(pattern=r"^\d+$")] = Field(description="id of the board")
    section: Annotated[str, Field(pattern=r"^\d+$")] | None = Field(
        default=None, description="id of a section of that board"
    )
    dominant_color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = Field(
        default=None, description="the colour that stands there until the picture is loaded, `#6E7874`"
    )


SPEC = base.Spec(
    name="pinterest",
    title="Pinterest",
    docs=CREATE,
    api="Pinterest API v5 (5.23)",
    origin="https://api.pinterest.com",
    text=base.TextRule(
        form=Form.PLAIN,
        limit=base.Limit(800, Unit.CODE_POINT, DESCRIPTION, CHECKED, warn_above=500),
        loose=True,
    ),
    media=base.MediaRule(
        kinds={
            MediaKind.IMAGE: base.KindRule(("image/jpeg", "image/png"), max_bytes=20_971_520, fit=True),
            MediaKind.VIDEO: base.KindRule(
                ("video/mp4", "video/quicktime", "video/x-m4v"),
                max_bytes=2_147_483_648,
                max_duration=900,
                min_duration=4,
                max_items=1,
                cover=True,
                aspect=(0.5, 1.91),
            ),
        },
        max_items=5,
        source=PRODUCT,
        checked=CHECKED,
        required=True,
        same_size=True,
        alt=base.Limit(MAX_ALT, Unit.CODE_POINT, DESCRIPTION, CHECKED),
    ),
    credentials=("access_token",),
    settings=Settings,
    auth=(_pinterest_auth.AUTH,),
    manual=_pinterest_auth.MANUAL,
    post_title=base.Title.OPTIONAL,
    title_limit=base.Limit(100, Unit.CODE_POINT, DESCRIPTION, CHECKED),
    link_card=True,
    link_with_media=True,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    required_settings=("board",),
    metrics=_pinterest_metrics.METRICS,
    metrics_need=("pins:read", "user_accounts:read"),
    rates=(
        base.Rate("all calls, with trial access", 1000, 86_400, "app", RATES),
        base.Rate("all calls, with standard access", 100, 1, "user", RATES),
    ),
    error_codes=("code",),
    error_table=(
        base.ErrorRule(None, "29", errors.Reauthorize, "the app has trial access: ask Pinterest for standard access"),
        base.ErrorRule(401, None, errors.Reauthorize, "the access token was refused"),
        base.ErrorRule(403, None, errors.Reauthorize, "the access token may not do this, or the board is another's"),
        base.ErrorRule(404, None, errors.Rejected, "there is no such board or pin: check the setting `board`"),
        base.ErrorRule(413, None, errors.Rejected, "the pictures are larger than Pinterest takes"),
        base.ErrorRule(400, None, errors.Rejected, "it does not take this pin"),
    ),
    no_threads_help="a pin has no replies: write it as one part, or leave this account out",
    notes=(
        "The body is the pin's description, which Pinterest's description limits to 800 and its product page to 500.",
        "`link` is where the pin leads; its other fields have no place in a pin.",
        "Pictures go along with the pin, so no `media_host` is needed; GIF and WebP would need one and are not taken.",
        "Several pictures must have the same size; a pin has one alt text, so theirs are joined as far as they fit.",
        "A film needs a `thumbnail` as its cover; it is processed before the pin is made, maybe over several runs.",
        "A lost answer is settled by the board's list of pins.",
        "There is no interface for comments.",
        "Pins of an app with trial access are seen by their creator alone, if they can be made at all.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The user behind the token."""
    me = (await http.get(f"{API}/user_account")).json
    name = base.said(me, "username", errors.Unavailable)
    return Identity(str(me.get("id") or name), f"@{name}")


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload a film and wait until it is processed: ``{"media": id}``, ``None`` in it for pictures."""
    (first, *_) = dispatch.part.media
    if first.kind is not MediaKind.VIDEO:
        return {"media": None}
    if not first.thumbnail:
        raise errors.Rejected("a film needs a picture of its own on Pinterest", help="give it a `thumbnail`")
    return {"media": await _pinterest_media.upload(http, first, (dispatch.prepared or {}).get("media"))}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Create one pin."""
    media = await _pinterest_media.source(http, dispatch.part.media, dispatch.prepared["media"])
    colour = base.filled(dominant_color=_settings(dispatch).dominant_color)
    answer = await http.mutate("POST", f"{API}/pins", json=_words(dispatch) | colour | {"media_source": media})
    return (_receipt(base.said(answer.json, "id")),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Read the board's pins; their order is not documented, so no page tells that the next has nothing new."""
    since = (dispatch.claimed_at - SKEW).strftime("%Y-%m-%dT%H:%M:%S")
    params = {"page_size": "100"}
    for _ in range(PAGES):
        page = (await http.get(f"{API}/boards/{_settings(dispatch).board}/pins", params=params)).json
        for pin in base.rows(page, "items"):
            if str(pin.get("created_at")) >= since and _is(pin, dispatch):
                return Found((_receipt(base.said(pin, "id", errors.Unavailable)),))
        if not page.get("bookmark"):
            return Absent()
        params |= {"bookmark": str(page["bookmark"])}
    return Blind(f"the board has more than {PAGES * 100} pins, and they come in no certain order")


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the words, the link and the board; the pictures stay."""
    await http.mutate("PATCH", f"{API}/pins/{receipt.remote_id}", json=_words(dispatch))
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the pin down; one that is gone is fine."""
    await http.mutate("DELETE", f"{API}/pins/{receipt.remote_id}", expect=(404,))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The boards; or as ``section``, the sections of the account's board."""
    board = account.settings.get("board")
    url = f"{API}/boards/{board}/sections" if kind == "section" and board else f"{API}/boards"
    found: dict[str, str] = {}
    params = {"page_size": "100"}
    for _ in range(PAGES):
        page = (await http.get(url, params=params)).json
        found |= {base.said(row, "id", errors.Unavailable): str(row.get("name")) for row in base.rows(page, "items")}
        if not page.get("bookmark"):
            break
        params |= {"bookmark": str(page["bookmark"])}
    return found


metrics = _pinterest_metrics.of_posts
account_metrics = _pinterest_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _words(dispatch: Dispatch) -> dict[str, Any]:
    """What a new pin and a changed one have in common."""
    settings, draft = _settings(dispatch), dispatch.draft
    return {"board_id": settings.board} | base.filled(
        board_section_id=settings.section,
        title=draft.title,
        description=dispatch.part.text,
        link=draft.link and draft.link.url,
        alt_text=_alt(dispatch),
    )


def _alt(dispatch: Dispatch) -> str:
    """One alt text for all pictures: all of theirs, or that of the first where they are too long together."""
    texts = [media.alt for media in dispatch.part.media if media.alt]
    joined = " / ".join(texts)
    return joined if len(joined) <= MAX_ALT else texts[0]


def _receipt(pin: str) -> Receipt:
    return Receipt(pin, f"https://www.pinterest.com/pin/{pin}/")


def _is(pin: Mapping[str, Any], dispatch: Dispatch) -> bool:
    """Whether a pin has the title and the words, and leads to the same place."""
    link = dispatch.draft.link.url if dispatch.draft.link else ""
    mine = (dispatch.draft.title or "", dispatch.part.text, link)
    theirs = (pin.get("title") or "", pin.get("description") or "", pin.get("link") or "")
    return [str(each).split() for each in theirs] == [each.split() for each in mine]
