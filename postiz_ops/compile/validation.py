"""A node checked against a pydantic model: every error becomes a finding at its place, in words for an author."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from postiz_ops.compile.nodes import Node
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import instead, listed, nearest, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span

UNKNOWN_KEY = Rule(
    "PZ030",
    "unknown-key",
    Severity.ERROR,
    "a key that nothing reads",
    page(
        what="Finds keys that are not part of the format of a post or of accounts.yaml.",
        why="A misspelt key is silently without effect: the post goes out without its title, or at the wrong time.",
        example="publsh_at: 2026-12-01 09:00",
        instead="publish_at: 2026-12-01 09:00",
    ),
)
MISSING_KEY = Rule(
    "PZ031",
    "missing-key",
    Severity.ERROR,
    "a key that must be there is missing",
    page(
        what="Finds mappings without a key that they need.",
        why="Without it the rest of the mapping means nothing.",
        example="""
            media:
              - alt: Our new office
        """,
        instead="""
            media:
              - src: office.jpg
                alt: Our new office
        """,
    ),
)
INVALID = Rule(
    "PZ032",
    "invalid-value",
    Severity.ERROR,
    "a value that its key cannot have",
    page(
        what="Finds values of the wrong kind, or outside of what their key allows.",
        why="What was meant cannot be guessed safely: a post could go out that was not to.",
        example="""
            status: redy
            tags: {spring: true}
        """,
        instead="""
            status: ready
            tags: [spring]
        """,
    ),
)


class Raw(BaseModel):
    """What a file says, as it was written: no keys but the declared ones, and a number is text where text is meant."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rule speaks of which mistake: the settings of platforms have rules of their own.

    ``noun`` is what a key is called (``key``, ``mastodon setting``). ``show``: whether a message may repeat a value.
    """

    unknown: Rule = UNKNOWN_KEY
    missing: Rule = MISSING_KEY
    invalid: Rule = INVALID
    noun: str = "key"
    show: Callable[[str], bool] = lambda _: True
    partial: bool = False
    """Whether a field that is missing at the top may still come from elsewhere."""
    account: str | None = None
    provider: str | None = None

    def find(self, rule: Rule, span: Span, message: str, help: str) -> Diagnostic:
        """A finding that names the account and the provider, where there are any."""
        return rule.at(span, message, help=help, account=self.account, provider=self.provider)


KEYS = Rules()
"""The rules for keys of our own formats."""


def complaint(message: str, help: str) -> PydanticCustomError:
    """What a validator raises to speak to the author in its own words."""
    return PydanticCustomError("complaint", "{message}", {"message": message, "help": help})


def validate(model: type[T], node: Node, rules: Rules = KEYS) -> tuple[T | None, tuple[Diagnostic, ...]]:
    """Check a node against a model; ``None`` where anything is wrong."""
    try:
        return model.model_validate(node.value), ()
    except ValidationError as error:
        return None, findings(error, model, node, rules)


def salvage(model: type[T], node: Node, rules: Rules = KEYS) -> tuple[T | None, tuple[Diagnostic, ...], frozenset[str]]:
    """As ``validate``, for a mapping whose sound fields are to be had although others are not: those are named last.

    ``None`` only where the model does not stand without a field that is wrong or missing.
    """
    found, diagnostics = validate(model, node, rules)
    value = node.value if isinstance(node.value, dict) else {}
    dropped: set[str] = set()
    while found is None and isinstance(node.value, dict):
        try:
            found = model.model_validate({key: item for key, item in value.items() if key not in dropped})
        except ValidationError as error:
            bad = {str(detail["loc"][0]) for detail in error.errors() if detail["loc"]} & value.keys()
            if bad <= dropped:
                break
            dropped |= bad
    return found, diagnostics, frozenset(dropped)


def findings(error: ValidationError, model: type[BaseModel], node: Node, rules: Rules = KEYS) -> tuple[Diagnostic, ...]:
    """One finding for each place that a validation complains of."""
    found: dict[tuple[Span, bool], Diagnostic] = {}
    for detail in error.errors(include_url=False):
        if rules.partial and detail["type"] == "missing" and len(detail["loc"]) == 1:
            continue
        diagnostic = _finding(detail, model, node, rules)
        found.setdefault((diagnostic.span, detail["type"] == "missing"), diagnostic)
    return tuple(found.values())


def _finding(detail: ErrorDetails, model: type[BaseModel], node: Node, rules: Rules) -> Diagnostic:
    loc = detail["loc"]
    if detail["type"] == "extra_forbidden":
        return _unknown(loc, model, node, rules)
    if detail["type"] == "missing":
        name = quoted(loc[-1])
        span = node.key_span(*_real(loc[:-1], node))
        return rules.find(rules.missing, span, f"{name} is missing here", f"add {name}")
    message, advice = _said(detail, _called(_real(loc, node)), rules)
    return rules.find(rules.invalid, node.at(loc), message, advice)


def _unknown(loc: Sequence[str | int], model: type[BaseModel], node: Node, rules: Rules) -> Diagnostic:
    name = str(loc[-1])
    span = node.key_span(*_real(loc, node))
    known = _fields(model, loc[:-1])
    return rules.find(
        rules.unknown, span, f"unknown {rules.noun} {quoted(name)}", instead(name, known, what=f"{rules.noun}s")
    )


def _real(loc: Sequence[str | int], node: Node) -> tuple[str | int, ...]:
    """The steps of ``loc`` that stand in the file."""
    steps: list[str | int] = []
    for step in loc:
        if step in node.children:
            node = node.children[step]
            steps.append(step)
    return tuple(steps)


def _called(loc: Sequence[str | int]) -> str:
    if not loc:
        return "this"
    if isinstance(loc[-1], int):
        name = next((step for step in reversed(loc) if isinstance(step, str)), None)
        return f"item {loc[-1] + 1}" + (f" of {quoted(name)}" if name else "")
    return quoted(loc[-1])


def _fields(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The names of the fields that may stand at ``loc``."""
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


