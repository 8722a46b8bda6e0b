"""Make docs/metrics.md out of what the providers declare: ``python -m tools.docs_metrics``.

The vocabulary, and for each word what every platform calls it and means by it; a test compares the page with the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Spec
from postiz_ops.providers.metrics import MEANINGS, Metric
from tools.docs_providers import ROOT, document, kinds, link, measured_row, table

PAGE = ROOT / "docs" / "metrics.md"

INTRODUCTION = """\
What is read back about posts and accounts has one vocabulary. Platforms count differently under the same word, so each
figure keeps the platform's own name and its definition; compare what one platform says over time before what two say.

- A figure is a whole number, as it was at one instant: totals until then, or of the days that the window names.
- What a platform does not give is absent. It is never zero and never guessed; a zero is what a platform has said.
- A post that was taken down has no figures any more; what was read before stays.
- Platforms correct themselves, so a figure may go down.
- Figures that a platform has removed are not asked for, even where old versions of its API still name them."""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The whole page."""
    words = [(f"[`{metric}`](#{metric})", meaning) for metric, meaning in MEANINGS.items()]
    sections = [part for metric in Metric for part in (f"## {metric}", f"{MEANINGS[metric].capitalize()}.", of(metric))]
    none = "\n".join(f"- {title(name, kind, spec)}: {spec.no_metrics}." for name, kind, spec in silent())
    return document(
        "Metrics",
        INTRODUCTION,
        table(("metric", "what it is"), words),
        *sections,
        "## Platforms that tell nothing",
        none,
    )


def of(metric: Metric) -> str:
    """Who tells this, and as what."""
    rows = [
        (title(name, kind, spec), *measured_row(one)[1:])
        for name, kind, spec in accounts()
        for one in spec.metrics
        if one.metric is metric
    ]
    return table(("platform", "of", "its name there", "what it counts", "window"), rows)


def accounts() -> Iterator[tuple[str, str, Spec]]:
    """Every kind of account: the provider's name, the kind, the facts."""
    return ((name, kind, spec) for name in PROVIDERS for kind, spec in kinds(name).items())


def silent() -> Iterator[tuple[str, str, Spec]]:
    """The kinds of account of which nothing can be read."""
    return (each for each in accounts() if not each[2].metrics)


def title(name: str, kind: str, spec: Spec) -> str:
    """A platform, and which kind of account where it has two."""
    return link(spec.title, f"providers/{name}.md") + (f", {kind}" if kind != "account" else "")


if __name__ == "__main__":
    main()
