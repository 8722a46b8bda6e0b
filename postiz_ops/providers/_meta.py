"""What Meta's platforms share: how Graph names errors, and containers, which are filled first and published then.

https://developers.facebook.com/docs/graph-api/guides/error-handling

A container is made and waited for before anything is claimed. Its id goes into the claim, so that after a lost answer
the container itself says whether it was published.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers import base
from postiz_ops.providers.base import JSON, Absent, Dispatch, Evidence, Found, Http, NotReady, Processing, Refused

VERSION = "v26.0"
"""Of the Graph API, current since 2026-07-29. https://developers.facebook.com/docs/graph-api/changelog"""


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[
    str,
    Field(pattern=r"^\w{1,64}$"),
    BeforeValidator(_as_text),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\w{1,64}$"}, {"type": "integer", "minimum": 0}]}),
]
"""An id as Meta shows it: a number, nearly always, which nobody thinks of putting in quotes."""

CODES = ("error.error_subcode", "error.code")
TEXTS = ("error.error_user_msg", "error.message")

GONE = "33"
"""The subcode of what is not there, or not for this token."""

ERRORS = (
    base.ErrorRule(None, GONE, errors.Rejected, "there is no such thing, or not for this token"),
    base.ErrorRule(None, "1", errors.Unknown, "it failed, perhaps after it was done"),
    base.ErrorRule(None, "2", errors.Unknown, "it is in trouble, perhaps after it was done"),
    base.ErrorRule(None, "4", errors.Throttled, "the app makes too many calls"),
    base.ErrorRule(None, "17", errors.Throttled, "the account makes too many calls"),
    base.ErrorRule(None, "32", errors.Throttled, "the page makes too many calls"),
    base.ErrorRule(None, "341", errors.Throttled, "a limit of the app is reached"),
    base.ErrorRule(None, "613", errors.Throttled, "too many calls"),
    base.ErrorRule(None, "3", errors.Reauthorize, "the app may not do this"),
    base.ErrorRule(None, "10", errors.Reauthorize, "the token lacks a permission: see the set-up page"),
    base.ErrorRule(None, "102", errors.Reauthorize, "the session has ended"),
    base.ErrorRule(None, "190", errors.Reauthorize, "the access token is not valid any more"),
    base.ErrorRule(None, "200", errors.Reauthorize, "the token lacks a permission: see the set-up page"),
    base.ErrorRule(None, "100", errors.Rejected, "a value is not what it takes"),
    base.ErrorRule(None, "368", errors.Rejected, "it blocks this content, or the account for now"),
)
"""Rows for all of Graph, by code; a platform's own rows stand before them."""

CONTAINERS = (
    base.ErrorRule(None, "2207051", errors.Unknown, "it says that this is blocked, and has said so of what went out"),
    base.ErrorRule(None, "2207001", errors.Unknown, "it failed, perhaps after it was done"),
    base.ErrorRule(None, "2207027", errors.Unavailable, "the media are not ready yet"),
    base.ErrorRule(None, "2207003", errors.Unavailable, "it took too long to fetch the media"),
    base.ErrorRule(None, "2207052", errors.Unavailable, "it could not fetch the media from their address"),
    base.ErrorRule(None, "2207006", errors.Unavailable, "the media container is gone"),
    base.ErrorRule(None, "2207008", errors.Unavailable, "the media container is not there yet, or has expired"),
    base.ErrorRule(None, "2207020", errors.Unavailable, "the media container has expired"),
    base.ErrorRule(None, "2207032", errors.Unavailable, "it could not make the media container"),
    base.ErrorRule(None, "2207053", errors.Unavailable, "the upload failed"),
    base.ErrorRule(None, "2207042", errors.Throttled, "the account has published all that it may in a day"),
    base.ErrorRule(None, "2207050", errors.Reauthorize, "the account is restricted: open the app and see why"),
    base.ErrorRule(None, "2207004", errors.Rejected, "a picture is too large"),
    base.ErrorRule(None, "2207005", errors.Rejected, "a picture is in a format that it does not take"),
    base.ErrorRule(None, "2207009", errors.Rejected, "a picture is too wide or too tall"),
    base.ErrorRule(None, "2207026", errors.Rejected, "the video is in a format that it does not take"),
    base.ErrorRule(None, "2207057", errors.Rejected, "the video has no picture at `thumb_offset`"),
    base.ErrorRule(None, "9007", errors.Unavailable, "the media are not ready yet"),
)
"""Rows of the platforms that have containers."""

