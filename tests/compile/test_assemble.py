"""The parts of a post, exactly as they will be sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.model import Draft, DraftPart, Unit
from postiz_ops.text.units import measure
from tests.compile.repository import ACCOUNTS, PNG, compiled, drafts, found, media


def sent(body: str, front: str = "", *, platforms: str = "everywhere", **files: str | bytes) -> dict[str, Draft]:
    post = f"---\nplatforms: [{platforms}]\n{front}\n---\n{body}"
    named = {name.replace("__", "/").replace("_", "."): data for name, data in files.items()}
    pictures = {"content/a.png": PNG, "content/b.png": PNG}
    return drafts(compiled({"content/post.md": post, **pictures, **named}))


def texts(body: str, front: str = "", *, platforms: str = "everywhere", **files: str | bytes) -> dict[str, list[str]]:
    found_drafts = sent(body, front, platforms=platforms, **files)
    return {name.removeprefix("acme-"): [part.text for part in draft.parts] for name, draft in found_drafts.items()}


# --- forms --------------------------------------------------------------------------------------------------------


def test_each_platform_s_own_form() -> None:
    assert texts("**Hello** @{alice}, [read](https://example.com) & see") == {
        "mastodon": ["Hello @alice@social.example, read (https://example.com) & see"],
        "bluesky": ["Hello @alice.example.com, read & see"],
        "discord": ["**Hello** Alice Doe, [read](https://example.com) & see"],
        "slack": ["*Hello* Alice Doe, <https://example.com|read> &amp; see"],
    }


def test_length_is_that_of_the_text_in_the_platform_s_unit() -> None:
    made = sent("See https://example.com/a/very/long/path/indeed 🎉", "content_warning: Long")
    assert {name: draft.parts[0].length for name, draft in made.items()} == {
        "acme-mastodon": 4 + 23 + 2 + 4,
        "acme-bluesky": 49,
        "acme-discord": 49,
        "acme-slack": 49,
    }


# --- parts and directives -----------------------------------------------------------------------------------------

DIRECTIVES = """
For all.

:::only bluesky acme-slack
For two.
:::

:::except everywhere
For none.
:::

---

:::only mastodon
For one.
:::

---

:::comment
A comment.
:::

