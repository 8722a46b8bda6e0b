"""A whole post file: bytes into front-matter, parts and findings."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from postiz_ops.compile.body import for_names
from postiz_ops.compile.source import Source, read_post
from tests.compile.cost import affordable
from tests.compile.said import CONFIG, post, said

EVERYTHING = """
    ---
    id: launch
    title: We are live
    platforms: [acme-mastodon, bluesky, everywhere]
    publish_at: 2026-12-01 09:00
    status: ready
    media:
      - launch.jpg
      - {src: clip.mp4, alt: A short clip, thumbnail: cover.jpg, only: [youtube]}
      - {src: https://cdn.example.com/big.mp4, sha256: 9f86d0, alt: A long clip}
    tags: [spring]
    hashtags: [GitOps, python]
    link: https://example.com
    content_warning: null
    thread: auto
    repeat: {every: 7d, until: 2027-01-31}
    signature: default
    overrides:
      youtube: {title: A longer title, publish_at: 2026-12-01 12:00}
    settings:
      reddit: {subreddit: python}
      acme-mastodon: {visibility: public}
    ---
    Body in Markdown.

    :::only bluesky x
    This paragraph goes to these two alone.
    :::

    :::except linkedin
    But not to LinkedIn.
    :::

    ---

    Second part of the thread.

    :::comment
    First comment, on platforms that have comments.
    :::
"""


def read(data: bytes) -> Source:
    return read_post("content/post.md", data, CONFIG)


def test_the_post_of_the_documentation() -> None:
    source = post(EVERYTHING)
    assert said(source.diagnostics) == []
    assert source.front is not None
    assert source.front.model_dump(exclude_unset=True) == {
        "id": "launch",
        "title": "We are live",
        "platforms": ("acme-mastodon", "bluesky", "everywhere"),
        "publish_at": "2026-12-01 09:00",
        "status": "ready",
        "media": (
            {"src": "launch.jpg"},
            {"src": "clip.mp4", "alt": "A short clip", "thumbnail": "cover.jpg", "only": ("youtube",)},
            {"src": "https://cdn.example.com/big.mp4", "sha256": "9f86d0", "alt": "A long clip"},
        ),
        "tags": ("spring",),
        "hashtags": ("GitOps", "python"),
        "link": {"url": "https://example.com"},
        "content_warning": None,
        "thread": "auto",
        "repeat": {"every": "7d", "until": "2027-01-31"},
        "signature": "default",
        "overrides": {"youtube": {"title": "A longer title", "publish_at": "2026-12-01 12:00"}},
        "settings": {"reddit": {"subreddit": "python"}, "acme-mastodon": {"visibility": "public"}},
    }
    first, second, comment = for_names(source.parts, {"acme-mastodon", "mastodon"})
    assert first.markdown == "Body in Markdown.\n\n\nBut not to LinkedIn."
    assert second.markdown == "Second part of the thread."
    assert comment.markdown == "First comment, on platforms that have comments."
    assert (second.lines, comment.lines, comment.comment) == ((36,), (39,), True)


def test_byte_order_mark_and_line_ends_of_windows_change_nothing() -> None:
    plain = "---\ntitle: x\n---\nOne\n\n---\n\nTwo\n"
    windows = b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode()
    one, other = read(plain.encode()), read(windows)
    assert (one.front, one.parts, one.lines) == (other.front, other.parts, other.lines)
    assert other.diagnostics == ()


def test_toml_front_matter() -> None:
    source = post("""
        +++
        title = "We are live"
        publish_at = 2026-12-01T09:00:00+01:00
        platforms = ["mastodon"]
        stauts = "ready"

        [settings.mastodon]
        visibility = "public"
        +++
        Hello
    """)
    assert source.front is not None
    assert source.front.publish_at == "2026-12-01 09:00:00+01:00"
    assert source.front.settings == {"mastodon": {"visibility": "public"}}
    assert said(source.diagnostics) == ["5:1-5:7 PZ030 unknown key `stauts`", "help: write `status`"]


def test_json_front_matter() -> None:
    source = post("""
        {
          "title": "We are live",
          "tags": ["spring", false]
        }
        Hello
    """)
    assert source.front is not None
    assert source.front.title == "We are live"
    assert source.parts[0].blocks[0].lines == (5,)
    assert said(source.diagnostics) == [
        "3:11-3:28 PZ032 item 2 of `tags` must be text, not `false`",
        'help: quote it: `"false"`',
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b"x" * 1_048_577,
            [
                "1:1-1:2 PZ001 this file has more than 1,048,576 bytes",
                "help: put media beside the post as files",
            ],
        ),
        (
            "---\ntitle: München\n---\n".encode("latin-1"),
            [
                "2:9-2:10 PZ002 byte 0xFC is not UTF-8",
                "help: save the file as UTF-8: it looks like Latin-1 (Windows-1252)",
            ],
        ),
        (
            "Hello".encode("utf-16"),
            ["1:1-1:2 PZ002 byte 0xFF is not UTF-8", "help: save the file as UTF-8: it is UTF-16"],
        ),
        (
            b"---\nid: x\n---\na\0b",
            ["4:2-4:3 PZ003 control character U+0000 stands here", "help: delete it, and type the line anew"],
        ),
        (
            b"a\x1b[31mb",
            ["1:2-1:3 PZ003 control character U+001B stands here", "help: delete it, and type the line anew"],
        ),
        (
            b"Hello",
            [
                "1:1-1:2 PZ004 this post has no front-matter, so it stays a draft",
                "help: begin it with `platforms` between `---`",
            ],
        ),
        (
            b"",
            [
                "1:1-1:2 PZ004 this post has no front-matter, so it stays a draft",
                "help: begin it with `platforms` between `---`",
            ],
        ),
        (
            b"\n\n---\ntitle: x\n\nHello",
            [
                "3:1-3:4 PZ005 the front-matter that begins here is not closed",
                "help: write `---` on a line of its own where it ends",
            ],
        ),
        (
            b"+++\ntitle = 1\n",
            [
                "1:1-1:4 PZ005 the front-matter that begins here is not closed",
                "help: write `+++` on a line of its own where it ends",
            ],
        ),
        (
            b"---\ntags: [" + b"spring, " * 9_000 + b"]\n---\nx",
            [
                "2:1-2:2 PZ006 the front-matter has more than 64 KiB",
                "help: write what is to be published below the front-matter",
            ],
        ),
        (
            "---\nid: x\n---\nPrice\u202efdp".encode(),
            [
                "4:6-4:7 PZ007 U+202E changes the order in which this line is shown",
                "help: delete it, and read the line again",
            ],
        ),
        (
            b"---\n- a\n---\nx",
            ["2:1-2:4 PZ017 the front-matter is a list, not a mapping", "help: write it as `key: value` lines"],
        ),
        (
            b"---\nhello\n---\nx",
            ["2:1-2:6 PZ017 the front-matter is a single value, not a mapping", "help: write it as `key: value` lines"],
        ),
        (
            b"---\ntitle: No\n---\nx",
            ["2:8-2:10 PZ018 `No` is text here, and a truth value for other readers of YAML", 'help: quote it: `"No"`'],
        ),
        (
            b"---\npublish_at: 2026-12-01 09:00:00\n---\nx",
            [
                "2:13-2:32 PZ018 `2026-12-01 09:00:00` is text here, and a time in UTC for other readers of YAML",
                'help: quote it: `"2026-12-01 09:00:00"`',
            ],
        ),
        (
            b"---\ntitle: 12:30\n---\nx",
            [
                "2:8-2:13 PZ018 `12:30` is text here, and a number for other readers of YAML",
                'help: quote it: `"12:30"`',
            ],
        ),
        (
            b"+++\na = [\n+++\nx",
            ["2:5-2:6 PZ019 this is not TOML: invalid value", 'help: quote text, and write lists as `["a", "b"]`'],
        ),
        (
            b"+++\ntitle = x\n+++\nx",
            ["2:9-2:10 PZ019 this is not TOML: invalid value", 'help: quote text, and write lists as `["a", "b"]`'],
        ),
        (
            b"+++\na = " + b"[" * 20_000 + b"\n+++\nx",
            ["2:1-2:2 PZ015 more than 32 levels of nesting", "help: write it flatter"],
        ),
        (
            b"+++\n" + b"a." * 400 + b"a = 1\n+++\nx",
            ["2:1-2:2 PZ015 more than 32 levels of nesting", "help: write it flatter"],
        ),
        (
            b'{\n"a": ' + b"[" * 20_000 + b"\n}\nx",
            ["1:1-1:2 PZ015 more than 32 levels of nesting", "help: write it flatter"],
        ),
        (
            b'{\n"title" "x"\n}\nx',
            [
                "2:9-2:10 PZ020 this is not JSON: expecting ':' delimiter",
                'help: put names and text into `"`, commas between entries alone, and indent inner braces',
            ],
        ),
        (
            b'{\n"title": NaN\n}\nx',
            [
                "1:1-1:2 PZ020 this is not JSON: `NaN` is no JSON number",
                'help: put names and text into `"`, commas between entries alone, and indent inner braces',
            ],
        ),
        (
            b'{\n"id": "a",\n"id": "b"\n}\nx',
            ["3:1-3:5 PZ013 `id` stands twice, first on line 2", "help: keep one of the two"],
        ),
        (
            b'{\n"title": "a\\ud800"\n}\nx',
            ["2:10-2:19 PZ003 an escape writes U+D800 into this value", "help: delete the escape"],
        ),
    ],
)
def test_findings(data: bytes, expected: list[str]) -> None:
    assert said(read(data).diagnostics) == expected


@pytest.mark.parametrize(
    "front",
    [
        "thread: off",
        "settings: {mastodon: {language: no, sensitive: yes}}",
        "publish_at: 2026-12-01 09:00",
        "publish_at: 2026-12-01T09:00:00+01:00",
        "publish_at: 2026-12-01T09:00:00Z",
        "repeat: {every: 7d, until: 2027-01-31}",
        "title: 'No'",
    ],
)
def test_what_all_readers_of_yaml_read_alike(front: str) -> None:
    assert read(f"---\n{front}\n---\nx".encode()).diagnostics == ()


@pytest.mark.parametrize("data", [b"---\n---\nHello", b"---\n# nothing yet\n---\nHello", b"---\n\n\n---\nHello"])
def test_empty_front_matter_is_a_draft_that_says_nothing(data: bytes) -> None:
    source = read(data)
    assert source.diagnostics == ()
    assert source.front is not None
    assert source.front.model_fields_set == set()


def test_indented_code_at_the_beginning_of_a_body_stays_code() -> None:
    (part,) = for_names(read(b"---\nid: x\n---\n\n    code\n").parts, set())
    assert (part.markdown, part.lines) == ("    code", (5,))


def test_fields_that_cannot_be_read_are_named_and_the_others_are_kept() -> None:
    source = read(b"---\ntitle: x\nstatus: redy\ntitel: y\n---\n")
    assert source.front is not None
    assert source.front.title == "x"
    assert source.dropped == {"status", "titel"}


def test_broken_yaml_leaves_the_body_to_be_checked() -> None:
    source = read(b"---\ntitle: a: b\n---\n:::onyl x\n:::\n")
    assert source.front is None
    assert [(d.code, d.span.line) for d in source.diagnostics] == [("PZ010", 2), ("PZ201", 4)]


def test_lines_of_a_file_that_is_not_text_can_be_shown() -> None:
    assert read("a\r\nü".encode("latin-1")).lines == ("a", "\ufffd")


HOSTILE = {
    "fences": b"---\n" * 25_000,
    "dashes": b"-" * 100_000,
    "plus": b"+++\n" + b"+" * 100_000,
    "braces": b"{\n" * 50_000,
    "directives": b":::only x\n" * 10_000,
    "stray": b":::\n" * 25_000,
    "colons": b":" * 100_000,
    "names": b":::only " + b"x " * 50_000,
    "breaks": b"a\n\n---\n" * 14_000,
    "stars": b"*" * 100_000,
    "brackets": b"[" * 100_000,
    "images": b"![](" * 25_000,
    "blank": b"\n" * 100_000,
    "spaces": b"---\n" + b" " * 100_000,
    "toml": b"+++\n" + b"a = [1,\n" * 8_000 + b"\n+++\n",
    "dotted": b"+++\n" + b"".join(b"a%d.b = 1\n" % n for n in range(3_000)) + b"+++\n",
    "json": b"{\n" + b"".join(b'"a%d": 1,\n' % n for n in range(3_000)) + b'"b": 1\n}\n',
    "carriage returns": b"\r" * 100_000,
    "bidi": "\u202e".encode() * 30_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_cost_little(data: bytes) -> None:
    affordable(lambda: read(data), len(data))


ANY = st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
FRONTED = st.builds(
    lambda fence, front, body: f"{fence}\n{front}\n{'}' if fence == '{' else fence}\n{body}".encode("utf-8", "replace"),
    st.sampled_from(["---", "+++", "{"]),
    st.text(alphabet=st.sampled_from(list("ab:-#,[]{}'\"|>&*!=.\n 01\\"))),
    st.text(alphabet=st.sampled_from(list("ab:-#*`~\n >"))),
)


@given(ANY | FRONTED)
@example(b"---\n? a\n---\n")
@example(b"+++\na.b = 1\n[a.b.c]\n+++\n")
@example(b"{\n}\n")
def test_any_bytes_are_a_source(data: bytes) -> None:
    source = read(data)
    for found in source.diagnostics:
        assert found.span.path == "content/post.md"
        assert (1, 1) <= (found.span.line, found.span.column) < (found.span.end_line, found.span.end_column)
        assert not source.lines or found.span.line <= len(source.lines)
