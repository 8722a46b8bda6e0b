"""The form of a rule's page: the same four headings everywhere."""

from __future__ import annotations

from inspect import cleandoc


def page(*, what: str, why: str, example: str, instead: str, language: str = "yaml") -> str:
    """A rule's page in Markdown. ``example`` and ``instead`` are file contents; the latter may begin with a sentence.

    A sentence before the corrected example, a line of its own with a blank line below, is set above the block.
    """
    before, blank, code = cleandoc(instead).partition("\n\n")
    if not (blank and before.endswith((".", ":")) and "\n" not in before):
        before, blank, code = "", "", cleandoc(instead)
    fence = f"````{language}"
    return (
        f"## What it does\n\n{cleandoc(what)}\n\n"
        f"## Why is this bad?\n\n{cleandoc(why)}\n\n"
        f"## Example\n\n{fence}\n{cleandoc(example)}\n````\n\n"
        f"## Use instead\n\n{before}{blank}{fence}\n{code}\n````\n"
    )
