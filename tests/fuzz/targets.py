"""The parsers, each as a function of bytes that must end quickly and raise nothing. Shared by laws and by atheris."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from functools import cache

from postiz_ops import errors
from postiz_ops.compile.accounts import parse_accounts
from postiz_ops.compile.fix import fix
from postiz_ops.compile.source import read_post
from postiz_ops.ledger.view import parse
from postiz_ops.media.probe import probe
from postiz_ops.media.strip import strip
from postiz_ops.model import Config
from postiz_ops.publish.effects import Response
from postiz_ops.publish.session import retry_at
from tests.commands.site import ACCOUNTS
from tests.providers.stage import ACCOUNTS as KINDS
from tests.providers.stage import CLAIMED, Stage, usual

FRONT = b"---\nplatforms: [everywhere]\npublish_at: 2027-01-01 09:00\n---\n"


@cache
def config() -> Config:
    """Four accounts."""
    found = parse_accounts(ACCOUNTS.encode())[0]
    if found is None:
        raise AssertionError("the accounts of the tests are fine")
    return found


def front_matter(data: bytes) -> None:
    """Front-matter of all three kinds, by its first line."""
    for fence in (b"---", b"+++"):
        read_post("content/x.md", fence + b"\n" + data + b"\n" + fence + b"\nhi\n", config())
    read_post("content/x.md", b"{\n" + data + b"\n}\n\nhi\n", config())


def markdown(data: bytes) -> None:
    """A body, split and brought into every form."""
    from tests.compile.repository import compiled

    compiled({"content/post.md": FRONT + data})


def post(data: bytes) -> None:
    """A file, whatever it is; and what --fix makes of it."""
    read_post("content/x.md", data, config())
    fix("content/x.md", data, content="content", alt=True)


def accounts(data: bytes) -> None:
    """accounts.yaml."""
    parse_accounts(data)


def state(data: bytes) -> None:
    """Files of the state branch."""
    parse(
        dict.fromkeys(
            ("genesis.json", "index.json", "accounts.json", "paused.json", "deliveries/ab/cd/x.toot.efefefef.json"),
            data,
        )
    )


def media(data: bytes) -> None:
    """A header, and the taking out of what it tells."""
    probe(data)
    probe(strip(data))


def platform(data: bytes) -> None:
    """An answer to a mutation and to a look-up: one of the five failures, or a receipt."""
    status = (200, 201, 302, 400, 401, 403, 404, 422, 429, 500)[data[0] % 10] if data else 200
    kind = tuple(KINDS)[data[1] % len(KINDS)] if len(data) > 1 else "mastodon"
    said = Response(status, {"content-type": "application/json"}, data[2:])
    stage = Stage(kind, _Always(said), checked=False)
    with contextlib.suppress(errors.Failure):
        stage.publish(usual(kind))


def headers(data: bytes) -> None:
    """What a platform says about when to come back."""
    text = data.decode(errors="replace")
    for name in ("retry-after", "x-ratelimit-reset", "x-ratelimit-reset-after"):
        moment = retry_at({name: text}, CLAIMED)
        json.dumps(moment.isoformat() if moment else None)


class _Always(dict[str, Response]):
    """A script that answers everything alike."""

    def __init__(self, said: Response) -> None:
        super().__init__()
        self._said = said

    def get(self, key: str, default: object = None) -> Response:
        return self._said


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "front-matter": front_matter,
    "markdown": markdown,
    "post": post,
    "accounts": accounts,
    "state": state,
    "media": media,
    "platform": platform,
    "headers": headers,
}
