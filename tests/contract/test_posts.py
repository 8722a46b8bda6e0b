"""Section 3 of the contract, front-matter and body: what `check` says of a post, and the exact text that `plan` shows.

All posts stand in one repository, so that one `check` and one `plan` answer for all of them; each has words of its own.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract import outside

ACCOUNTS = """\
version: 1
branch: main
timezone: Europe/Berlin
policy: {alt_text: error}
defaults: {content_warning: Careful}
accounts:
  acme-mastodon: {provider: mastodon, url: "https://mastodon.social", settings: {visibility: unlisted}}
  spare-mastodon: {provider: mastodon, url: "https://fosstodon.org"}
  quiet-mastodon: {provider: mastodon, url: "https://mastodon.art", enabled: false}
  acme-bluesky: {provider: bluesky}
  acme-discord: {provider: discord}
  acme-slack: {provider: slack, settings: {channel: C0123456789}}
  acme-x: {provider: x}
  acme-linkedin: {provider: linkedin}
  acme-page: {provider: linkedin-page, settings: {organization: 123}}
  acme-reddit: {provider: reddit, settings: {subreddit: python}}
  acme-threads: {provider: threads, settings: {user: 123}}
  acme-dribbble: {provider: dribbble}
  acme-youtube: {provider: youtube, settings: {privacy: public}}
groups:
  everywhere: [acme-mastodon, acme-bluesky]
people:
  alice: {name: Alice Doe, mastodon: "@alice@hachyderm.io", bluesky: alice.example.com, x: "@alice"}
