"""Make docs/providers/ out of what the providers declare: ``python -m tools.docs_providers``.

A page is a function of a ``Spec``, of its settings model and of ``providers/scorecard.yaml``; a test compares the pages
with the files, so that no number stands in two places that can drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from postiz_ops import providers
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Count, KindRule, Limit, Lookup, MediaRule, Spec, Threads
from postiz_ops.providers.kinds import kinds_of
from postiz_ops.providers.metrics import Measured
from tools import evidence

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "providers"
SCORECARD = Path(providers.__file__).with_name("scorecard.yaml")

HEADINGS = {"account": "", "bot": "As a bot", "webhook": "By a webhook"}
"""Kind of account -> the heading of its part of the page; a single kind needs none."""

FEATURES = ("text", "media", "threads", "comments", "link card", "content warning", "edit", "delete", "look-up")
"""The columns of the table of all platforms."""

LOOKUPS = {
    Lookup.BY_KEY: "by a key of our own: certain",
    Lookup.BY_ID: "by the id that the platform gave beforehand: certain while it lives",
    Lookup.LISTING: "by reading what was published since",
    Lookup.NONE: "not possible: a person looks",
}

THREADS = {
    Threads.NONE: "no: more than one part is an error",
    Threads.CHAIN: "each part answers the one before",
    Threads.ATOMIC: "in one call: all parts or none",
}


def main() -> None:
    """Write all pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (FOLDER / name).write_text(page, encoding="utf-8")


def scorecard() -> dict[str, Any]:
    """``rules`` and ``providers`` of the scorecard."""
    card: dict[str, Any] = yaml.safe_load(SCORECARD.read_text(encoding="utf-8"))
    return card


def pages() -> dict[str, str]:
    """File name -> content."""
    card = scorecard()
    rules, cards = card["rules"], card["providers"]
    made = {f"{name}.md": provider_page(name, rules, cards[name]) for name in PROVIDERS}
    return {"README.md": overview(rules, cards)} | made


def kinds(name: str) -> dict[str, Spec]:
    """The kinds of account of a provider, by the names that ``HEADINGS`` has."""
    return dict(kinds_of(PROVIDERS[name]))


# --- pages --------------------------------------------------------------------------------------------------------


def overview(rules: Mapping[str, str], cards: Mapping[str, Any]) -> str:
    """The table of all kinds of account, and the scorecard of all providers."""
    specs = [(name, kind, spec) for name in PROVIDERS for kind, spec in kinds(name).items()]
    features = [
        (
            f"[{spec.title}]({name}.md)" + (f", {kind}" if kind != "account" else ""),
            text_limit(spec.text.limit),
            str(spec.media.max_items) if spec.media.kinds else "no",
            spec.threads.value if spec.threads is not Threads.NONE else "no",
            *map(yes, (spec.comments, spec.link_card, spec.content_warning, spec.edit, spec.delete)),
            spec.lookup.value,
        )
        for name, kind, spec in specs
    ]
    scores = [(rule, *(state(cards[name]["scores"][rule]) for name in PROVIDERS)) for rule in rules]
    return document(
        "Platforms",
        "What each platform takes, as `check` and `publish` know it. The pages are made of the providers' own tables.",
        table(("platform", *FEATURES), features),
        "## How each kind of post is tested",
        evidence.INTRODUCTION,
        table(evidence.HEAD, evidence.rows({name: PROVIDERS[name].SPEC.title for name in PROVIDERS})),
        "## Scorecard",
        table(["rule", *PROVIDERS], scores),
        "\n".join(f"- **{rule}**: {meaning}" for rule, meaning in rules.items()),
    )


def provider_page(name: str, rules: Mapping[str, str], card: Mapping[str, Any]) -> str:
    """One platform."""
    specs = kinds(name)
    title = next(iter(specs.values())).title
    sections = [part for kind, spec in specs.items() for part in kind_sections(kind, spec, card["setup"][kind])]
    scores = [(rule, card["scores"][rule]) for rule in rules]
    return document(title, *sections, "## Scorecard", table(("rule", "score"), scores))


def kind_sections(kind: str, spec: Spec, setup: str) -> Iterator[str]:
    """The parts of a page that are about one kind of account."""
    deeper = "#" if HEADINGS[kind] else ""
    if HEADINGS[kind]:
        yield f"## {HEADINGS[kind]}"
    served = f", served until {spec.sunset} at least" if spec.sunset else ""
    yield f"{spec.api}{served}. {link('What the platform says', spec.docs)}."
    for heading, content in (
        ("Set up", f"{setup.strip()}\n\n{connecting(spec)}"),
        ("What it takes", takes(spec)),
        ("Media", media(spec)),
        ("Settings", settings(spec)),
        ("Good to know", "\n".join(f"- {note}" for note in spec.notes)),
        ("What is counted", counted(spec)),
        ("Budgets", budgets(spec)),
        ("When it refuses", refusals(spec)),
    ):
        yield f"##{deeper} {heading}"
        yield content