WAITS = (0, 1, 2, 3, 4, 5, 10, 15, *[30] * 8)
"""Seconds to wait before each look at a container: less than five minutes in all, then a later run goes on."""

LISTING = (0, 2, 5, 10)
"""Seconds to wait before each look for a published post in the list of posts, which is a little behind."""

SKEW = timedelta(minutes=2)
"""How far Meta's clock may be behind ours."""

PAGES = 10
"""How many pages of 100 a list of things to choose from is read."""

ALL = range(600)
"""Every status, and no answer at all: what is read after the mutation must not make a failure of it."""


@dataclass(frozen=True, slots=True)
class Containers:
    """What a platform calls its containers. ``in_query`` is where its parameters stand, else in a form."""

    title: str
    root: str
    """The version, as a path."""
    make: str
    publish: str
    status: str
    why: str
    in_query: bool = False

    def fields(self, **values: str) -> Mapping[str, Any]:
        """Parameters, where the platform has them."""
        return {"params": values} if self.in_query else {"form": values}

    async def prepare(
        self, http: Http, user: str, items: Sequence[Mapping[str, str]], whole: Mapping[str, str], begun: JSON
    ) -> JSON:
        """Make the containers of ``items`` and the one of ``whole`` that holds them, and wait until it is ready.

        The result is ``{"children": [id, ...], "container": id}``, with ``published`` where ``begun``, which an earlier
        run got to, has gone out since. Raises ``NotReady`` with what there is.
        """
        kept = await self._usable(http, begun or {})
        children = kept.get("children") or [await self._make(http, user, item) for item in items]
        waits = iter(WAITS)
        if "container" not in kept:
            for child in children:
                await self._settle(http, child, {"children": children}, waits)
            joined = {"children": ",".join(children)} if children else {}
            kept = {"children": children, "container": await self._make(http, user, {**whole, **joined})}
        state = await self._settle(http, kept["container"], kept, waits)
        return kept | base.filled(published=state == "PUBLISHED")

    async def send(self, http: Http, user: str, prepared: JSON) -> str:
        """Publish the container: the one mutation. The id of the post."""
        if prepared.get("published"):
            raise errors.Unknown("an earlier attempt has published it: its container says so")
        path = f"{self.root}/{user}/{self.publish}"
        answer = await http.mutate("POST", path, **self.fields(creation_id=prepared["container"]))
        return base.said(answer.json, "id")

    async def evidence(self, http: Http, dispatch: Dispatch, place: Listing) -> Evidence:
        """What has become of a container, by its own word; the post's id is read from the account's posts."""
        status, why = await self._look(http, dispatch.prepared["container"])
        if status == "PUBLISHED":
            for seconds in LISTING:
                await http.pause(seconds)
                if receipt := await place.search(http, dispatch, certain=True):
                    return Found((receipt,))
            return Processing("it is published, and not among the account's posts yet")
        if status in ("ERROR", "EXPIRED"):
            return Refused(f"{self.title} did not publish it ({why or status})")
        if status == "IN_PROGRESS":
            return Processing(f"{self.title} is still processing it")
        receipt = None if status == "FINISHED" else await place.search(http, dispatch)
        return Found((receipt,)) if receipt else Absent()

    async def _make(self, http: Http, user: str, values: Mapping[str, str]) -> str:
        answer = await http.post(f"{self.root}/{user}/{self.make}", **self.fields(**values))
        return base.said(answer.json, "id", errors.Unavailable)

    async def _look(self, http: Http, container: str) -> tuple[str, str]:
        """Its state and what is said of it; ``GONE`` where nobody knows it any more."""
        params = {"fields": f"{self.status},{self.why}"}
        answer = await http.get(f"{self.root}/{container}", params=params, expect=(GONE, "2207006"))
        if answer.status >= 400:
            return "GONE", ""
        status = base.said(answer.json, self.status, errors.Unavailable)
        return status, str(answer.json.get(self.why) or "")

    async def _usable(self, http: Http, begun: JSON) -> dict[str, Any]:
        """What an earlier run got to, unless the platform has given up on it since: then it begins anew."""
        ids = [begun["container"]] if "container" in begun else begun.get("children", [])
        states = [(await self._look(http, each))[0] for each in ids]
        lost = {"ERROR", "EXPIRED", "GONE"}.intersection(states)
        return {} if lost else {name: begun[name] for name in ("children", "container") if name in begun}

    async def _settle(self, http: Http, container: str, begun: JSON, waits: Iterator[int]) -> str:
        """Wait for a container. ``waits`` is shared by all of a post, so that they wait together."""
        for seconds in waits:
            await http.pause(seconds)
            status, why = await self._look(http, container)
            if status in ("FINISHED", "PUBLISHED"):
                return status
            if status != "IN_PROGRESS":
                raise errors.Rejected(f"{self.title} cannot process the media ({why or status})")
        raise NotReady(begun, f"{self.title} is still processing the media")


