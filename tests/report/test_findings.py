"""What a user sees, to the letter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from postiz_ops.compile.secrecy import LITERAL
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span
from postiz_ops.report.comment import LIMIT
from postiz_ops.report.findings import render

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
TOO_LONG = Rule("PZ300", "text-too-long", Severity.ERROR, "a text is too long", "# text-too-long\n\nIts page.")
ALT = Rule("PZ379", "alt-text-missing", Severity.WARNING, "alt text is missing", "# alt-text-missing")
POST = "content/launch.md"
FORMATS = ("text", "github", "markdown", "json", "sarif")


def found(span: Span, message: str = "it is wrong", *, rule: Rule = TOO_LONG, **facts: Any) -> Diagnostic:
    return rule.at(span, message, help=facts.pop("help", "mend it"), **facts)


def at(line: int, column: int, end_column: int, *, end_line: int | None = None, path: str = POST) -> Span:
    return Span(path, line, column, end_line or line, end_column)


def shown(*diagnostics: Diagnostic, text: str = "", format: str = "text", path: str = POST, **options: Any) -> str:
    sources: Mapping[str, str] = {path: text}
    return render(diagnostics, format=format, sources=sources.get, posts=12, deliveries=30, **options)


def frame(line: str, span: Span, label: str | None = None) -> str:
    """The framed lines alone."""
    text = "\n" * (span.line - 1) + line
    return "\n".join(shown(found(span, label=label), text=text).split("\n")[2:-3]) + "\n"


def test_a_finding_as_compilers_show_it() -> None:
    finding = found(
        at(14, 1, 8),
        "text is 37 characters too long for mastodon",
        label="537 characters, the limit is 500",
        help="shorten it by 37, or add `thread: auto`",
        account="acme-mastodon",
        provider="mastodon",
    )
    assert (
        shown(finding, text="\n" * 13 + "We are happy ...\n")
        == """\
error[PZ300]: text is 37 characters too long for mastodon (text-too-long)
  --> content/launch.md:14:1
   |
14 | We are happy ...
   | ^^^^^^^ 537 characters, the limit is 500
   |
   = account: acme-mastodon
   = help: shorten it by 37, or add `thread: auto`

1 error in 1 file; 12 posts, 30 deliveries"""
    )


def test_nothing_found() -> None:
    assert shown() == "All fine: 12 posts, 30 deliveries"
    assert render((), format="text", sources=lambda _: None, posts=1, deliveries=1) == "All fine: 1 post, 1 delivery"


def test_skipped_rules_are_said() -> None:
    assert (
        shown(skipped_rules=["repeated-text", "renamed-after-publishing"])
        == """\
skipped without the state branch: repeated-text, renamed-after-publishing
All fine: 12 posts, 30 deliveries"""
    )


def test_findings_come_in_the_order_of_their_places_and_are_counted() -> None:
    findings = [
        found(at(2, 1, 2), "second"),
        found(at(1, 1, 2), "first", rule=ALT),
        found(at(1, 1, 2, path="content/a.md"), "other file", severity=Severity.INFO),
        found(at(2, 1, 2), "second"),
    ]
    assert (
        shown(*findings, text="a\nb\n")
        == """\
info[PZ300]: other file (text-too-long)
 --> content/a.md:1:1
  = help: mend it

warning[PZ379]: first (alt-text-missing)
 --> content/launch.md:1:1
  |
1 | a
  | ^
  |
  = help: mend it

error[PZ300]: second (text-too-long)
 --> content/launch.md:2:1
  |
2 | b
  | ^
  |
  = help: mend it

1 error, 1 warning, 1 note in 2 files; 12 posts, 30 deliveries"""
    )


def test_what_several_accounts_share_is_said_once() -> None:
    findings = [found(at(1, 1, 2), account=name, provider=name) for name in ("mastodon", "bluesky")]
    findings.append(found(at(1, 1, 2), "another message", account="slack"))
    assert (
        shown(*findings, text="a")
        == """\
error[PZ300]: it is wrong (text-too-long)
 --> content/launch.md:1:1
  |
1 | a
  | ^
  |
  = account: bluesky, mastodon
  = help: mend it

