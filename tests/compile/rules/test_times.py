"""What is said of times and repeats that cannot be meant."""

from __future__ import annotations

from postiz_ops.model import Schedule
from tests.compile.repository import compiled, drafts, found


def test_no_time() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: tomorrow at nine
        ---
        Hello
        """
    ) == [
        "3:13-3:29 error[PZ250] time-unreadable: `tomorrow at nine` is not a time",
        (
            "  help: write it as `2026-12-01 09:00`, with an offset as `2026-12-01T09:00+01:00`, or write `now` or "
            "`queue`"
        ),
    ]


def test_a_day_that_may_be_two() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: 01/12/2026 09:00
        ---
        Hello
        """
    ) == [
        "3:13-3:29 error[PZ251] time-ambiguous: `01/12/2026 09:00` may mean two different days",
        (
            "  help: write it as `2026-12-01 09:00`, with an offset as `2026-12-01T09:00+01:00`, or write `now` or "
            "`queue`"
        ),
    ]


def test_a_date_alone() -> None:
    assert found(
        """
        ---
        platforms: [mastodon, bluesky]
        publish_at: 2026-12-01
        ---
        Hello
        """
    ) == [
        "3:13-3:23 error[PZ252] time-of-day-missing: `2026-12-01` has no time of day",
        "  help: add one, as in `2026-12-01 09:00`",
    ]


def test_a_day_that_does_not_exist() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: 2026-11-31 09:00
        ---
        Hello
        """
    ) == [
        "3:13-3:29 error[PZ253] time-impossible: `2026-11-31 09:00` is in no calendar",
        "  help: correct the day or the time",
    ]


def test_an_hour_that_the_clocks_skip() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: 2027-03-28 02:30
        ---
        Hello
        """
    ) == [
        "3:13-3:29 error[PZ254] dst-gap: `2027-03-28 02:30` does not exist in Europe/Berlin: the clocks go forward",
        "  help: write `2027-03-28 03:30`, or give an offset",
    ]


def test_an_hour_that_comes_twice() -> None:
    post = """
        ---
        platforms: [mastodon]
        publish_at: 2027-10-31 02:30
        ---
        Hello
        """
    assert found(post) == [
        (
            "3:13-3:29 warning[PZ255] dst-overlap: `2027-10-31 02:30` comes twice in Europe/Berlin, and the first "
            "is taken"
        ),
        "  help: write `2027-10-31T02:30+02:00` for the first, `2027-10-31T02:30+01:00` for the second",
    ]
    assert drafts(compiled(post))["acme-mastodon"].valid


def test_a_time_of_one_account_alone_is_said_of_that_account() -> None:
    assert found(
        """
        ---
        platforms: [mastodon, bluesky]
        publish_at: 2026-12-01 09:00
        overrides:
          bluesky: {publish_at: soon}
        ---
        Hello
        """
    ) == [
        "5:25-5:29 error[PZ250] time-unreadable @acme-bluesky: `soon` is not a time",
        (
            "  help: write it as `2026-12-01 09:00`, with an offset as `2026-12-01T09:00+01:00`, or write `now` or "
            "`queue`"
        ),
    ]


def test_a_repeat_that_means_nothing() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        repeat: {every: week}
        ---
        Hello
        """
    ) == [
        (
            "4:9-4:22 error[PZ256] repeat-invalid: `week` is not a number of hours (`h`), days (`d`), weeks (`w`), "
            "months (`mo`) or years (`y`)"
        ),
        "  help: write it as `{every: 7d, until: 2027-01-31}`, or as an RRULE such as `FREQ=WEEKLY;BYDAY=MO`",
    ]


def test_a_repeat_of_the_queue() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: queue
        repeat: {every: 7d}
        ---
        Hello
        """
    ) == [
        "4:9-4:20 error[PZ256] repeat-invalid: a repeat needs a `publish_at` with a date and a time to count from",
        "  help: write a time into `publish_at`, or take `repeat` out",
    ]


def test_a_repeat_that_ends_before_it_begins() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        repeat: {every: 7d, until: 2026-11-30}
        ---
        Hello
        """
    ) == [
        "4:9-4:39 error[PZ257] repeat-never: this post would never go out: its `repeat` has no time",
        "  help: correct `until` or the rule",
    ]


def test_a_repeat_that_begins_later() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        repeat: FREQ=WEEKLY;BYDAY=MO
        ---
        Hello
        """
    ) == [
        (
            "4:9-4:29 warning[PZ258] repeat-skips-start: `publish_at` is none of the times of `repeat`: the first "
            "is 2026-12-07 09:00"
        ),
        "  help: write `publish_at: 2026-12-07 09:00`, or change the rule",
    ]


def test_ready_without_a_time() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        status: ready
        ---
        Hello
        """
    ) == [
        "3:9-3:14 error[PZ259] publish-at-missing: this post is ready and has no `publish_at`",
        "  help: add one, or write `status: draft`",
    ]


def test_a_draft_needs_no_time() -> None:
    post = """
        ---
        platforms: [mastodon]
        repeat: {every: 7d}
        ---
        Hello
        """
    assert found(post) == []
    draft = drafts(compiled(post))["acme-mastodon"]
    assert (draft.status, draft.schedule) == ("draft", Schedule("none"))


def test_a_queue_without_slots() -> None:
    assert found(
        """
        ---
        platforms: [mastodon, bluesky]
        publish_at: queue
        ---
        Hello
        """
    ) == [
        (
            "3:13-3:18 error[PZ260] queue-without-slots @acme-bluesky: `acme-bluesky` has no slots that this post "
            "could wait for"
        ),
        '  help: add `slots: ["mon-fri 09:00"]` to the account in accounts.yaml, or write a time',
    ]
