"""JSON Schemas of accounts.yaml and of front-matter, made of the very models that read them.

What a schema refuses, the parser refuses too. The other way round a schema cannot go all the way: it knows no files, no
calendar, and not which name of one place stands in another. One thing it holds more strictly: the settings of a
platform are judged even where the post does not go there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from typing_extensions import override

from postiz_ops.compile.accounts_model import AccountsFile
from postiz_ops.compile.forms import in_any_case
from postiz_ops.compile.frontmatter import FrontMatter
from postiz_ops.compile.names import known, providers
from postiz_ops.compile.secrecy import MACHINE, REFERENCE
from postiz_ops.model import Account, Config
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Spec
from postiz_ops.providers.kinds import CHANNEL, kinds_of

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TRUTHS = ("true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", "1", "0")
"""The words that are as good as ``true`` and ``false``."""


# --- how models become schemas ------------------------------------------------------------------------------------


class _Lax(GenerateJsonSchema):
    """Values as a file may write them: a truth is also a word, a whole number also a text of digits.

    Whether a number may stand for a text is for each model to say.
    """

    _numbers = False

    @override
    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        if schema.get("strict"):
            return super().bool_schema(schema)
        words = "|".join(map(in_any_case, _TRUTHS))
        return {"type": ["boolean", "integer", "string"], "minimum": 0, "maximum": 1, "pattern": f"^({words})$"}

    @override
    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        number = super().int_schema(schema)
        if schema.get("strict"):
            return number
        return {"anyOf": [number, {"type": "string", "pattern": r"^\s*[+-]?[0-9_]+(\.0*)?\s*$"}]}

    @override
    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        if not isinstance(found.get("default"), bool | int | str):
            found.pop("default", None)
        return found

    @override
    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        outside, self._numbers = self._numbers, schema["cls"].model_config.get("coerce_numbers_to_str", False)
        found = super().model_schema(schema)
        self._numbers = outside
        found.pop("title", None)
        return found

    @override
    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return super().str_schema(schema) | ({"type": ["string", "number"]} if self._numbers else {})

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    @override
    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        return value  # fields and examples stay in the order in which they are declared


class _Written(_Lax):
    """The models of our own formats. What these classes say of themselves is for programmers."""

    @override
    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        found.pop("description", None)
        return found


def _of_model(model: type[BaseModel], title: str, description: str) -> Schema:
    found = model.model_json_schema(schema_generator=_Written)
    definitions = found.pop("$defs", {})
    head = {"$schema": DIALECT, "title": title, "description": description}
    return head | found | {"$defs": {**definitions, **_settings_models()}}


# --- the platforms ------------------------------------------------------------------------------------------------


def _kinds() -> dict[str, Mapping[str, Spec]]:
    """Provider -> kind of account, as schemas call it -> its facts."""
    return {
        name: {name if kind == "account" else f"{name}-{kind}": spec for kind, spec in kinds_of(provider).items()}
        for name, provider in PROVIDERS.items()
    }


def _settings_models() -> Schema:
    """The settings of every kind of account. None is required: what is missing may come from another layer."""
    definitions: Schema = {}
    for kinds in _kinds().values():
        for kind, spec in kinds.items():
            template = f"#/$defs/{kind}.{{model}}"
            found = spec.settings.model_json_schema(schema_generator=_Lax, ref_template=template)
            found.pop("required", None)
            definitions |= {f"{kind}.{name}": inner for name, inner in found.pop("$defs", {}).items()}
            definitions[kind] = found
    return definitions


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _any_of(kinds: Iterable[str]) -> Schema:
    """The settings of one of the kinds; anything where there is none."""
    options = [_ref(kind) for kind in dict.fromkeys(kinds)] or [{"type": "object"}]
    return options[0] if len(options) == 1 else {"anyOf": options}


# --- accounts.yaml ------------------------------------------------------------------------------------------------


def accounts_schema() -> Schema:
    """The schema of accounts.yaml."""
    schema = _of_model(AccountsFile, "accounts.yaml", "The one configuration file of a content repository.")
    schema["required"] = ["version"]
    properties, definitions = schema["properties"], schema["$defs"]
    taken = {"not": {"enum": sorted(providers())}}
    for section, names in (("accounts", taken), ("groups", taken), ("people", {})):
        entries = next(option for option in properties[section]["anyOf"] if option["type"] == "object")
        entries |= {"additionalProperties": False, "propertyNames": names}
    handles = {
        name: {"type": ["string", "number"], "description": f"the handle on {name}"} for name in sorted(providers())
    }
    definitions["PersonEntry"]["properties"] |= handles
    definitions["PersonEntry"]["additionalProperties"] = False
    definitions["FrontMatter"]["properties"].pop("id")
    _complete(definitions["FrontMatter"], definitions, None)
    _complete_account(definitions["AccountEntry"])
    return schema


def _complete_account(entry: Schema) -> None:
    """What an account's provider decides: its credentials, its settings, and whether it has a ``url``."""
    machine = "|".join(MACHINE)
    reference = {"type": "string", "pattern": rf"^(?!\$\{{({machine})){REFERENCE.pattern}$"}
    entry["properties"]["provider"]["enum"] = sorted(PROVIDERS)
    entry["properties"]["credentials"]["additionalProperties"] = reference
    entry["allOf"] = [
        {
            "if": {"properties": {"provider": {"const": name}}, "required": ["provider"]},
            "then": _provided(kinds),
        }
        for name, kinds in _kinds().items()
    ]


