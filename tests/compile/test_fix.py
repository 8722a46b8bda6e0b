"""``check --fix``: what it writes, and that it writes nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.fix import fix
from postiz_ops.compile.source import read_post
from postiz_ops.model import Config

PATH = "content/2026/launch.md"


def fixed(text: str, *, alt: bool = True) -> str:
    return fix(PATH, text.encode(), alt=alt).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ntitle: x\n---\nHi", "---\nid: 2026/launch\ntitle: x\n---\nHi"),
        ("---\n# first\ntitle: x # it\n---\nHi", "---\n# first\nid: 2026/launch\ntitle: x # it\n---\nHi"),
        ("---\n---\nHi", "---\nid: 2026/launch\n---\nHi"),
        ("---\n# nothing\n---\nHi", "---\nid: 2026/launch\n# nothing\n---\nHi"),
        ("---\nid:\ntitle: x\n---\n", "---\nid: 2026/launch\ntitle: x\n---\n"),
        ("---\nid: ~ # soon\n---\n", "---\nid: 2026/launch # soon\n---\n"),
        ("---\n{title: x}\n---\n", "---\n{id: 2026/launch, title: x}\n---\n"),
        ('+++\ntitle = "x"\n+++\nHi', '+++\nid = "2026/launch"\ntitle = "x"\n+++\nHi'),
        ('{\n  "title": "x"\n}\nHi', '{\n  "id": "2026/launch",\n  "title": "x"\n}\nHi'),
        ("{\n}\nHi", '{\n  "id": "2026/launch"\n}\nHi'),
    ],
)
def test_an_id(before: str, after: str) -> None:
    assert fixed(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: No", 'title: "No"'),
        ("title: 12:30 # noon", 'title: "12:30" # noon'),
        ("publish_at: 2026-12-01 09:00:00", 'publish_at: "2026-12-01 09:00:00"'),
        ("tags: [on, b, 1.10]", 'tags: ["on", b, "1.10"]'),
        ("media:\n  - 12:30", 'media:\n  - {src: "12:30", alt: ""}'),
    ],
)
def test_quotes(before: str, after: str) -> None:
    assert fixed(f"---\nid: x\n{before}\n---\n") == f"---\nid: x\n{after}\n---\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("media:\n  - a.jpg # it", 'media:\n  - {src: a.jpg, alt: ""} # it'),
        ("media: [a.jpg, 'b c.jpg']", 'media: [{src: a.jpg, alt: ""}, {src: \'b c.jpg\', alt: ""}]'),
        ("media:\n  - a, b.jpg", 'media:\n  - {src: "a, b.jpg", alt: ""}'),
        ("media:\n  - {src: a.mp4, thumbnail: t.jpg}", 'media:\n  - {src: a.mp4, alt: "", thumbnail: t.jpg}'),
        (
            "media:\n  - src: a.mp4 # it\n    thumbnail: t.jpg",
            'media:\n  - src: a.mp4 # it\n    alt: ""\n    thumbnail: t.jpg',
        ),
        (
            "overrides:\n  bluesky:\n    media: [a.jpg]",
            'overrides:\n  bluesky:\n    media: [{src: a.jpg, alt: ""}]',
        ),
    ],
)
def test_slots_for_alt_texts(before: str, after: str) -> None:
    assert fixed(f"---\nid: x\n{before}\n---\n") == f"---\nid: x\n{after}\n---\n"
    assert fixed(f"---\nid: x\n{before}\n---\n", alt=False) == f"---\nid: x\n{before}\n---\n"


def test_a_slot_is_no_alt_text() -> None:
    source = read_post(PATH, fixed("---\nid: x\nmedia: [a.jpg]\n---\n").encode(), Config())
    assert source.front is not None
    assert source.front.media is not None
    assert source.front.media[0].alt == ""


@pytest.mark.parametrize(
    "text",
    [
        "Hi",
        "",
        "---\ntitle: x\n",
        "---\ntitle: a: b\n---\n",
        "---\ntitle: &a No\n---\n",
        "---\ntitle: x #y\n---\n",
        "---\n- No\n---\n",
        "---\nid: x\ntitle: x\n---\n![](a.jpg)\n",
        "---\nid: x\nmedia: [{src: a.jpg, alt: A}]\nthread: off\nsettings: {mastodon: {language: no}}\n---\n",
        "---\nid: x\npublish_at: 2026-12-01 09:00\n---\n",
        "---\nid: x\nmedia: [[a.jpg], {src: 5}, {src: |-\n  a.jpg\n }, {alt: A}, ~]\noverrides: 7\n---\n",
        "---\nid: x\nmedia:\n- |\n  a.jpg\n- a\n  b.jpg\n- src: >\n    a.jpg\n---\n",
        '+++\nid = "x"\nmedia = ["a.jpg"]\n+++\n',
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert fixed(text) == text


def test_bytes_that_are_no_text_come_back_as_they_are() -> None:
    assert fix(PATH, b"---\ntitle: \xfc\n---\n") == b"---\ntitle: \xfc\n---\n"


def test_line_ends_and_byte_order_mark_stay() -> None:
    before = "\ufeff---\r\ntitle: No\r\nmedia:\r\n- src: a.jpg\r\n---\r\nHi\r\n\r\n"
    after = '\ufeff---\r\nid: 2026/launch\r\ntitle: "No"\r\nmedia:\r\n- src: a.jpg\r\n  alt: ""\r\n---\r\nHi\r\n\r\n'
    assert fixed(before) == after


def test_the_id_is_the_one_that_the_post_already_has() -> None:
    assert fix("posts/é x.md", b"---\ntitle: x\n---\n", content="posts").decode() == '---\nid: "é x"\ntitle: x\n---\n'
    assert fix("a.md", b"---\ntitle: x\n---\n", content=".") == b"---\nid: a\ntitle: x\n---\n"


SCALARS = ["x", "No", "12:30", "'a'", '"b"', "~", "2026-12-01 09:00:00", "a, b", "", "|\n  x", "[a, on]", "{src: off}"]
ENTRIES = st.lists(
    st.tuples(st.sampled_from(["id", "title", "tags", "media", "publish_at", "link", "x"]), st.sampled_from(SCALARS)),
    unique_by=lambda entry: entry[0],
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(ENTRIES, ENDS, st.sampled_from(["", " # c"]), st.booleans())
def test_twice_is_as_once_and_nothing_else_changes(
    entries: list[tuple[str, str]], end: str, comment: str, bom: bool
) -> None:
    front = "".join(f"{key}: {value}{'' if '|' in value else comment}\n" for key, value in entries)
    text = f"---\n{front}---\nBody No\n".replace("\n", end)
    data = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    once = fix(PATH, data)
    assert fix(PATH, once) == once
    assert once.endswith(f"Body No{end}".encode())
    assert once.startswith(b"\xef\xbb\xbf") == bom
    assert once.count(b"# c") == data.count(b"# c")
    before, after = read_post(PATH, data, Config()), read_post(PATH, once, Config())
    assert (before.parts == ()) == (after.parts == ())
    if before.front is not None and after.front is not None:
        assert after.front.title == before.front.title
        assert after.front.publish_at == before.front.publish_at
        assert [m.src for m in after.front.media or ()] == [m.src for m in before.front.media or ()]
    assert {d.code for d in after.diagnostics} <= {d.code for d in before.diagnostics}


@given(st.binary() | st.text().map(lambda text: f"---\n{text}\n---\n".encode("utf-8", "replace")))
def test_any_bytes(data: bytes) -> None:
    once = fix(PATH, data)
    assert fix(PATH, once) == once
