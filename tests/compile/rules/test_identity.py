"""What is said of posts that are each other: ids, texts, and what was published under another name or time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from postiz_ops.compile.digest import text_digest
from postiz_ops.model import Published
from tests.compile.repository import PNG, compiled, drafts, found


def post(
    publish_at: str = "2026-12-01 09:00", *, platforms: str = "mastodon", text: str = "Hello", more: str = ""
) -> str:
    return f"---\nplatforms: [{platforms}]\npublish_at: {publish_at}\n{more}---\n{text}\n"


def published(text: str = "Hello", **changes: object) -> Published:
    draft = drafts(compiled(post(text=text)))["acme-mastodon"]
    at = datetime(2026, 11, 19, 8, tzinfo=UTC)
    out = Published("old", "content/old.md", "acme-mastodon", None, at, at, text_digest(draft))
    return replace(out, **changes)  # type: ignore[arg-type]


# --- ids ----------------------------------------------------------------------------------------------------------


def test_two_posts_with_one_id() -> None:
    assert found(
        {
            "content/a.md": post(more="id: spring\n"),
            "content/b.md": post(text="Hi", more="id: spring\n"),
            "content/c.md": post(text="Ho"),
        }
    ) == [
        "content/a.md:4:5-4:11 error[PZ450] duplicate-id: `spring` is the id of `content/b.md` too",
        "  help: write another `id`",
        "content/b.md:4:5-4:11 error[PZ450] duplicate-id: `spring` is the id of `content/a.md` too",
        "  help: write another `id`",
    ]


def test_an_id_that_is_another_post_s_path() -> None:
    assert found({"content/a.md": post(), "content/b.md": post(text="Hi", more="id: a\n")}) == [
        "content/a.md:1:1-1:2 error[PZ450] duplicate-id: `a` is the id of `content/b.md` too",
        "  help: write another `id`",
        "content/b.md:4:5-4:6 error[PZ450] duplicate-id: `a` is the id of `content/a.md` too",
        "  help: write another `id`",
    ]


def test_both_posts_are_held() -> None:
    compilation = compiled({"content/a.md": post(more="id: x\n"), "content/b.md": post(text="Hi", more="id: x\n")})
    assert [draft.valid for one in compilation.posts for draft in one.drafts] == [False, False]


# --- texts --------------------------------------------------------------------------------------------------------


def test_the_same_text_again() -> None:
    assert found({"content/a.md": post(), "content/b.md": post("2026-12-30 09:00")}) == [
        (
            "content/b.md:5:1-5:6 warning[PZ451] duplicate-text: `content/a.md` sends the same text to "
            "`acme-mastodon` on 2026-12-01 09:00"
        ),
        "  help: write another text, or `allow_repeat: true` if it is meant",
    ]
    assert found({"content/a.md": post(), "content/b.md": post("2026-12-31 09:00")}) == []


def test_it_is_the_later_one_that_repeats() -> None:
    lines = found({"content/a.md": post("2026-12-02 09:00"), "content/b.md": post()})
    assert [line.split(":")[0] for line in lines[::2]] == ["content/a.md"]


def test_the_same_text_to_another_account() -> None:
    assert found({"content/a.md": post(), "content/b.md": post(platforms="bluesky")}) == []


def test_a_text_that_may_be_repeated() -> None:
    assert found({"content/a.md": post(), "content/b.md": post("2026-12-02 09:00", more="allow_repeat: true\n")}) == []


def test_the_times_of_one_repeat_are_one_post() -> None:
    assert found(post(more="repeat: {every: 7d}\n")) == []


def test_a_repeat_and_another_post() -> None:
    files = {
        "content/a.md": post("2026-11-01 09:00", more="repeat: {every: 90d}\n"),
        "content/b.md": post("2027-01-15 09:00"),
    }
    assert found(files) == [
        (
            "content/b.md:5:1-5:6 warning[PZ451] duplicate-text: `content/a.md` sends the same text to "
            "`acme-mastodon` on 2027-01-30 09:00"
        ),
        "  help: write another text, or `allow_repeat: true` if it is meant",
    ]
    assert found({**files, "content/b.md": post("2027-03-10 09:00")}) == []


def test_drafts_repeat_nothing() -> None:
    assert found({"content/a.md": post(), "content/b.md": post(more="status: draft\n")}) == []


def test_now_and_the_queue_are_now() -> None:
    assert found({"content/a.md": post("now"), "content/b.md": post("queue")}) == [
        (
            "content/b.md:5:1-5:6 warning[PZ451] duplicate-text: `content/a.md` sends the same text to "
            "`acme-mastodon` on 2026-11-20 13:00"
        ),
        "  help: write another text, or `allow_repeat: true` if it is meant",
    ]


def test_the_same_picture_without_words() -> None:
    files: dict[str, str | bytes] = {
        "content/a.md": post(text="![A](a.png)"),
        "content/b.md": post("2026-12-02 09:00", text="![A](b.png)"),
        "content/a.png": PNG,
        "content/b.png": PNG,
    }
    assert [line.split()[2] for line in found(files)[::2]] == ["duplicate-text:"]
    assert found({**files, "content/b.png": PNG + b" "}) == []


def test_the_same_text_as_a_post_that_is_gone() -> None:
    files = {"content/new.md": post(more="id: new\n")}
    assert found(files, history=(published(),)) == [
        (
            "content/new.md:6:1-6:6 warning[PZ451] duplicate-text: `content/old.md` sends the same text to "
            "`acme-mastodon` on 2026-11-19 09:00"
        ),
        "  help: write another text, or `allow_repeat: true` if it is meant",
    ]
    assert found(files, history=(published(published_at=datetime(2026, 10, 30, tzinfo=UTC)),)) == []


def test_what_was_published_long_ago_is_no_matter() -> None:
    files = {"content/a.md": post("2025-01-01 09:00"), "content/b.md": post("2025-01-02 09:00")}
    out = tuple(published(post=name) for name in "ab")
    assert found(files, history=out) == []


# --- what was published -------------------------------------------------------------------------------------------


def test_a_post_that_was_renamed() -> None:
    assert found({"content/new.md": post()}, history=(published(),)) == [
        (
            "content/new.md:1:1-1:2 error[PZ452] renamed-after-publishing: this post was published as "
            "`content/old.md` on 2026-11-19 09:00"
        ),
        "  help: add `id: old` to keep it the same post, or a new `id` to publish it once more",
    ]
    assert found({"content/old.md": post("2026-11-19 09:00")}, history=(published(),)) == []


def test_a_post_that_was_renamed_and_rewritten() -> None:
    files = {"content/new.md": post("2026-11-19 09:00", text="Hello, world")}
    assert [line for line in found(files, history=(published(),)) if "PZ452" in line] == [
        (
            "content/new.md:1:1-1:2 error[PZ452] renamed-after-publishing: this post was published as "
            "`content/old.md` on 2026-11-19 09:00"
        ),
    ]


def test_a_post_that_was_renamed_with_its_id() -> None:
    assert found({"content/new.md": post("2026-11-19 09:00", more="id: old\n")}, history=(published(),)) == []


def test_a_repeat_that_was_renamed() -> None:
    out = published(occurrence=datetime(2026, 11, 19, 8, tzinfo=UTC))
    files = {"content/new.md": post("2026-11-12 09:00", more="repeat: {every: 7d}\n")}
    assert [line.split()[1] for line in found(files, history=(out,))[::2]] == ["error[PZ452]"]


def test_a_renamed_post_of_two_accounts_is_said_once() -> None:
    files = {"content/new.md": post("2026-11-19 09:00", platforms="mastodon, bluesky")}
    both = (published(), published(account="acme-bluesky"))
    assert [line.split()[1:3] for line in found(files, history=both)[::2]] == [
        ["error[PZ452]", "renamed-after-publishing:"],
        ["warning[PZ270]", "time-past:"],
    ]
    assert not any(draft.valid for draft in drafts(compiled(files, history=both), "content/new.md").values())


def test_an_account_that_was_added_later_is_no_renaming() -> None:
    files = {"content/old.md": post("2026-11-20 20:00", platforms="mastodon, bluesky")}
    out = published(publish_at=datetime(2026, 11, 20, 19, tzinfo=UTC))
    assert found(files, history=(out,)) == []


def test_a_time_that_was_moved_to_the_future() -> None:
    files = {"content/old.md": post("2026-12-24 09:00")}
    assert found(files, history=(published(),)) == [
        (
            "content/old.md:3:13-3:29 error[PZ453] moved-after-publishing: this post was published on 2026-11-19 "
            "09:00: it will not go out again at its new time"
        ),
        "  help: give it a new `id` to publish it once more, or write a `repeat`",
    ]
    assert not drafts(compiled(files, history=(published(),)), "content/old.md")["acme-mastodon"].valid


def test_a_repeat_is_the_way_to_publish_again() -> None:
    files = {"content/old.md": post("2026-12-24 09:00", more="repeat: {every: 7d}\n")}
    assert found(files, history=(published(),)) == []


def test_published_ahead_of_its_time_is_not_moved() -> None:
    out = published(publish_at=datetime(2026, 11, 20, 12, 5, tzinfo=UTC))
    assert found({"content/old.md": post("2026-11-20 13:05")}, history=(out,)) == []


def test_the_same_instant_in_other_words_is_not_moved() -> None:
    out = published(publish_at=datetime(2026, 12, 1, 8, tzinfo=UTC))
    assert found({"content/old.md": post("2026-12-01T03:00-05:00")}, history=(out,)) == []