"""
WHEN = "publish_at: 2090-01-02T09:00:00Z"


def png(width: int = 40, height: int = 30) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x20\x80\xc0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass(frozen=True, slots=True)
class Post:
    """Front-matter beside the platforms and the time, and the body; `raw` is a whole file instead."""

    front: str = ""
    body: str = ""
    to: str = "acme-mastodon"
    when: str = WHEN
    raw: bytes = b""

    def file(self, name: str) -> bytes:
        if self.raw:
            return self.raw
        lines = [f"platforms: [{self.to}]", self.when, self.front]
        front = "\n".join(line for line in lines if line)
        return f"---\n{front}\n---\n{self.body or f'The words of {name}.'}\n".encode()


PLAIN = {
    "newline": ("one nl\ntwo", "one nl\ntwo"),
    "blank-lines": ("one bl\n\n\n\ntwo", "one bl\n\ntwo"),
    "hard-break-spaces": ("one hs  \ntwo", "one hs\ntwo"),
    "hard-break-backslash": ("one hb\\\ntwo", "one hb\ntwo"),
    "emphasis": ("**bold** _slanted_ *so* __too__", "bold slanted so too"),
    "code": ("Run `make all` now", "Run make all now"),
    "link": ("See [the page](https://example.com/a) first", "See the page (https://example.com/a) first"),
    "link-equal": ("See [https://example.com/b](https://example.com/b).", "See https://example.com/b."),
    "autolink": ("See <https://example.com/c>.", "See https://example.com/c."),
    "bare-url": ("See https://example.com/d_e_f for it", "See https://example.com/d_e_f for it"),
    "bullets": ("- ape\n- bee", "• ape\n• bee"),
    "bullets-star": ("* ape s\n* bee", "• ape s\n• bee"),
    "numbers": ("1. ape\n2. bee", "1. ape\n2. bee"),
    "numbers-from-three": ("3. ape\n4. bee", "3. ape\n4. bee"),
    "list-after-text": ("Both:\n\n- ape l\n- bee", "Both:\n\n• ape l\n• bee"),
    "escape": (r"\*not\* bold \# nor head", "*not* bold # nor head"),
    "entity": ("Fish &amp; chips &copy;", "Fish & chips ©"),
    "setext-equals": ("Big head\n===\n\nWords under it.", "Big head\n\nWords under it."),
    "fence-dashes": ("Look:\n\n```\na\n---\nb\n```", "Look:\n\na\n---\nb"),
    "mention": ("Thanks, @{alice}!", "Thanks, @alice@hachyderm.io!"),
    "no-look-alike": ("**ABC**", "ABC"),
}
PARTS = {
    "break-dashes": ("One d.\n\n---\n\nTwo d.", ["One d.", "Two d."]),
    "break-under-paragraph": ("One u.\n---\nTwo u.", ["One u.", "Two u."]),
    "break-stars": ("One s.\n\n***\n\nTwo s.", ["One s.", "Two s."]),
    "break-underscores": ("One r.\n\n___\n\nTwo r.", ["One r.", "Two r."]),
    "break-spaced": ("One p.\n\n- - -\n\nTwo p.", ["One p.", "Two p."]),
    "break-under-list": ("- One l.\n---\nTwo l.", ["• One l.", "Two l."]),
    "break-three": ("One t.\n\n---\n\nTwo t.\n\n---\n\nThree t.", ["One t.", "Two t.", "Three t."]),
    "break-first-line": ("---\n\nOnly f.", ["Only f."]),
    "break-in-quote": ("> Quoted q.\n>\n> ---\n>\n> More q.", None),
    "part-left-empty": (
        "One e.\n\n---\n\n:::only acme-bluesky\nTwo e.\n:::\n\n---\n\nThree e.",
        ["One e.", "Three e."],
    ),
    "comment": ("Post c.\n\n:::comment\nFirst comment c.\n:::", ["Post c.", "First comment c."]),
    "only-here": ("All o.\n\n:::only acme-mastodon acme-x\nHere o.\n:::", ["All o.\n\nHere o."]),
    "only-elsewhere": ("All w.\n\n:::only bluesky x\nThere w.\n:::", ["All w."]),
    "only-provider": ("All v.\n\n:::only mastodon\nHere v.\n:::", ["All v.\n\nHere v."]),
    "only-group": ("All g.\n\n:::only everywhere\nHere g.\n:::", ["All g.\n\nHere g."]),
    "except-here": ("All x.\n\n:::except mastodon\nThere x.\n:::", ["All x."]),
    "except-elsewhere": ("All y.\n\n:::except linkedin\nHere y.\n:::", ["All y.\n\nHere y."]),
    "directive-in-fence": ("```\n:::only bluesky\nz\n:::\n```", [":::only bluesky\nz\n:::"]),
}
# Posts that are wrong, and the name of what is said about each where the contract names it (else any error will do).
WRONG = {
    "date-alone": Post(when="publish_at: 2090-01-02"),
    "no-such-time": Post(when="publish_at: next tuesday"),
    "dst-gap": Post(when="publish_at: 2090-03-26 02:30"),
    "unknown-account": Post(to="acme-mastodom"),
    "unknown-key": Post("tilte: x"),
    "bad-status": Post("status: done"),
    "empty-body": Post(raw=b"---\nplatforms: [acme-mastodon]\npublish_at: 2090-01-02T09:00:00Z\n---\n"),
    "empty-after-only": Post(body=":::only acme-bluesky\nNothing for Mastodon.\n:::"),
    "break-inside-directive": Post(body="One.\n\n:::only mastodon\nTwo.\n\n---\n\nThree.\n:::"),
    "unknown-name-in-only": Post(body=":::only nobody\nx\n:::\n\ny"),
    "directive-unclosed": Post(body="One.\n\n:::only mastodon\nTwo."),
    "directive-unknown": Post(body="One.\n\n:::maybe mastodon\nTwo.\n:::"),
    "https-without-hash": Post("media: [{src: https://cdn.example.com/big.mp4, alt: A clip}]"),
    "http-media": Post("media: [{src: http://cdn.example.com/big.mp4, alt: A clip}]"),
    "short-hash": Post("media: [{src: https://cdn.example.com/big.mp4, alt: A clip, sha256: abc}]"),
    "media-missing": Post("media: [{src: gone.png, alt: Gone}]"),
    "media-untracked": Post("media: [{src: untracked.png, alt: New}]"),
    "media-ignored": Post("media: [{src: ignored.png, alt: Out}]"),
    "media-case": Post("media: [{src: Pic.PNG, alt: Case}]"),
    "media-form": Post("media: [{src: cafe\u0301.png, alt: Form}]"),
    "media-outside": Post("media: [{src: ../../../outside.png, alt: Out}]"),
    "media-no-alt": Post("media: [pic.png]"),
    "body-image-no-alt": Post(body="See.\n\n![](pic.png)"),
    "too-long": Post(body="word " * 120),
    "no-replies": Post(body="One n.\n\n---\n\nTwo n.", to="acme-dribbble"),
    "unknown-person": Post(body="Hello @{bob}."),
    "anchor": Post("title: &a Hello"),
    "alias": Post("title: &a Hello\ntags: [*a]"),
    "tag": Post("title: !!str Hello"),
    "duplicate-key": Post("title: A\ntitle: B"),
    "swallowed-list": Post("hashtags: [GitOps #python]"),
    "swallowed-value": Post("hashtags: #GitOps"),
    "hashtag-with-space": Post("hashtags: [two words]"),
    "unknown-signature": Post("signature: nowhere"),
    "unknown-setting": Post("settings: {mastodon: {visibilty: public}}"),
    "setting-out-of-range": Post("settings: {mastodon: {visibility: everyone}}"),
    "override-not-general": Post("overrides: {mastodon: {visibility: public}}"),
    "override-unknown-name": Post("overrides: {mastodom: {title: x}}"),
    "repeat-nonsense": Post("repeat: {every: often}"),
    "rrule-nonsense": Post("repeat: FREQ=SOMETIMES"),
    "missing-title": Post(to="acme-reddit"),
    "title-is-a-list": Post("title: [a, b]"),
}
FINE = {
    "bom": Post(raw=b"\xef\xbb\xbf---\nplatforms: [acme-mastodon]\npublish_at: 2090-01-02 09:00\n---\nWith a mark.\n"),
    "crlf": Post(raw=b"---\r\nplatforms: [acme-mastodon]\r\npublish_at: 2090-01-02 09:00\r\n---\r\nOne cr.\r\ntwo\r\n"),
    "toml": Post(raw=b'+++\nplatforms = ["acme-mastodon"]\npublish_at = 2090-01-02T09:00:00Z\n+++\nIn TOML.\n'),
    "toml-text": Post(raw=b'+++\nplatforms = ["acme-mastodon"]\npublish_at = "2090-01-02 09:00"\n+++\nTOML as text.\n'),
    "json": Post(raw=b'{\n"platforms": ["acme-mastodon"],\n"publish_at": "2090-01-02 09:00"\n}\n\nIn JSON.\n'),
    "naive": Post(when="publish_at: 2090-01-02 09:00"),
    "summer": Post(when="publish_at: 2090-07-02 09:00"),
    "seconds": Post(when="publish_at: 2090-01-02 09:00:30"),
    "quoted": Post(when='publish_at: "2090-01-02 09:00"'),
    "offset": Post(when="publish_at: 2090-01-02T09:00+05:00"),
    "offset-space": Post(when="publish_at: 2090-01-02 09:00:00 +05:00"),
    "now": Post(when="publish_at: now"),
    "draft-no-time": Post(when=""),
    "draft-status": Post("status: draft"),
    "paused-status": Post("status: paused"),
    "with-id": Post("id: launch-2090"),
    "tags": Post("tags: [spring]"),
    "media-shorthand-body": Post(body="Look.\n\n![A blue card](pic.png)"),
    "media-long": Post("media: [{src: pic.png, alt: A blue card}]"),
    "media-rooted": Post("media: [{src: /assets/root.png, alt: From the root}]"),
    "media-remote": Post(
        "media: [{src: https://cdn.example.com/a.png, alt: Far, sha256: " + "0" * 64 + "}]", to="acme-bluesky"
    ),
    "media-only": Post("media: [{src: pic.png, alt: Here, only: [acme-bluesky]}]", to="acme-mastodon, acme-bluesky"),
    "second-part-image": Post(body="One i.\n\n---\n\nTwo i.\n\n![A blue card](pic.png)"),
    "media-in-only": Post(body="Both m.\n\n:::only bluesky\n![A blue card](pic.png)\n:::", to="everywhere"),
    "to-provider": Post(to="mastodon"),
    "to-group": Post(to="everywhere"),
    "to-doubled": Post(to="everywhere, mastodon, acme-mastodon"),
    "hashtags": Post("hashtags: [GitOps, python]"),
    "hashtags-there": Post("hashtags: [GitOps, python]", body="About #GitOps here."),
    "hashtags-first-part": Post("hashtags: [GitOps]", body="One h.\n\n---\n\nTwo h."),
    "hashtags-by-provider": Post("hashtags: {bluesky: [Sky], acme-mastodon: [Tusk]}", to="everywhere, spare-mastodon"),
    "thread-auto": Post("thread: auto", body="word " * 150),
    "link-card": Post("link: https://example.com/card", to="acme-bluesky"),
    "link-map": Post("link: {url: https://example.com/card, title: T, description: D}", to="acme-bluesky"),
    "warning-own": Post("content_warning: Mine"),
    "overrides": Post(
        "hashtags: [Base]\noverrides:\n  mastodon: {hashtags: [Provider], publish_at: 2090-01-03T09:00:00Z}\n"
        "  acme-mastodon: {hashtags: [Account]}",
        to="acme-mastodon, spare-mastodon, acme-bluesky",
    ),
    "repeat-every": Post("repeat: {every: 7d, until: 2090-01-20}"),
    "repeat-rrule": Post("repeat: FREQ=DAILY;COUNT=3"),
    "settings": Post("settings: {mastodon: {language: de}, acme-mastodon: {visibility: public}}"),
    "signed": Post("signature: default"),
    "comment-nowhere": Post(
        "title: K\nmedia: [{src: shot.png, alt: A shot}]",
        body="Post k.\n\n:::comment\nNot here.\n:::",
        to="acme-dribbble",
    ),
}
WARNED = {"dst-overlap": Post(when="publish_at: 2090-10-29 02:30"), "comment-left-out": FINE["comment-nowhere"]}
FORMS = Post(
    body="Hi @{alice}: **bold** [docs](https://example.com/docs) & <b> `x` (a_b) https://example.com/bare",
    to="acme-bluesky, acme-discord, acme-slack, acme-x, acme-linkedin, acme-threads, acme-mastodon",
)


def _files() -> dict[str, bytes]:
    posts: dict[str, Post] = {f"plain/{name}": Post(body=body) for name, (body, _) in PLAIN.items()}
    posts |= {f"parts/{name}": Post(body=body) for name, (body, _) in PARTS.items()}
    posts |= {f"wrong/{name}": post for name, post in WRONG.items()}
    posts |= {f"fine/{name}": post for name, post in FINE.items()}
    posts |= {f"warned/{name}": post for name, post in WARNED.items()}
    posts["forms/forms"] = FORMS
    return {name: post.file(name) for name, post in posts.items()}


@dataclass(frozen=True, slots=True)
class Compiled:
    found: list[dict[str, Any]]
    planned: list[dict[str, Any]]

    def about(self, name: str, severity: str) -> list[dict[str, Any]]:
        return [one for one in self.found if one["path"] == f"content/{name}.md" and one["severity"] == severity]

    def of(self, name: str) -> dict[str, dict[str, Any]]:
        """The deliveries of a file by account."""
        return {one["account"]: one for one in self.planned if one["path"] == f"content/{name}.md"}

    def texts(self, name: str, account: str = "acme-mastodon") -> list[str]:
        return [part["text"] for part in self.of(name)[account]["parts"]]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    here = outside.new(tmp_path_factory.mktemp("posts"), ACCOUNTS)
    for name, text in _files().items():
        here.write(f"content/{name}.md", text)
    for folder in ("wrong", "fine"):
        for picture in ("pic.png", "caf\u00e9.png"):
            here.write(f"content/{folder}/{picture}", png())
    for folder in ("fine", "warned"):
        here.write(f"content/{folder}/shot.png", png(400, 300))
    here.write("assets/root.png", png())
    here.write("signatures/default.md", "Yours, ACME\n")
    here.write(".gitignore", "ignored.png\n")
    here.commit()
    here.write("content/wrong/untracked.png", png())
    here.write("content/wrong/ignored.png", png())
    return Compiled(here.findings(), here.plan("--now", "2090-01-01T00:00:00Z", "--all"))


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text_is_as_the_rules_say(compiled: Compiled, name: str) -> None:
    assert compiled.texts(f"plain/{name}") == [PLAIN[name][1]]


@pytest.mark.parametrize("name", PARTS)
def test_parts_and_directives_divide_as_the_rules_say(compiled: Compiled, name: str) -> None:
    expected = PARTS[name][1]
    texts = compiled.texts(f"parts/{name}")
    assert texts == expected if expected is not None else len(texts) == 1


@pytest.mark.parametrize("name", [*(f"plain/{name}" for name in PLAIN), *(f"parts/{name}" for name in PARTS)])
def test_what_the_rules_allow_has_no_error(compiled: Compiled, name: str) -> None:
    assert compiled.about(name, "error") == []


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_an_error_with_its_place_and_its_fix(compiled: Compiled, name: str) -> None:
    found = compiled.about(f"wrong/{name}", "error")
    assert found
    for one in found:
        assert one["message"]
        assert one["help"]
        assert one["line"] >= 1
        assert one["column"] >= 1


@pytest.mark.parametrize("name", FINE)
def test_what_is_allowed_is_no_error(compiled: Compiled, name: str) -> None:
    assert compiled.about(f"fine/{name}", "error") == []


@pytest.mark.parametrize("name", WARNED)
def test_what_is_doubtful_is_a_warning_alone(compiled: Compiled, name: str) -> None:
    assert compiled.about(f"warned/{name}", "warning")
    assert not compiled.about(f"warned/{name}", "error")


NAMED: Mapping[str, str] = {"too-long": "text-too-long", "media-missing": "media-not-found"}


@pytest.mark.parametrize("name", NAMED)
def test_the_names_that_the_contract_gives(compiled: Compiled, name: str) -> None:
    assert NAMED[name] in {one["name"] for one in compiled.about(f"wrong/{name}", "error")}


def test_a_misspelt_key_names_the_nearest(compiled: Compiled) -> None:
    [found] = compiled.about("wrong/unknown-key", "error")
    assert "`title`" in found["help"]
    assert "`tilte`" in found["message"]


def test_a_swallowed_list_gets_that_hint(compiled: Compiled) -> None:
    for name in ("swallowed-list", "swallowed-value"):
        said = " ".join(one["message"] + one["help"] for one in compiled.about(f"wrong/{name}", "error"))
        assert "#" in said
        assert "quot" in said, said


@pytest.mark.parametrize(
    ("name", "instant"),
    [
        ("fine/naive", "2090-01-02T08:00:00Z"),
        ("fine/summer", "2090-07-02T07:00:00Z"),
        ("fine/seconds", "2090-01-02T08:00:30Z"),
        ("fine/quoted", "2090-01-02T08:00:00Z"),
        ("fine/offset", "2090-01-02T04:00:00Z"),
        ("fine/offset-space", "2090-01-02T04:00:00Z"),
        ("fine/bom", "2090-01-02T08:00:00Z"),
        ("fine/crlf", "2090-01-02T08:00:00Z"),
        ("fine/toml", "2090-01-02T09:00:00Z"),
        ("fine/toml-text", "2090-01-02T08:00:00Z"),
        ("fine/json", "2090-01-02T08:00:00Z"),
        ("warned/dst-overlap", "2090-10-29T00:30:00Z"),
    ],
)
def test_times_are_instants(compiled: Compiled, name: str, instant: str) -> None:
    assert compiled.of(name)["acme-mastodon"]["publish_at"] == instant


def test_now_is_due(compiled: Compiled) -> None:
    delivery = compiled.of("fine/now")["acme-mastodon"]
    assert (delivery["action"], delivery["due"]) == ("publish", True)


def test_later_is_publish_and_not_due(compiled: Compiled) -> None:
    delivery = compiled.of("fine/naive")["acme-mastodon"]
    assert (delivery["action"], delivery["due"], delivery["state"]) == ("publish", False, "scheduled")


@pytest.mark.parametrize("name", ["draft-no-time", "draft-status"])
def test_a_draft_is_not_published(compiled: Compiled, name: str) -> None:
    assert all(one["action"] != "publish" for one in compiled.of(f"fine/{name}").values())


def test_a_paused_post_is_held_back(compiled: Compiled) -> None:
    assert all(one["action"] != "publish" for one in compiled.of("fine/paused-status").values())


def test_the_id_is_the_path_without_suffix_or_what_is_written(compiled: Compiled) -> None:
    assert compiled.of("fine/naive")["acme-mastodon"]["post"] == "fine/naive"
    assert compiled.of("fine/with-id")["acme-mastodon"]["post"] == "launch-2090"


def test_a_provider_name_means_its_enabled_accounts(compiled: Compiled) -> None:
    assert set(compiled.of("fine/to-provider")) == {"acme-mastodon", "spare-mastodon"}
    assert set(compiled.of("fine/to-group")) == {"acme-mastodon", "acme-bluesky"}
    assert set(compiled.of("fine/to-doubled")) == {"acme-mastodon", "spare-mastodon", "acme-bluesky"}


def _media(compiled: Compiled, name: str, account: str = "acme-mastodon") -> list[list[str]]:
    return [[one["path"] for one in part["media"]] for part in compiled.of(name)[account]["parts"]]


def test_media_belong_to_their_part_and_their_accounts(compiled: Compiled) -> None:
    assert _media(compiled, "fine/media-shorthand-body") == [["content/fine/pic.png"]]
    assert _media(compiled, "fine/media-long") == [["content/fine/pic.png"]]
    assert _media(compiled, "fine/media-rooted") == [["assets/root.png"]]
    assert _media(compiled, "fine/second-part-image") == [[], ["content/fine/pic.png"]]
    assert _media(compiled, "fine/media-only") == [[]]
    assert _media(compiled, "fine/media-only", "acme-bluesky") == [["content/fine/pic.png"]]
    assert _media(compiled, "fine/media-in-only") == [[]]
    assert _media(compiled, "fine/media-in-only", "acme-bluesky") == [["content/fine/pic.png"]]


def test_planned_media_say_what_they_are(compiled: Compiled) -> None:
    [[media]] = [part["media"] for part in compiled.of("fine/media-long")["acme-mastodon"]["parts"]]
    assert {name: media[name] for name in ("path", "type", "width", "height", "alt")} == {
        "path": "content/fine/pic.png",
        "type": "image/png",
        "width": 40,
        "height": 30,
        "alt": "A blue card",
    }
    assert media["bytes"] > 0


def test_hashtags_stand_on_one_line_after_a_blank_line(compiled: Compiled) -> None:
    assert compiled.texts("fine/hashtags") == ["The words of fine/hashtags.\n\n#GitOps #python"]
    assert compiled.texts("fine/hashtags-there") == ["About #GitOps here.\n\n#python"]
    assert compiled.texts("fine/hashtags-first-part") == ["One h.\n\n#GitOps", "Two h."]


def test_hashtags_by_provider_and_account(compiled: Compiled) -> None:
    words = "The words of fine/hashtags-by-provider."
    assert compiled.texts("fine/hashtags-by-provider") == [f"{words}\n\n#Tusk"]
    assert compiled.texts("fine/hashtags-by-provider", "acme-bluesky") == [f"{words}\n\n#Sky"]
    assert compiled.texts("fine/hashtags-by-provider", "spare-mastodon") == [words]


def test_overrides_account_over_provider_over_post_and_lists_replace(compiled: Compiled) -> None:
    deliveries = compiled.of("fine/overrides")
    assert compiled.texts("fine/overrides")[0].endswith("\n\n#Account")
    assert compiled.texts("fine/overrides", "spare-mastodon")[0].endswith("\n\n#Provider")
    assert compiled.texts("fine/overrides", "acme-bluesky")[0].endswith("\n\n#Base")
    assert {name: one["publish_at"] for name, one in deliveries.items()} == {
        "acme-mastodon": "2090-01-03T09:00:00Z",
        "spare-mastodon": "2090-01-03T09:00:00Z",
        "acme-bluesky": "2090-01-02T09:00:00Z",
    }


def test_thread_auto_splits_within_the_limit(compiled: Compiled) -> None:
    parts = compiled.of("fine/thread-auto")["acme-mastodon"]["parts"]
    assert len(parts) == 2
    assert all(part["length"] <= part["limit"] == 500 and part["unit"] == "mastodon" for part in parts)


def test_a_signature_ends_the_post(compiled: Compiled) -> None:
    assert compiled.texts("fine/signed") == ["The words of fine/signed.\n\nYours, ACME"]


def test_each_occurrence_of_a_repeat_is_its_own_delivery(compiled: Compiled) -> None:
    for name, expected in (("repeat-every", ["02", "09", "16"]), ("repeat-rrule", ["02", "03", "04"])):
        found = [one["occurrence"] for one in compiled.planned if one["path"] == f"content/fine/{name}.md"]
        assert found == [f"2090-01-{day}T09:00:00Z" for day in expected], name


def test_a_comment_is_left_out_where_there_are_none(compiled: Compiled) -> None:
    assert compiled.texts("fine/comment-nowhere", "acme-dribbble") == ["Post k."]


def test_each_platform_gets_its_own_form(compiled: Compiled) -> None:
    bare = "https://example.com/bare"
    assert {account: compiled.texts("forms/forms", account)[0] for account in compiled.of("forms/forms")} == {
        "acme-mastodon": f"Hi @alice@hachyderm.io: bold docs (https://example.com/docs) & <b> x (a_b) {bare}",
        "acme-bluesky": f"Hi @alice.example.com: bold docs & <b> x (a_b) {bare}",
        "acme-x": f"Hi @alice: bold docs (https://example.com/docs) & <b> x (a_b) {bare}",
        "acme-threads": f"Hi Alice Doe: bold docs (https://example.com/docs) & <b> x (a_b) {bare}",
        "acme-discord": f"Hi Alice Doe: **bold** [docs](https://example.com/docs) & <b> `x` (a_b) {bare}",
        "acme-slack": f"Hi Alice Doe: *bold* <https://example.com/docs|docs> &amp; &lt;b&gt; `x` (a_b) {bare}",
        "acme-linkedin": rf"Hi Alice Doe: bold docs \(https://example.com/docs\) & \<b\> x \(a\_b\) {bare}",
    }


def test_the_count_is_of_what_is_sent(compiled: Compiled) -> None:
    for one in compiled.planned:
        for part in one["parts"]:
            if part["unit"] == "code_point":
                assert part["length"] == len(part["text"]), one
            elif part["unit"] == "utf8_byte":
                assert part["length"] == len(part["text"].encode()), one


def test_findings_are_sorted_by_place(compiled: Compiled) -> None:
    places = [(one["path"], one["line"], one["column"]) for one in compiled.found]
    assert places == sorted(places)


def test_every_enumeration_is_of_the_contract(compiled: Compiled) -> None:
    assert {one["severity"] for one in compiled.found} <= {"error", "warning", "info"}
    assert {one["action"] for one in compiled.planned} <= {"publish", "edit", "delete", "hold", "none", "cannot"}
    units = {"grapheme", "code_point", "utf16", "utf8_byte", "x_weighted", "mastodon"}
    assert {part["unit"] for one in compiled.planned for part in one["parts"]} <= units


def test_a_post_with_an_error_cannot_go_out(compiled: Compiled) -> None:
    assert {one["action"] for one in compiled.of("wrong/too-long").values()} == {"cannot"}