def _provided(kinds: Mapping[str, Spec]) -> Schema:
    names = dict.fromkeys(name for spec in kinds.values() for name in spec.credentials)
    spec = next(iter(kinds.values()))
    found: Schema = {
        "properties": {
            "credentials": {"properties": dict.fromkeys(names, True), "additionalProperties": False},
            "settings": _settings_of_account(list(kinds)),
        }
    }
    if spec.origin is None:
        found["properties"]["url"] = {"not": {"type": "null"}}
        found["required"] = ["url"]
    elif not spec.own_server:
        found["properties"]["url"] = {"type": "null"}
    return found


def _settings_of_account(kinds: list[str]) -> Schema:
    if len(kinds) == 1:
        return _ref(kinds[0])
    bot, webhook = kinds
    return {"if": {"required": [CHANNEL]}, "then": _ref(bot), "else": _ref(webhook)}


# --- posts --------------------------------------------------------------------------------------------------------


def post_schema(config: Config | None = None) -> Schema:
    """The schema of a post's front-matter; with the names of accounts.yaml, where there is one."""
    schema = _of_model(FrontMatter, "front-matter", "What a post says about itself, above its text.")
    _complete(schema, schema["$defs"], config)
    return schema


def _complete(front: Schema, definitions: Schema, config: Config | None) -> None:
    """What the models leave open: the platforms' own settings, and the names that accounts.yaml gives."""
    settings, properties = _settings_by_name(config), front["properties"]
    open_ended = {"type": "object"} if config is None else False
    properties["settings"] |= {"properties": settings, "additionalProperties": open_ended}
    if config is None:
        return
    names = sorted(known(config))
    _among(properties["platforms"], names)
    _among(definitions["MediaItem"]["properties"]["only"], names)
    single = {"enum": sorted(settings)}
    properties["overrides"]["propertyNames"] = single
    for fields in (properties, definitions["Override"]["properties"]):
        by_name = next(option for option in fields["hashtags"]["anyOf"][0]["oneOf"] if option.get("type") == "object")
        by_name["propertyNames"] = single


def _settings_by_name(config: Config | None) -> Schema:
    """Provider or account -> its settings. A platform that is not there, or has no account, takes anything."""
    accounts = config.accounts.values() if config else ()
    used = {name: [_kind(account) for account in accounts if account.provider == name] for name in PROVIDERS}
    kinds = used if config else {name: list(kinds) for name, kinds in _kinds().items()}
    by_provider = {name: _any_of(kinds.get(name, ())) for name in sorted(providers())}
    return by_provider | {account.id: _ref(_kind(account)) for account in accounts}


def _kind(account: Account) -> str:
    settings = PROVIDERS[account.provider].spec(account).settings
    return next(kind for kind, spec in _kinds()[account.provider].items() if spec.settings is settings)


def _among(field: Schema, names: list[str]) -> None:
    """Let a field of one name or several take these alone."""
    for option in field["anyOf"]:
        if option["type"] == "array":
            option["items"] = {"enum": names}
        elif option["type"] == "string":
            option |= {"enum": names}