# --- wording ------------------------------------------------------------------------------------------------------

_EXPECTED = {
    "string_type": "text",
    "string_sub_type": "text",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "bool_type": "`true` or `false`",
    "bool_parsing": "`true` or `false`",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "url_parsing": "a URL",
    "url_scheme": "a URL of another scheme",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "string_too_long": "at most {max_length} characters long",
    "string_too_short": "at least {min_length} characters long",
    "too_long": "at most {max_length} items long",
    "too_short": "at least {min_length} items long",
    "string_pattern_mismatch": "of the form `{pattern}`",
}


def _said(detail: ErrorDetails, name: str, rules: Rules) -> tuple[str, str]:
    """The message and the help for a value that its key cannot have."""
    context, value = detail.get("ctx", {}), detail["input"]
    if detail["type"] == "complaint":
        return str(context["message"]), str(context["help"])
    if detail["type"] in ("value_error", "assertion_error"):
        return f"{name}: {context['error']}", "change the value"
    if detail["type"] in ("literal_error", "enum"):
        choices = re.findall(r"'([^']*)'", str(context["expected"]))
        near = nearest(str(value), choices)
        expected = listed(choices, last="or")
        return f"{name} must be {expected}{_shown(value, rules)}", f"write {quoted(near) if near else expected}"
    template = _EXPECTED.get(detail["type"])
    if template is None:
        return f"{name}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", "change the value"
    expected = template.format_map(context)
    shown = "" if detail["type"] in ("too_long", "too_short") else _shown(value, rules)
    return f"{name} must be {expected}{shown}", _help(expected, value)


def _shown(value: Any, rules: Rules) -> str:
    """What it is instead, where that may be said."""
    if isinstance(value, bool):
        return f", not {quoted(str(value).lower())}"
    if isinstance(value, str | int | float):
        return f", not {quoted(value)}" if rules.show(str(value)) else ""
    return {type(None): ", not empty", dict: ", not a mapping"}.get(type(value), ", not a list")


def _help(expected: str, value: Any) -> str:
    if expected == "text" and isinstance(value, bool):
        return f'quote it: `"{str(value).lower()}"`'
    if expected == "text" and value is None:
        return "write a text, or delete the key"
    if expected == "a list" and isinstance(value, str):
        return "write it as a list: `[one, two]`"
    if expected.startswith("of the form"):
        return f"write a text {expected}"
    write = f"write {expected.removesuffix(' long')}"
    return {"text": "write one text", "a mapping": "write it as `key: value`"}.get(expected, write)


RULES = (UNKNOWN_KEY, MISSING_KEY, INVALID)