Last.
"""


def test_directives_take_accounts_providers_and_groups() -> None:
    assert texts(DIRECTIVES) == {
        "mastodon": ["For all.", "For one.", "Last.", "A comment."],
        "bluesky": ["For all.\n\nFor two.", "Last.", "A comment."],
        "discord": ["For all.", "Last.", "A comment."],
        "slack": ["For all.\n\nFor two.", "Last."],
    }


def test_comments_are_marked() -> None:
    draft = sent(DIRECTIVES)["acme-mastodon"]
    assert [part.comment for part in draft.parts] == [False, False, False, True]


def test_a_part_that_renders_to_nothing_is_dropped() -> None:
    assert texts("Hello\n\n---\n\n&nbsp;\n\n---\n\n****\n\n---\n\nBye", platforms="mastodon")["mastodon"][-1] == "Bye"
    assert texts("Hello\n\n---\n\n![A](a.png)\n", platforms="mastodon") == {"mastodon": ["Hello", ""]}
    assert texts("Hello\n\n---\n\n[r]: https://example.com\n", platforms="mastodon") == {"mastodon": ["Hello"]}


# --- endings ------------------------------------------------------------------------------------------------------


def test_hashtags_end_the_first_part_and_the_signature_the_last() -> None:
    body = "First #GitOps\n\n---\n\nSecond\n"
    front = "hashtags: [gitops, python]\nsignature: team"
    assert texts(body, front, platforms="mastodon", signatures__team_md="-- \n*The team*\n\n") == {
        "mastodon": ["First #GitOps\n\n#python", "Second\n\n--\nThe team"]
    }


def test_hashtags_come_after_the_signature() -> None:
    front = "hashtags: [python]\nsignature: sub/team"
    assert texts("Hello", front, platforms="bluesky", signatures__sub__team_md="Yours, @{alice}") == {
        "bluesky": ["Hello\n\nYours, @alice.example.com\n\n#python"]
    }


@pytest.mark.parametrize("signature", ["none", "", '""'])
def test_no_signature(signature: str) -> None:
    made = texts("Hello", f"signature: {signature}", platforms="mastodon", signatures__default_md="Yours")
    assert made == {"mastodon": ["Hello"]}


def test_a_default_signature_and_a_post_without() -> None:
    accounts = ACCOUNTS + "defaults: {signature: team}\n"
    files = {
        "content/a.md": "---\nplatforms: [mastodon]\n---\nHello\n",
        "content/b.md": "---\nplatforms: [mastodon]\nsignature: none\n---\nHello\n",
        "signatures/team.md": "Yours\n",
    }
    compilation = compiled(files, accounts=accounts)
    assert [post.drafts[0].parts[0].text for post in compilation.posts] == ["Hello\n\nYours", "Hello"]


def test_a_comment_has_neither() -> None:
    front = "hashtags: [python]\nsignature: team"
    made = texts("Hello\n\n:::comment\nMore\n:::\n", front, platforms="mastodon", signatures__team_md="Yours")
    assert made == {"mastodon": ["Hello\n\nYours\n\n#python", "More"]}


def test_a_signature_that_is_no_text() -> None:
    lines = found(
        {
            "content/post.md": "---\nplatforms: [mastodon]\nsignature: team\n---\nHello\n",
            "signatures/team.md": b"Gr\xfc\xdfe",
        }
    )
    assert [line.split(":")[0] for line in lines[::2]] == ["signatures/team.md"]


# --- media --------------------------------------------------------------------------------------------------------


def paths(parts: tuple[DraftPart, ...]) -> list[list[str]]:
    return [[f"{medium.path} {medium.alt}" for medium in part.media] for part in parts]


def test_media_are_attached_to_their_part() -> None:
    body = "First ![B](b.png)\n\n---\n\n![A](/content/a.png)\nSecond\n"
    draft = sent(body, "media: [{src: a.png, alt: Listed}]")["acme-mastodon"]
    assert paths(draft.parts) == [["content/a.png Listed", "content/b.png B"], ["content/a.png A"]]
    assert [part.text for part in draft.parts] == ["First", "Second"]


def test_media_of_some_accounts() -> None:
    front = "media: [{src: a.png, alt: A, only: [bluesky]}, {src: b.png, alt: B, only: [acme-mastodon, slack]}]"
    body = "Hello\n\n:::only mastodon\n![C](a.png)\n:::\n"
    made = sent(body, front, platforms="mastodon, bluesky")
    assert {name: paths(draft.parts) for name, draft in made.items()} == {
        "acme-mastodon": [["content/b.png B", "content/a.png C"]],
        "acme-bluesky": [["content/a.png A"]],
    }


def test_media_go_to_the_first_part_that_is_there() -> None:
    made = sent(":::only bluesky\nFirst\n:::\n\n---\n\nSecond\n", "media: [{src: a.png, alt: A}]", platforms="mastodon")
    assert paths(made["acme-mastodon"].parts) == [["content/a.png A"]]


def test_media_without_any_text() -> None:
    made = sent("", "media: [{src: a.png, alt: A}]\nhashtags: [art]", platforms="mastodon")
    assert [(part.text, len(part.media)) for part in made["acme-mastodon"].parts] == [("#art", 1)]


def test_a_thumbnail_comes_with_its_film() -> None:
    film = media("video/mp4", width=64, height=48, duration=2.5, size=1000)
    front = "media: [{src: clip.mp4, alt: A, thumbnail: a.png}]"
    (medium,) = sent("Hello", front, platforms="mastodon", content__clip_mp4=film)["acme-mastodon"].parts[0].media
    assert (medium.kind, medium.type, medium.bytes, medium.duration) == ("video", "video/mp4", 1000, 2.5)
    assert medium.thumbnail is not None
    assert (medium.thumbnail.path, medium.thumbnail.width) == ("content/a.png", 64)


def test_a_picture_in_a_signature_belongs_to_its_part() -> None:
    made = sent(
        "Hello", "signature: team", platforms="mastodon",
        signatures__team_md="Yours\n\n![Logo](logo.png)", signatures__logo_png=PNG,
    )  # fmt: skip
    assert paths(made["acme-mastodon"].parts) == [["signatures/logo.png Logo"]]


def test_a_link_card_with_its_picture() -> None:
    front = "link: {url: https://example.com, title: T, description: D, image: a.png}"
    made = sent("https://example.com", front)
    card = made["acme-bluesky"].link
    assert card is not None
    assert (card.url, card.title, card.description, card.image and card.image.path) == (
        "https://example.com", "T", "D", "content/a.png",
    )  # fmt: skip
    assert made["acme-mastodon"].link is None


# --- threads ------------------------------------------------------------------------------------------------------

LONG = " ".join(f"Sentence number {number} is here." for number in range(40))


def test_a_long_text_is_split_where_the_platform_has_threads() -> None:
    made = texts(LONG, "thread: auto\nhashtags: [GitOps]")
    assert {name: len(parts) for name, parts in made.items()} == {"mastodon": 3, "bluesky": 4, "discord": 1, "slack": 1}
    assert made["bluesky"][0].endswith("\n\n#GitOps")
    assert " ".join(made["bluesky"]).replace("\n\n#GitOps", "") == LONG


def test_off_is_the_default() -> None:
    assert len(texts(LONG, platforms="bluesky")["bluesky"]) == 1


def test_a_split_part_keeps_its_media() -> None:
    body = f"![A](a.png)\n{LONG}\n\n![B](b.png)\n"
    draft = sent(body, "thread: auto\nmedia: [{src: b.png, alt: Listed}]", platforms="bluesky")["acme-bluesky"]
    assert paths(draft.parts) == [["content/b.png Listed", "content/a.png A"], [], [], ["content/b.png B"]]


def test_the_content_warning_takes_room_of_every_part() -> None:
    draft = sent(LONG, f"thread: auto\ncontent_warning: {'w' * 200}", platforms="mastodon")["acme-mastodon"]
    assert [part.length for part in draft.parts] == [measure(part.text, Unit.MASTODON) + 200 for part in draft.parts]
    assert max(part.length for part in draft.parts) <= 500


@given(
    st.lists(
        st.sampled_from(["word", "emoji 🎉", "https://example.com/x", "**bold**", "a" * 60, "end.", "\n\n"]),
        max_size=120,
    ),
    st.lists(st.sampled_from(["GitOps", "python", "ein-sehr-langes"]), max_size=3, unique=True),
)
def test_every_part_of_a_split_text_fits(words: list[str], hashtags: list[str]) -> None:
    """Whatever is written, with ``thread: auto`` no part is too long, and no word is lost."""
    body = " ".join(words)
    front = f"thread: auto\nhashtags: [{', '.join(hashtags)}]"
    for draft in sent(body, front, platforms="bluesky, mastodon").values():
        assert all(part.length <= (300 if draft.provider == "bluesky" else 500) for part in draft.parts)
        assert sum(part.text.count("word") for part in draft.parts) == body.count("word")
        assert all(part.text.strip() == part.text for part in draft.parts)