@dataclass(frozen=True, slots=True)
class Listing:
    """Where an account's posts are listed, newest first: ``text`` is the field of their words, ``link`` of the URL."""

    path: str
    text: str
    link: str = "permalink"
    time: str = "timestamp"
    more: str = ""
    parent: str | None = None
    """What a post answers, where the list is one of replies."""

    async def search(self, http: Http, dispatch: Dispatch, *, certain: bool = False) -> Receipt | None:
        """The post that says what the part says. ``certain`` that it is out, the only one since will do too."""
        recent = await self.recent(http, dispatch)
        same = [row for row in recent if plain(row.get(self.text)) == plain(dispatch.part.text)]
        chosen = same or (recent if certain and len(recent) == 1 else [])
        return Receipt(base.said(chosen[0], "id", errors.Unavailable), chosen[0].get(self.link)) if chosen else None

    async def recent(self, http: Http, dispatch: Dispatch) -> list[dict[str, Any]]:
        """What has been listed since the claim."""
        fields = ",".join(filter(None, ("id", self.text, self.time, self.link, self.more)))
        rows = base.rows((await http.get(self.path, params={"fields": fields, "limit": "100"})).json, "data")
        return [row for row in rows if self._is_recent(row, dispatch)]

    def _is_recent(self, row: Mapping[str, Any], dispatch: Dispatch) -> bool:
        answered = (row.get("replied_to") or {}).get("id", self.parent)
        made = datetime.fromisoformat(str(row.get(self.time)))
        return answered == self.parent and made >= dispatch.claimed_at - SKEW


def user(http: Http) -> Mapping[str, str]:
    """The headers of the user's own token: the only one that can list pages, and kept where a page's is used."""
    name = "user_token" if http.has_secret("user_token") else "access_token"
    return {"Authorization": f"Bearer {http.secret(name)}"}


async def pages(http: Http, path: str, fields: str) -> AsyncIterator[dict[str, Any]]:
    """The rows of one of the user's lists, page by page, so far as a person would read them."""
    params = {"fields": fields, "limit": "100"}
    for _ in range(PAGES):
        answer = (await http.post(path, method="GET", params=params, headers=user(http), authorize=False)).json
        for row in base.rows(answer, "data"):
            yield row
        cursors = (answer.get("paging") or {}).get("cursors") or {}
        if not cursors.get("after") or not (answer.get("paging") or {}).get("next"):
            return
        params |= {"after": str(cursors["after"])}


def plain(text: object) -> str:
    """A text as it can be compared."""
    return " ".join(str(text or "").split())


async def link_of(http: Http, path: str) -> str | None:
    """The address of what was just published; ``None`` rather than a failure where it is not told."""
    answer = (await http.get(path, params={"fields": "permalink"}, expect=ALL)).json
    link = answer.get("permalink") if isinstance(answer, dict) else None
    return link if isinstance(link, str) else None
