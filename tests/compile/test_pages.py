"""Every rule of the reader has a page, a code of its own and a name of its own."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from postiz_ops.compile import (
    accounts,
    ambiguity,
    channels,
    decode,
    directives,
    fences,
    nodes,
    secrecy,
    sections,
    settings,
    syntax,
    tables,
    validation,
)
from postiz_ops.compile.pages import page
from postiz_ops.diagnostics import Rule

MODULES: dict[ModuleType, range] = {
    decode: range(1, 100),
    fences: range(1, 100),
    nodes: range(1, 100),
    syntax: range(1, 100),
    tables: range(1, 100),
    ambiguity: range(1, 100),
    validation: range(1, 100),
    accounts: range(100, 200),
    sections: range(100, 200),
    channels: range(100, 200),
    secrecy: range(100, 200),
    settings: range(100, 200),
    directives: range(200, 250),
}
RULES: list[Rule] = [rule for module in MODULES for rule in module.RULES]


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_codes_are_in_the_range_of_their_subject(module: ModuleType) -> None:
    assert [rule.code for rule in module.RULES if int(rule.code[2:]) not in MODULES[module]] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_rule_of_a_module_is_listed(module: ModuleType) -> None:
    written = {value.code for value in vars(module).values() if isinstance(value, Rule)}
    own = {rule.code for rule in module.RULES}
    assert own <= written


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_pages_have_their_four_headings_and_two_examples(rule: Rule) -> None:
    assert re.fullmatch(r"PZ\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert not rule.summary.endswith(".")
    headings = re.findall(r"^## (.*)$", rule.page, re.MULTILINE)
    assert headings == ["What it does", "Why is this bad?", "Example", "Use instead"]
    assert rule.page.count("````") == 4


def test_a_page() -> None:
    text = page(what="Finds it.", why="It is bad.", example="a: 1", instead="Write it so:\n\na: 2")
    assert text == (
        "## What it does\n\nFinds it.\n\n## Why is this bad?\n\nIt is bad.\n\n"
        "## Example\n\n````yaml\na: 1\n````\n\n## Use instead\n\nWrite it so:\n\n````yaml\na: 2\n````\n"
    )
