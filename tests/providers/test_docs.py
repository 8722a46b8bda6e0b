"""The pages are what the tables say, and the scorecard is what is so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pytest
import yaml

from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Lookup, Spec, Threads
from tools import docs_metrics, docs_providers

CARD = docs_providers.scorecard()
PAGES = docs_providers.pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_up_to_date(name: str) -> None:
    written = (docs_providers.FOLDER / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "run `python -m tools.docs_providers`"


def test_there_is_no_page_of_a_platform_that_is_not_there() -> None:
    assert {path.name for path in docs_providers.FOLDER.glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_rule_has_a_score_with_its_reason(name: str) -> None:
    scores = CARD["providers"][name]["scores"]
    assert list(scores) == list(CARD["rules"])
    assert all(re.fullmatch(r"done|(todo|exempt): \S.+[^.]", score) for score in scores.values()), scores


BACKED: Mapping[str, Callable[[Sequence[Spec]], bool]] = {
    "outcome-reconcilable": lambda specs: any(spec.lookup is not Lookup.NONE for spec in specs),
    "rates-declared": lambda specs: all(spec.rates for spec in specs),
    "errors-mapped": lambda specs: all(spec.error_table for spec in specs),
    "threads": lambda specs: any(spec.threads is not Threads.NONE for spec in specs),
    "comments": lambda specs: any(spec.comments for spec in specs),
    "metrics": lambda specs: any(spec.metrics for spec in specs),
    "edit-and-delete": lambda specs: any(spec.edit and spec.delete for spec in specs),
}
"""Rules that the facts can speak to."""


@pytest.mark.parametrize("rule", BACKED)
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_score_is_backed_by_the_facts(name: str, rule: str) -> None:
    specs = tuple(docs_providers.kinds(name).values())
    assert (CARD["providers"][name]["scores"][rule] == "done") is BACKED[rule](specs)


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_set_up_of_every_kind_is_an_accounts_yaml_that_holds(name: str) -> None:
    kinds = docs_providers.kinds(name)
    assert set(CARD["providers"][name]["setup"]) == set(kinds)
    for kind, spec in kinds.items():
        (example,) = re.findall(r"```yaml\n(.*?)```", CARD["providers"][name]["setup"][kind], re.DOTALL)
        ((_, account),) = yaml.safe_load(example)["accounts"].items()
        assert account["provider"] == name
        assert set(account["credentials"]) == set(spec.credentials)
        assert all(re.fullmatch(r"\$\{[A-Z_]+\}", value) for value in account["credentials"].values())
        spec.settings.model_validate(account.get("settings", {}))
        assert ("url" in account) is (spec.origin is None)


def test_every_setting_is_on_its_page() -> None:
    for name in PROVIDERS:
        for spec in docs_providers.kinds(name).values():
            assert all(f"| `{field}`" in PAGES[f"{name}.md"] for field in spec.settings.model_fields)


def test_the_page_of_metrics_is_up_to_date() -> None:
    written = docs_metrics.PAGE.read_text(encoding="utf-8")
    assert written == docs_metrics.page(), "run `python -m tools.docs_metrics`"


def test_every_figure_is_on_its_page_and_every_silence_has_its_reason() -> None:
    page = docs_metrics.page()
    for name, kind, spec in docs_metrics.accounts():
        assert all(f"`{each.native}`" in page and f"`{each.native}`" in PAGES[f"{name}.md"] for each in spec.metrics)
        assert spec.metrics or f"{docs_metrics.title(name, kind, spec)}: {spec.no_metrics}." in page