error[PZ300]: another message (text-too-long)
 --> content/launch.md:1:1
  |
1 | a
  | ^
  |
  = account: slack
  = help: mend it

2 errors in 1 file; 12 posts, 30 deliveries"""
    )


def test_without_its_line_a_finding_still_says_everything() -> None:
    assert (
        shown(found(at(9, 3, 4), label="the limit is 500"), text="one line")
        == """\
error[PZ300]: it is wrong (text-too-long)
 --> content/launch.md:9:3
  = note: the limit is 500
  = help: mend it

1 error in 1 file; 12 posts, 30 deliveries"""
    )


# --- frames ---------------------------------------------------------------------------------------------------------


def test_tabs_and_wide_characters_are_underlined_where_they_stand() -> None:
    assert (
        frame("a\t你好 and 👨‍👩‍👧 é!", at(1, 3, 5))
        == """\
  |
1 | a    你好 and 👨‍👩‍👧 é!
  |      ^^^^
  |
"""
    )
    assert (
        frame("a\t你好 and 👨‍👩‍👧 é!", at(1, 10, 15))
        == """\
  |
1 | a    你好 and 👨‍👩‍👧 é!
  |               ^^
  |
"""
    )
    assert (
        frame("e\u0301!", at(1, 3, 4))
        == """\
  |
1 | e\u0301!
  |  ^
  |
"""
    )


def test_a_place_within_a_character_underlines_all_of_it() -> None:
    assert (
        frame("x👨‍👩‍👧y", at(1, 4, 5))
        == """\
  |
1 | x👨‍👩‍👧y
  |  ^^
  |
"""
    )


def test_an_empty_place_is_a_caret() -> None:
    assert (
        frame("title:", at(1, 7, 7), "a title is needed")
        == """\
  |
1 | title:
  |       ^ a title is needed
  |
"""
    )


def test_a_place_in_an_empty_file() -> None:
    assert (
        frame("", at(1, 1, 1))
        == """\
  |
1 |
  | ^
  |
"""
    )


def test_escapes_take_the_room_that_they_take() -> None:
    assert (
        frame("\x1b[31mred ##[error]\u202e", at(1, 6, 9), "an \x1b escape")
        == """\
  |
