"""Make docs/diagnostics/ out of the rules: ``python -m tools.docs_diagnostics``.

A page is a function of its ``Rule``, and ``postiz-ops explain`` prints the same text; a test compares the pages with
the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from postiz_ops.compile.rules import RULES
from postiz_ops.diagnostics import Rule

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "diagnostics"

SUBJECTS = (
    (0, "Files and front-matter"),
    (100, "accounts.yaml"),
    (200, "Directives"),
    (250, "Times"),
    (300, "Text and parts"),
    (350, "Media"),
    (400, "Accounts and settings of a post"),
    (450, "Posts beside each other"),
)
"""The first code of each subject."""

INTRODUCTION = """\
Everything that `postiz-ops check` may say, made from the rules themselves. A code never changes its meaning;
`postiz-ops explain CODE` prints a page on the terminal. Only an error keeps a post from going out."""

HEAD = ("| code | name | severity | what it finds |", "| --- | --- | --- | --- |")


def main() -> None:
    """Write all pages, and take away those of rules that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for file in FOLDER.glob("*.md"):
        if file.name not in made:
            file.unlink()
    for name, page in made.items():
        (FOLDER / name).write_text(page, encoding="utf-8")


def pages() -> dict[str, str]:
    """File name -> content."""
    return {"README.md": overview(RULES)} | {f"{rule.code}.md": rule_page(rule) for rule in RULES}


def rule_page(rule: Rule) -> str:
    """The page of one rule."""
    return f"# {rule.code}: {rule.name}\n\n**{rule.severity}**: {rule.summary}.\n\n{rule.page}"


def overview(rules: Iterable[Rule]) -> str:
    """The table of all rules, by subject."""
    blocks = ["# Diagnostics", INTRODUCTION]
    for subject, group in groupby(rules, key=subject_of):
        rows = [f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {rule.summary} |" for rule in group]
        blocks += [f"## {subject}", "\n".join([*HEAD, *rows])]
    return "\n\n".join(blocks) + "\n"


def subject_of(rule: Rule) -> str:
    """The heading that a rule stands under."""
    number = int(rule.code[2:])
    return [title for first, title in SUBJECTS if first <= number][-1]


if __name__ == "__main__":
    main()
