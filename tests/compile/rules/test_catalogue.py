"""Every rule is in the list, has its page, and the pages of the docs are those of the rules."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

from postiz_ops import compile as package
from postiz_ops.compile import rules
from postiz_ops.compile.explain import find, suggestion
from postiz_ops.compile.rules.catalogue import RULES
from postiz_ops.diagnostics import Rule
from tools import docs_diagnostics

PAGES = docs_diagnostics.pages()


def test_every_rule_of_the_compiler_is_listed() -> None:
    modules = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    written = {
        value
        for module in map(importlib.import_module, modules)
        for value in vars(module).values()
        if isinstance(value, Rule)
    }
    assert written == set(RULES)


def test_codes_and_names_are_unique_and_codes_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_the_list_is_put_together_when_it_is_asked_for() -> None:
    assert rules.RULES is RULES
    with pytest.raises(AttributeError, match="has no attribute 'OTHERS'"):
        _ = rules.OTHERS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_and_its_page(rule: Rule) -> None:
    assert re.fullmatch(r"PZ\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.summary[0] == rule.summary[0].lower()
    assert not rule.summary.endswith(".")
    headings = re.findall(r"^## (.*)$", rule.page, re.MULTILINE)
    assert headings == ["What it does", "Why is this bad?", "Example", "Use instead"]
    assert rule.page.count("````") == 4
    assert max(map(len, rule.page.splitlines())) <= 120


# --- docs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_docs_are_up_to_date(name: str) -> None:
    written = (docs_diagnostics.FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "run `python -m tools.docs_diagnostics`"


def test_there_is_no_page_of_a_rule_that_is_gone() -> None:
    assert {path.name for path in docs_diagnostics.FOLDER.glob("*.md")} == PAGES.keys()


def test_every_rule_is_in_the_overview_under_its_subject() -> None:
    overview = PAGES["README.md"]
    assert all(f"| [{rule.code}]({rule.code}.md) | {rule.name} |" in overview for rule in RULES)
    assert re.findall(r"^## (.*)$", overview, re.MULTILINE) == [title for _, title in docs_diagnostics.SUBJECTS]


# --- explain ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["PZ300", "pz300", "text-too-long", " Text-Too-Long "])
def test_a_rule_by_its_code_or_name(name: str) -> None:
    rule = find(name)
    assert rule is not None
    assert rule.code == "PZ300"


@pytest.mark.parametrize("name", ["PZ999", "PZ30", "text", ""])
def test_no_rule(name: str) -> None:
    assert find(name) is None


def test_the_rule_that_was_meant() -> None:
    assert suggestion("text-to-long") == "text-too-long"
    assert suggestion("nothing like it") is None
