"""What is said of times that the clock has passed, that are far away, or too close to each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from postiz_ops.model import Published
from tests.compile.repository import ACCOUNTS, NOW, compiled, drafts, found

OUT = Published(
    post="post",
    path="content/post.md",
    account="acme-mastodon",
    occurrence=None,
    publish_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    text="0" * 64,
)
GAP = ACCOUNTS + "policy: {min_gap: 1h}\n"


def post(publish_at: str, *, platforms: str = "mastodon", text: str = "Hello", more: str = "") -> str:
    return f"---\nplatforms: [{platforms}]\npublish_at: {publish_at}\n{more}---\n{text}\n"


def test_a_time_that_has_just_passed() -> None:
    assert found(post("2026-11-20 09:00")) == [
        (
            "3:13-3:29 warning[PZ270] time-past: 2026-11-20 09:00 has passed: this post goes out as soon as it is "
            "approved"
        ),
        "  help: write a later time, or `now` if that is meant",
    ]


def test_a_time_that_is_too_late() -> None:
    assert found(post("2026-11-19 09:00")) == [
        (
            "3:13-3:29 warning[PZ270] time-past: 2026-11-19 09:00 has passed by more than `policy.max_lateness`: "
            "this post will not go out"
        ),
        "  help: write a time that is still to come",
    ]
    assert drafts(compiled(post("2026-11-19 09:00")))["acme-mastodon"].valid


def test_a_time_that_has_passed_for_one_account() -> None:
    assert found(post("2026-11-20 09:00", platforms="mastodon, bluesky"), history=(OUT,)) == [
        (
            "3:13-3:29 warning[PZ270] time-past @acme-bluesky: 2026-11-20 09:00 has passed: this post goes out as "
            "soon as it is approved"
        ),
        "  help: write a later time, or `now` if that is meant",
    ]


def test_what_was_published_has_not_passed() -> None:
    assert found(post("2026-11-20 09:00"), history=(OUT,)) == []


def test_without_the_state_branch_nobody_knows() -> None:
    compilation = compiled(post("2026-11-20 09:00"), history=None)
    assert compilation.diagnostics == ()
    assert compilation.skipped_rules == ("time-past", "renamed-after-publishing", "moved-after-publishing")
    assert compiled(post("2026-11-20 09:00")).skipped_rules == ()


def test_paused_posts_and_drafts_miss_nothing() -> None:
    assert found(post("2026-11-20 09:00", more="status: paused\n")) == []
    assert found(post("2026-11-20 09:00", more="status: draft\n")) == []


def test_a_repeat_has_begun_in_the_past() -> None:
    assert found(post("2026-11-01 09:00", more="repeat: {every: 7d}\n")) == []


def test_a_time_that_is_far_away() -> None:
    assert found(post("2029-11-20 09:00")) == [
        "3:13-3:29 warning[PZ271] time-far: 2029-11-20 09:00 is more than two years away",
        "  help: check the year",
    ]
    assert found(post("2028-11-18 09:00")) == []


def test_two_posts_that_are_too_close() -> None:
    files = {"content/a.md": post("2026-12-01 09:00"), "content/b.md": post("2026-12-01 09:59", text="Hi")}
    assert found(files, accounts=GAP) == [
        (
            "content/b.md:3:13-3:29 warning[PZ272] posts-too-close: 2026-12-01 09:59 is less than `policy.min_gap` "
            "(1h) after `content/a.md`"
        ),
        "  help: write `2026-12-01 10:00` or later",
    ]
    assert found(files) == []


def test_the_very_gap_is_enough() -> None:
    files = {"content/a.md": post("2026-12-01 09:00"), "content/b.md": post("2026-12-01 10:00", text="Hi")}
    assert found(files, accounts=GAP) == []


def test_two_accounts_do_not_disturb_each_other() -> None:
    files = {
        "content/a.md": post("2026-12-01 09:00"),
        "content/b.md": post("2026-12-01 09:00", platforms="bluesky", text="Hi"),
    }
    assert found(files, accounts=GAP) == []


def test_posts_that_share_two_accounts_are_said_once() -> None:
    both = "mastodon, bluesky"
    files = {
        "content/a.md": post("2026-12-01 09:00", platforms=both),
        "content/b.md": post("2026-12-01 09:10", platforms=both, text="Hi"),
    }
    assert found(files, accounts=GAP) == [
        (
            "content/b.md:3:13-3:29 warning[PZ272] posts-too-close: 2026-12-01 09:10 is less than `policy.min_gap` "
            "(1h) after `content/a.md`"
        ),
        "  help: write `2026-12-01 10:00` or later",
    ]


def test_a_repeat_that_meets_another_post() -> None:
    files = {
        "content/a.md": post("2026-11-01 09:00", more="repeat: {every: 1d}\n"),
        "content/b.md": post("2026-12-01 09:30", text="Hi"),
    }
    assert found(files, accounts=GAP) == [
        (
            "content/b.md:3:13-3:29 warning[PZ272] posts-too-close: 2026-12-01 09:30 is less than `policy.min_gap` "
            "(1h) after `content/a.md`"
        ),
        "  help: write `2026-12-01 10:00` or later",
    ]


def test_a_repeat_that_is_too_close_to_itself_is_said_once() -> None:
    assert found(post("2026-12-01 09:00", more="repeat: FREQ=HOURLY;COUNT=9\n"), accounts=GAP.replace("1h", "2h")) == [
        (
            "3:13-3:29 warning[PZ272] posts-too-close: 2026-12-01 10:00 is less than `policy.min_gap` (2h) after "
            "`content/post.md`"
        ),
        "  help: write `2026-12-01 11:00` or later",
    ]


def test_the_last_publication_counts() -> None:
    gone = replace(OUT, post="gone", published_at=NOW)
    assert found(post("2026-11-20 13:30"), accounts=GAP, history=(gone,)) == [
        (
            "3:13-3:29 warning[PZ272] posts-too-close: 2026-11-20 13:30 is less than `policy.min_gap` (1h) after "
            "the last publication"
        ),
        "  help: write `2026-11-20 14:00` or later",
    ]


def test_what_is_over_is_no_matter() -> None:
    files = {"content/a.md": post("2026-11-20 09:00"), "content/b.md": post("2026-11-20 09:10", text="Hi")}
    out = tuple(replace(OUT, post=name) for name in "ab")
    assert found(files, accounts=GAP, history=out) == []


def test_a_gap_in_days_and_minutes() -> None:
    files = {"content/a.md": post("2026-12-01 09:00"), "content/b.md": post("2026-12-01 09:01", text="Hi")}
    assert [line for line in found(files, accounts=GAP.replace("1h", "90s")) if "PZ272" in line] == [
        (
            "content/b.md:3:13-3:29 warning[PZ272] posts-too-close: 2026-12-01 09:01 is less than `policy.min_gap` "
            "(90s) after `content/a.md`"
        ),
    ]
    assert [line for line in found(files, accounts=GAP.replace("1h", "2d")) if "PZ272" in line] == [
        (
            "content/b.md:3:13-3:29 warning[PZ272] posts-too-close: 2026-12-01 09:01 is less than `policy.min_gap` "
            "(2d) after `content/a.md`"
        ),
    ]