def connecting(spec: Spec) -> str:
    """Where the other way to set it up is described."""
    page = link("`postiz-ops accounts connect`", f"../connect.md#{spec.name}")
    if not spec.auth:
        return f"{page} asks for these credentials, checks them, and puts them into the vault."
    return f"Or have it done by a login in the browser, and the credentials kept in the vault: {page}."


# --- sections -----------------------------------------------------------------------------------------------------


def takes(spec: Spec) -> str:
    """What a post can be there."""
    limits = (spec.text.limit, *spec.text.also)
    rows = [
        ("Text", "; ".join(f"{text_limit(limit)} ({source(limit.source, limit.checked)})" for limit in limits)),
        *(("", f"a warning above {number(limit.warn_above)}") for limit in limits if limit.warn_above),
        *(("", "this account's own limit, once the server was asked") for limit in limits if limit.discovered),
        *(("", f"at most {count_of(count)}") for count in spec.text.counts),
        *(("", f"a comment or a later part: {text_limit(limit)}") for limit in filter(None, [spec.text.replies])),
        ("Parts", THREADS[spec.threads] + (f"; at most {spec.max_parts}" if spec.max_parts else "")),
        ("`:::comment`", "answers the first part" if spec.comments else "left out, with a warning"),
        ("`link`", "a card" if spec.link_card else "no card of its own"),
        ("`content_warning`", "yes" if spec.content_warning else "no"),
        ("Mention of `people`", f"`{spec.mentions.format(handle='handle', name='Name')}`"),
        ("Edit, delete", f"{yes(spec.edit)}, {yes(spec.delete)}"),
        ("A lost answer is looked up", LOOKUPS[spec.lookup]),
        ("Credentials", ", ".join(f"`{name}`" for name in spec.credentials)),
    ]
    return table(("", ""), rows)


def media(spec: Spec) -> str:
    """What may be attached to one part, and what to it as a setting makes another kind of post of it."""
    variants = (f"With `{each.setting}: {each.value}`: {attached(each.media)}" for each in spec.variants)
    return "\n\n".join([attached(spec.media), *variants])


def attached(rule: MediaRule) -> str:
    """What a rule for media says."""
    if not rule.kinds:
        return "None."
    together = "of any kinds together" if rule.mixed else "of one kind"
    alt = f"Alt text up to {text_limit(rule.alt)}." if rule.alt else "Alt text of any length."
    total = f" All files of a part together: {size(rule.total_bytes)}." if rule.total_bytes else ""
    without = (
        " Not together with " + ", ".join(f"`{name}`" for name in rule.excluded_by) + "." if rule.excluded_by else ""
    )
    replies = "" if rule.replies is None else f" A comment or a later part has {rule.replies or 'none'}."
    many = f"{rule.max_items} file{'s' * (rule.max_items > 1)}"
    intro = f"Up to {many}, {together} ({source(rule.source, rule.checked)}). {alt}{total}{without}{replies}"
    rows = [(kind.value, *kind_row(one)) for kind, one in rule.kinds.items()]
    return f"{intro}\n\n{table(('kind', 'formats', 'at most', 'larger ones'), rows)}"


def kind_row(rule: KindRule) -> tuple[str, str, str]:
    """Formats, limits and what becomes of a file that is over them."""
    limits = [
        f"{rule.max_items} file{'s' * (rule.max_items > 1)}" if rule.max_items else "",
        size(rule.max_bytes),
        f"{number(rule.max_pixels)} pixels" if rule.max_pixels else "",
        f"{rule.max_duration:g} s" if rule.max_duration else "",
        f"{rule.min_duration:g} s at least" if rule.min_duration else "",
        "{:g}:1 to {:g}:1".format(*rule.aspect) if rule.aspect else "",
        "" if rule.verified else "not confirmed",
    ]
    formats = ", ".join(name.partition("/")[2] for name in rule.types)
    return formats, ", ".join(filter(None, limits)), "are shrunk" if rule.fit else "are an error"


def settings(spec: Spec) -> str:
    """The platform's own options."""
    schema = spec.settings.model_json_schema()
    rows = list(setting_rows(schema, schema.get("$defs", {}), set(spec.required_settings)))
    return table(("setting", "values", "meaning"), rows) if rows else "None."


