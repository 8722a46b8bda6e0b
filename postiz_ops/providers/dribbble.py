"""Dribbble: https://developer.dribbble.com/v2/shots/ .

A shot is accepted first and processed then: the answer names it, and it is looked up by that name until it is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Form, MediaKind, Receipt, Unit
from postiz_ops.providers import _dribbble_auth, base
from postiz_ops.providers.base import JSON, Absent, Dispatch, Evidence, Found, Http, Identity, Processing

CHECKED = "2026-11-22"
SHOTS = "https://developer.dribbble.com/v2/shots/"
RATES = "https://developer.dribbble.com/v2/"

API = "/v2"
SIZES = ((400, 300), (800, 600))
MAX_TAGS = 12
MAX_BYTES = 8_388_608

SKEW = timedelta(minutes=2)
"""How far Dribbble's clock may be behind ours."""

LOOKS = (0, 1, 2, 4, 8, 15)
"""Seconds to wait before each look at a shot that Dribbble processes; after the last, a later run looks again."""

SHOT = re.compile(r"/shots/(\d+)")


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for Dribbble alone."""

    team: Annotated[str, Field(pattern=r"^\d+$")] | None = Field(
        default=None, description="id of the team that the shot is published for"
    )
    low_profile: bool = Field(default=False, description="keeps the shot out of followers' feeds")
    rebound_of: Annotated[str, Field(pattern=r"^\d+$")] | None = Field(
        default=None, description="id of a shot that this one answers"
    )
    tags: list[Annotated[str, Field(min_length=1)]] = Field(
        default=[], max_length=MAX_TAGS, description="keywords beside the hashtags, together up to 12"
    )


SPEC = base.Spec(
    name="dribbble",
    title="Dribbble",
    docs=SHOTS,
    api="Dribbble API v2",
    origin="https://api.dribbble.com",
    text=base.TextRule(form=Form.PLAIN, limit=base.Limit(40_000, Unit.CODE_POINT, SHOTS, CHECKED, verified=False)),
    media=base.MediaRule(
        kinds={
            MediaKind.IMAGE: base.KindRule(("image/jpeg", "image/png"), max_bytes=MAX_BYTES, sizes=SIZES),
            MediaKind.GIF: base.KindRule(("image/gif",), max_bytes=MAX_BYTES, sizes=SIZES),
        },
        max_items=1,
        source=SHOTS,
        checked=CHECKED,
        required=True,
    ),
    credentials=("access_token",),
    settings=Settings,
    auth=(_dribbble_auth.AUTH,),
    manual=_dribbble_auth.MANUAL,
    post_title=base.Title.REQUIRED,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    no_metrics="version 2 of its API tells neither views nor likes",
    rates=(base.Rate("all calls", 60, 60, "user", RATES), base.Rate("all calls", 1440, 86_400, "user", RATES)),
    error_codes=("errors.0.attribute",),
    error_texts=("errors.0.message", "message"),
    error_table=(
        base.ErrorRule(401, None, errors.Reauthorize, "the access token was refused"),
        base.ErrorRule(403, None, errors.Reauthorize, "the account may not do this: shots need an invited player"),
        base.ErrorRule(404, None, errors.Rejected, "there is no such shot"),
        base.ErrorRule(422, None, errors.Rejected, "it does not take this shot"),
    ),
    no_threads_help="a shot has no replies: write it as one part, or leave this account out",
    notes=(
        "A shot has one picture of exactly 400x300 or 800x600 pixels, up to 8 MiB: JPEG, PNG or GIF.",
        "The text is its description, whose limit is not documented; the hashtags are its tags too, up to 12.",
        "A shot is accepted and then processed, for some minutes; until it is there, the delivery is `sending`.",
        "After a lost answer the account's own list of shots decides.",
        "There are no alt texts, and no interface for comments. `metrics` are not told by this version.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The user behind the token."""
    me = await _me(http)
    return Identity(str(me["id"]), str(me.get("login") or me.get("name") or ""))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """See whether the account may upload shots, and whether the picture has one of the two sizes."""
    me = await _me(http)
    if me.get("can_upload_shot") is False:
        raise errors.Reauthorize(
            f"`{me.get('login')}` may not upload shots", help="Dribbble lets invited players upload"
        )
    blob = await http.load(dispatch.part.media[0])
    if (blob.width, blob.height) not in SIZES:
        raise errors.Rejected(
            f"the picture has {blob.width}x{blob.height} pixels, and a shot has exactly 400x300 or 800x600",
            help="crop or scale it to 800x600",
        )
    return {"shot": None}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Upload one shot. Dribbble names it and processes it then: raises ``Unknown`` with its id."""
    settings, blob = _settings(dispatch), await http.load(dispatch.part.media[0])
    form = base.filled(
        title=dispatch.draft.title,
        description=dispatch.part.text,
        team_id=settings.team,
        rebound_source_id=settings.rebound_of,
        low_profile="true" if settings.low_profile else "",
    )
    files = [base.Upload("image", blob.filename, blob.type, blob.data)]
    form |= base.filled(**{"tags[]": _tags(dispatch)})
    answer = await http.mutate("POST", f"{API}/shots", form=form, files=files)
    match = SHOT.search(answer.headers.get("location", "")) if answer.status == 202 else None
    if match is None:
        raise errors.Unknown("the answer cannot be understood: it does not name the shot")
    raise errors.Unknown("Dribbble has the shot and processes it", known={"shot": match[1]})


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Look at the shot, for a while; or in the account's list, where the answer that named it was lost."""
    shot = dispatch.prepared["shot"]
    if shot is None:
        return await _listed(http, dispatch)
    for seconds in LOOKS:
        await http.pause(seconds)
        answer = await http.get(f"{API}/shots/{shot}", expect=(404,))
        if answer.status != 404 and isinstance(answer.json, dict):
            return Found((_receipt(answer.json),))
    return Processing(f"Dribbble processes the shot `{shot}`")


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change title, description, tags and settings; the picture stays."""
    settings = _settings(dispatch)
    body = {
        "title": dispatch.draft.title,
        "description": dispatch.part.text,
        "tags": _tags(dispatch),
        "low_profile": settings.low_profile,
    } | base.filled(team_id=settings.team and int(settings.team))
    await http.mutate("PUT", f"{API}/shots/{receipt.remote_id}", json=body)
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the shot down; one that is gone is fine."""
    await http.mutate("DELETE", f"{API}/shots/{receipt.remote_id}", expect=(404,))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The teams that the user may publish for."""
    teams = (await _me(http)).get("teams") or ()
    return {str(team["id"]): str(team.get("name")) for team in teams}


metrics = base.no_metrics
account_metrics = base.no_account_metrics


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


async def _me(http: Http) -> dict[str, Any]:
    me = (await http.get(f"{API}/user")).json
    if not isinstance(me, dict) or not me.get("id"):
        raise errors.Unavailable("the answer cannot be understood: it has no `id`")
    return me


def _tags(dispatch: Dispatch) -> list[str]:
    """The tags, and as many of the hashtags as still fit: all of those stand in the description too."""
    hashtags = [hashtag.strip().lstrip("#\uff03") for hashtag in dispatch.draft.hashtags]
    return list(dict.fromkeys([*_settings(dispatch).tags, *filter(None, hashtags)]))[:MAX_TAGS]


async def _listed(http: Http, dispatch: Dispatch) -> Evidence:
    since = (dispatch.claimed_at - SKEW).strftime("%Y-%m-%dT%H:%M:%S")
    for shot in base.rows((await http.get(f"{API}/user/shots", params={"per_page": "100"})).json):
        if shot.get("title") == dispatch.draft.title and str(shot.get("published_at")) >= since:
            return Found((_receipt(shot),))
    return Absent()


def _receipt(shot: Mapping[str, Any]) -> Receipt:
    return Receipt(base.said({"id": str(shot.get("id") or "")}, "id", errors.Unavailable), shot.get("html_url"))