1 | \\x1b[31mred ##\\x5berror]\\u{202e}
  |         ^^^ an \\x1b escape
  |
"""
    )


def test_a_file_of_windows_with_a_mark_in_front() -> None:
    assert "1 | title\n  | ^^^^^\n" in shown(found(at(1, 1, 6)), text="\ufefftitle\r\nbody\r\n")


def test_a_long_line_is_cut_around_the_place() -> None:
    words = " ".join(f"word{number:03}" for number in range(100))
    assert (
        frame(words, at(1, 361, 368))
        == f"""\
  |
1 | …{words[340:440]}…
  |  {" " * 20}^^^^^^^
  |
"""
    )
    assert (
        frame(words, at(1, 9, 16))
        == f"""\
  |
1 | {words[:100]}…
  | {" " * 8}^^^^^^^
  |
"""
    )
    assert (
        frame(words, at(1, 793, 800))
        == f"""\
  |
1 | …{words[699:]}
  |  {" " * 93}^^^^^^^
  |
"""
    )
    assert (
        frame(words, at(1, 1, 800))
        == f"""\
  |
1 | {words[:100]}…
  | {"^" * 100}
  |
"""
    )
    assert (
        frame(words, at(1, 361, 800))
        == f"""\
  |
1 | …{words[340:440]}…
  |  {" " * 20}{"^" * 80}
  |
"""
    )


def test_wide_characters_are_not_cut_in_two() -> None:
    assert (
        frame("你" * 80, at(1, 41, 42))
        == f"""\
  |
1 | {"你" * 50}…
  | {" " * 80}^^
  |
"""
    )


def test_several_lines_from_the_start_of_a_line() -> None:
    assert (
        frame("media:\n  - a.png\nalt: x", at(9, 1, 10, end_line=10), "two lines")
        == """\
   |
 9 | / media:
10 | |   - a.png
   | |_________^ two lines
   |
"""
    )


def test_several_lines_from_the_middle_of_a_line() -> None:
    assert (
        frame("one two\nthree\nfour", at(1, 5, 5, end_line=3))
        == """\
  |
1 |   one two
  |  _____^
2 | | three
3 | | four
  | |____^
  |
"""
    )


def test_of_many_lines_the_first_and_the_last_are_shown() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 13))
    assert (
        frame(text, at(1, 1, 3, end_line=12), "all")
        == """\
   |
 1 | / line 1
 2 | | line 2
 3 | | line 3
...  |
11 | | line 11
12 | | line 12
   | |__^ all
   |
"""
    )


def test_an_end_in_front_of_a_line_is_on_the_line_before() -> None:
    assert (
        frame("one\ntwo\n", at(1, 1, 1, end_line=2))
        == """\
  |
1 | one
  | ^^^
  |
"""
    )


def test_an_end_behind_the_file_is_at_its_end() -> None:
    assert (
        frame("one\ntwo", at(1, 1, 9, end_line=40))
        == """\
  |
1 | / one
2 | | two
  | |___^
  |
"""
    )


@given(st.text(max_size=300), st.tuples(*[st.integers(1, 320)] * 4), st.none() | st.text())
def test_any_place_of_any_text_can_be_shown(text: str, place: tuple[int, int, int, int], label: str | None) -> None:
    line, column, end_line, end_column = place
    span = Span(POST, line, column, max(line, end_line), end_column if end_line > line else max(column, end_column))
    for row in shown(found(span, label=label), text=text).split("\n"):
        assert row.isprintable() or "\u00ad" in row or not row.isascii()
        assert len(row) < 1000


# --- secrets and colours --------------------------------------------------------------------------------------------


def test_a_secret_is_not_repeated_by_any_finding() -> None:
    text = "credentials: {access_token: test-token-123456}\n"
    secret = LITERAL.at(Span("accounts.yaml", 1, 29, 1, 46), "a secret", help="use a reference")
    other = found(Span("accounts.yaml", 1, 1, 1, 12))
    for name in FORMATS:
        assert "test-token" not in shown(secret, other, text=text, path="accounts.yaml", format=name)


def test_colour_is_for_terminals_alone() -> None:
    finding = found(at(1, 1, 2), label="here", account="acme")
    colored = shown(finding, text="a", color=True)
    assert colored == (
        "\x1b[1;31merror[PZ300]\x1b[0m: \x1b[1mit is wrong\x1b[0m (text-too-long)\n"
        " \x1b[1;34m-->\x1b[0m content/launch.md:1:1\n"
        "  \x1b[1;34m|\x1b[0m\n"
        "\x1b[1;34m1\x1b[0m \x1b[1;34m|\x1b[0m a\n"
        "  \x1b[1;34m|\x1b[0m \x1b[1;31m^ here\x1b[0m\n"
        "  \x1b[1;34m|\x1b[0m\n"
        "  \x1b[1;34m=\x1b[0m \x1b[1maccount:\x1b[0m acme\n"
        "  \x1b[1;34m=\x1b[0m \x1b[1mhelp:\x1b[0m mend it\n"
        "\n"
        "\x1b[1;31m1 error in 1 file; 12 posts, 30 deliveries\x1b[0m"
    )
    assert "\x1b" not in shown(finding, text="a")


# --- the other formats ----------------------------------------------------------------------------------------------


def test_json() -> None:
    finding = found(at(14, 1, 8), account="acme", provider="mastodon", label="537 of 500")
    body = json.loads(shown(finding, format="json", skipped_rules=["repeated-text"]))
    Draft202012Validator(json.loads((SCHEMAS / "check.json").read_text())).validate(body)
    assert body == {
        "version": 1,
        "posts": 12,
        "deliveries": 30,
        "skipped_rules": ["repeated-text"],
        "diagnostics": [
            {
                "code": "PZ300",
                "name": "text-too-long",
                "severity": "error",
                "message": "it is wrong",
                "help": "mend it",
                "path": "content/launch.md",
                "line": 14,
                "column": 1,
                "end_line": 14,
                "end_column": 8,
                "account": "acme",
                "provider": "mastodon",
                "label": "537 of 500",
            }
        ],
    }


def test_github_marks_lines() -> None:
    findings = [
        found(at(14, 1, 8), "50 % too long", account="acme", label="537, not 500"),
        found(at(2, 1, 3, end_line=4, path="content/a,b: c.md"), "x", rule=ALT),
        found(at(20, 1, 3), "fine", severity=Severity.INFO, help=""),
    ]
    assert (
        shown(*findings, format="github", skipped_rules=["repeated-text"])
        == """\
::warning file=content/a%2Cb%3A c.md,line=2,endLine=4,title=PZ379 alt-text-missing::x%0Ahelp: mend it
::error file=content/launch.md,line=14,endLine=14,col=1,endColumn=8,title=PZ300 text-too-long::\
50 %25 too long%0A537, not 500%0Ahelp: mend it%0Aaccount: acme
::notice file=content/launch.md,line=20,endLine=20,col=1,endColumn=3,title=PZ300 text-too-long::fine
skipped without the state branch: repeated-text
1 error, 1 warning, 1 note in 2 files; 12 posts, 30 deliveries"""
    )


@pytest.mark.parametrize(
    "attack", ["\n::add-mask::a", "\r\n::stop-commands::x", "%0A::error::x", "##[error]x", "\x1b[2J"]
)
@pytest.mark.parametrize("format", ["text", "github", "markdown", "json", "sarif"])
def test_no_text_of_a_user_commands_the_runner(attack: str, format: str) -> None:
    span = Span(f"content/{attack}.md", 1, 1, 1, 4)
    finding = found(span, f"`{attack}`", help=attack, label=attack, account=attack)
    lines = shown(finding, format=format, text=f"{attack}\n", path=span.path).split("\n")
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert len(commands) == (1 if format == "github" else 0)
    assert not any("##[" in line or "\x1b" in line or "\r" in line for line in lines)


def test_sarif() -> None:
    findings = [
        found(at(14, 1, 8, path="content/caf\u00e9 \udce9.md"), account="acme", label="537 of 500"),
        found(at(2, 1, 3), rule=ALT),
    ]
    body = json.loads(shown(*findings, format="sarif", rules=[TOO_LONG], skipped_rules=["repeated-text"]))
    [run] = body["runs"]
    assert body["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "PZ300",
            "name": "text-too-long",
            "shortDescription": {"text": "a text is too long"},
            "help": {"text": TOO_LONG.page, "markdown": TOO_LONG.page},
            "defaultConfiguration": {"level": "error"},
        },
        {"id": "PZ379", "name": "alt-text-missing"},
    ]
    assert run["results"][0] == {
        "ruleId": "PZ300",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "it is wrong\n537 of 500\nhelp: mend it"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "content/caf%C3%A9%20%E9.md", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 14, "startColumn": 1, "endLine": 14, "endColumn": 8},
                }
            }
        ],
        "properties": {"accounts": ["acme"]},
    }
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "note", "message": {"text": "skipped without the state branch: repeated-text"}}
    ]


def test_markdown_is_fit_for_a_comment() -> None:
    finding = found(at(1, 1, 5), "`@everyone` is called", label="here")
    assert (
        shown(finding, text="```\n@everyone <img src=x>", format="markdown", skipped_rules=["repeated-text"])
        == """\
### Check: 1 error in 1 file; 12 posts, 30 deliveries

skipped without the state branch: repeated-text

`content/launch.md`

````text
error[PZ300]: `@everyone` is called (text-too-long)
 --> content/launch.md:1:1
  |
1 | ```
  | ^^^ here
  |
  = help: mend it
````"""
    )


def test_markdown_that_would_be_too_long_says_what_it_leaves_out() -> None:
    findings = [found(at(1, 1, 2, path=f"content/{number:03}.md"), "x" * 900) for number in range(100)]
    page = shown(*findings, format="markdown")
    assert LIMIT - 2000 < len(page) <= LIMIT
    left = 100 - page.count("text-too-long")
    assert page.endswith(f"Left out here: the findings of {left} more files. `postiz-ops check` shows them.")