def setting_rows(schema: Any, defs: Any, required: set[str], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """A row for each setting, and for those inside it."""
    for name, field in schema.get("properties", {}).items():
        needed = " (required)" if name in required else ""
        inner = reference(field, defs)
        yield f"`{prefix}{name}`{needed}", values(field, defs), field.get("description", "")
        if inner:
            yield from setting_rows(inner, defs, set(), f"{prefix}{name}.")


def reference(field: Any, defs: Any) -> Any:
    """The object that a field holds, where it holds one."""
    options = [field, *field.get("anyOf", ())]
    return next((defs[option["$ref"].rpartition("/")[2]] for option in options if "$ref" in option), None)


def values(field: Any, defs: Any) -> str:
    """What a field takes, in words."""
    if "anyOf" in field:
        return " or ".join(values(option, defs) for option in field["anyOf"] if option.get("type") != "null")
    if "enum" in field or "const" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum") or [field["const"]])
    if field.get("type") == "array":
        return f"list of {values(field['items'], defs)}"
    return {"boolean": "`true`, `false`", "integer": "number", "string": "text"}.get(
        field.get("type", ""), "the following"
    )


def counted(spec: Spec) -> str:
    """What can be read back, under our names and the platform's."""
    if not spec.metrics:
        return f"Nothing: {spec.no_metrics}."
    facts = [
        f"One call asks about {spec.metrics_batch} posts at most." if spec.metrics_batch > 1 else "One post a call.",
        f"The credential needs {', '.join(f'`{name}`' for name in spec.metrics_need)} for it."
        * bool(spec.metrics_need),
        f"A post has figures for {spec.metrics_keep_days} days." if spec.metrics_keep_days else "",
        f"Not told: {spec.no_metrics}." if spec.no_metrics else "",
    ]
    head = ("[metric](../metrics.md)", "of", "its name there", "what it counts", "window")
    return f"{' '.join(filter(None, facts))}\n\n{table(head, map(measured_row, spec.metrics))}"


def measured_row(one: Measured) -> tuple[str, ...]:
    """One thing that a platform counts."""
    doubt = "" if one.verified else ", not confirmed"
    meaning = f"{one.definition} ({source(one.source, one.checked)}{doubt})"
    return one.metric, one.scope, f"`{one.native}`", meaning, window(one.days)


def window(days: int | None) -> str:
    """How far back something counts."""
    return "until now" if days is None else f"the last {days} days" if days > 1 else "the last day"


def budgets(spec: Spec) -> str:
    """How often it may be called."""
    rows = [
        (rate.what, f"{number(rate.limit)} in {rate.seconds} s", rate.per, link("source", rate.source))
        for rate in spec.rates
    ]
    return table(("what", "budget", "per", ""), rows)


def refusals(spec: Spec) -> str:
    """The error table."""
    rows = [
        (str(rule.status or "any"), f"`{rule.code}`" if rule.code else "any", rule.sentence, rule.kind.kind)
        for rule in spec.error_table
    ]
    return table(("HTTP", "code", "what it means", "outcome"), rows)


# --- words --------------------------------------------------------------------------------------------------------


def document(title: str, *blocks: str) -> str:
    """A page of blocks."""
    return "\n\n".join([f"# {title}", *blocks]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def text_limit(limit: Limit) -> str:
    """A limit with its unit."""
    unit = {
        "mastodon": "characters",
        "emoji_bytes": "characters, an emoji as its bytes of UTF-8",
        "utf8_byte": "bytes of UTF-8",
        "utf16": "UTF-16 units",
    }.get(limit.unit, f"{limit.unit}s")
    return f"{number(limit.max)} {unit.replace('_', ' ')}" + ("" if limit.verified else " (not confirmed)")


def count_of(count: Count) -> str:
    """How many of something a text may hold."""
    doubt = "" if count.verified else ", not confirmed"
    return f"{count.max} {count.what} ({source(count.source, count.checked)}{doubt})"


def size(count: int) -> str:
    """Bytes, with their number of MiB where it is whole."""
    mib, rest = divmod(count, 1024**2)
    return f"{mib} MiB" if not rest else f"{number(count)} bytes"


def number(count: int) -> str:
    """Thousands apart."""
    return f"{count:,}"


def source(url: str, checked: str) -> str:
    """Where a number comes from, and when it was read there."""
    return f"{link('source', url)}, {checked}"


def link(words: str, url: str) -> str:
    """A Markdown link."""
    return f"[{words}]({url})"


def yes(value: object) -> str:
    """Whether."""
    return "yes" if value else "no"


def state(score: str) -> str:
    """A score without its reason."""
    return score.partition(":")[0]


if __name__ == "__main__":
    main()
