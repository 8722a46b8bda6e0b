"""Is a request what the platform says it takes? Asked of the platforms' own machine-readable descriptions.

::

    check_request("mastodon", "POST", "https://example.social/api/v1/statuses", headers, body)
    check_response("mastodon", "POST", "https://example.social/api/v1/statuses", 200, body)

Both raise ``AssertionError`` with one sentence per finding. They are stricter than the platforms: an unknown host,
path, method, query key, body key or header is a finding even where the platform would shrug, because nobody sends a key
on purpose that is described nowhere. The descriptions are read from ``specs_dir()``; where that is absent the test is
skipped and says so. One platform is one module here, and one line in ``VALIDATORS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from tests.specs.exchange import Answer, Call
from tests.specs.folder import specs_dir
from tests.specs.validator import Validator

__all__ = ["VALIDATORS", "check_request", "check_response", "specs_dir"]


def _atproto() -> Validator:
    from tests.specs.atproto import AtProto

    return AtProto()


def _discord() -> Validator:
    from tests.specs.discord import Discord

    return Discord()


def _dribbble() -> Validator:
    from tests.specs.dribbble import Dribbble

    return Dribbble()


def _facebook() -> Validator:
    from tests.specs.graph import Graph

    return Graph("facebook")


def _tiktok() -> Validator:
    from tests.specs.tiktok import TikTok

    return TikTok()


def _google() -> Validator:
    from tests.specs.google import YouTube

    return YouTube()


def _instagram() -> Validator:
    from tests.specs.graph import Graph

    return Graph("instagram")


def _instagram_standalone() -> Validator:
    from tests.specs.graph import Graph

    return Graph("instagram-standalone")


def _linkedin() -> Validator:
    from tests.specs.linkedin import LinkedIn

    return LinkedIn()


def _mastodon() -> Validator:
    from tests.specs.mastodon import Mastodon

    return Mastodon()


def _pinterest() -> Validator:
    from tests.specs.pinterest import Pinterest

    return Pinterest()


def _reddit() -> Validator:
    from tests.specs.reddit import Reddit

    return Reddit()


def _slack() -> Validator:
    from tests.specs.slack import Slack

    return Slack()


def _threads() -> Validator:
    from tests.specs.threads import Threads

    return Threads()


def _x() -> Validator:
    from tests.specs.x import X

    return X()


VALIDATORS: Mapping[str, Callable[[], Validator]] = {
    "bluesky": _atproto,
    "discord": _discord,
    "dribbble": _dribbble,
    "facebook": _facebook,
    "instagram": _instagram,
    "instagram-standalone": _instagram_standalone,
    "linkedin": _linkedin,
    "linkedin-page": _linkedin,
    "mastodon": _mastodon,
    "pinterest": _pinterest,
    "reddit": _reddit,
    "slack": _slack,
    "threads": _threads,
    "tiktok": _tiktok,
    "youtube": _google,
    "x": _x,
}
"""Provider name -> how to make its validator. Nothing is read before the first question."""


@cache
def validator(platform: str) -> Validator:
    """The validator of a platform, made once a process. Raises ``AssertionError`` for a platform that has none."""
    assert platform in VALIDATORS, f"no validator for `{platform}`; there are {', '.join(sorted(VALIDATORS))}"
    return VALIDATORS[platform]()


def check_request(platform: str, method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise ``AssertionError`` unless the platform's description has exactly such a request."""
    call = Call.of(method, url, headers, body)
    judge = validator(platform)
    problems = list(judge.request(call))
    assert not problems, _report(f"`{call.method} {call.host}{call.path}`", problems, judge)


def check_response(
    platform: str, method: str, url: str, status: int, body: bytes, *, allow_unknown: bool = False
) -> None:
    """Raise ``AssertionError`` unless the platform's description has such an answer to such a request.

    ``allow_unknown`` lets keys pass that the description does not have: for real servers, which may be newer than it.
    """
    call = Call.of(method, url, {}, b"")
    answer = Answer(status=status, body=body)
    judge = validator(platform)
    problems = list(judge.response(call, answer, allow_unknown=allow_unknown))
    assert not problems, _report(f"`{status}` to `{call.method} {call.host}{call.path}`", problems, judge)


def _report(title: str, problems: list[str], judge: Validator) -> str:
    return "\n".join([*(f"{title}: {problem}" for problem in problems), f"(judged by {judge.source})"])
