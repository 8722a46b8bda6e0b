"""Accounts and their settings written into accounts.yaml: comments, order, indentation and line ends stay."""

from __future__ import annotations

import re
from collections.abc import Mapping

from postiz_ops.compile.edits import Edits, add_entry, fill, written
from postiz_ops.compile.nodes import Node, Style, load_yaml

_STEP = 2
"""Columns that a mapping stands further in than its key, where the file shows no other habit."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")
"""A server's address, which people write without quotes."""


def add_account(text: str, account: str, fields: Mapping[str, str]) -> str:
    """accounts.yaml with one more account, behind the others. Raises ``ValueError`` where that cannot be written."""
    edits = Edits(text)
    node, findings = load_yaml(edits.text, "accounts.yaml")
    if node is None and not findings:
        edits.insert(len(edits.text), _ended(edits.text) + _block("accounts:", 0, {account: fields}))
        return edits.result()
    accounts = _mapping(node).children.get("accounts")
    if node is None or node.style is Style.FLOW or (accounts is not None and accounts.style is Style.FLOW):
        _add_flow(edits, _mapping(node), accounts, account, fields)
    elif accounts is None:
        edits.insert(
            len(edits.text), _ended(edits.text) + _block("accounts:", edits.column(node.start), {account: fields})
        )
    elif accounts.value is None:
        column = edits.column(node.keys["accounts"][0]) + _STEP
        _append(edits, max(accounts.end, node.keys["accounts"][1]), _block(f"{account}:", column, fields))
    elif account in _mapping(accounts).children:
        raise ValueError(f"accounts.yaml has an account `{account}` already")
    else:
        _append(edits, _last(edits, accounts), _block(f"{account}:", edits.column(accounts.start), fields))
    return edits.result()


def set_settings(text: str, account: str, settings: Mapping[str, str]) -> str:
    """accounts.yaml with these ``settings`` of an account. Raises ``ValueError`` where that cannot be written."""
    for name, value in settings.items():
        text = _set(text, account, name, written(value))
    return text


# --- how it is done -----------------------------------------------------------------------------------------------


def _set(text: str, account: str, name: str, value: str) -> str:
    edits = Edits(text)
    node, _ = load_yaml(edits.text, "accounts.yaml")
    accounts = _mapping(node).children.get("accounts")
    entry = _mapping(accounts).children.get(account)
    settings = _mapping(entry).children.get("settings")
    if entry is None or settings is None:
        _add(edits, _mapping(entry), f"settings: {{{name}: {value}}}")
    elif settings.value is None:
        fill(edits, settings, f"{{{name}: {value}}}")
    elif name in _mapping(settings).children:
        fill(edits, settings.children[name], value)
    else:
        _add(edits, settings, f"{name}: {value}")
    return edits.result()


def _add(edits: Edits, mapping: Node, entry: str) -> None:
    """Write an entry as the last of a mapping."""
    if mapping.style is Style.FLOW:
        add_entry(edits, mapping, entry)
    else:
        _append(edits, _last(edits, mapping), f"{' ' * edits.column(mapping.start)}{entry}\n")


def _add_flow(edits: Edits, node: Node, accounts: Node | None, account: str, fields: Mapping[str, str]) -> None:
    entry = f"{account}: {{{', '.join(f'{name}: {_scalar(value)}' for name, value in fields.items())}}}"
    if accounts is None:
        add_entry(edits, node, f"accounts: {{{entry}}}")
    elif accounts.value is None:
        fill(edits, accounts, f"{{{entry}}}")
    elif account in _mapping(accounts).children:
        raise ValueError(f"accounts.yaml has an account `{account}` already")
    elif accounts.value or edits.text.count("\n", accounts.start, accounts.end):
        add_entry(edits, accounts, entry)
    else:
        # `accounts: {}` is how a file begins: from here on people want to read it.
        column = edits.column(node.keys["accounts"][0]) + _STEP if node.style is Style.BLOCK else -1
        _open_up(edits, accounts, entry, _block(f"{account}:", column, fields) if column >= 0 else "")


def _open_up(edits: Edits, accounts: Node, entry: str, block: str) -> None:
    rest = edits.text[accounts.end : edits.line_end(accounts.end)]
    if not block or (rest.strip() and not rest.lstrip().startswith("#")):
        add_entry(edits, accounts, entry)
        return
    start = accounts.start - 1 if edits.text[accounts.start - 1] == " " else accounts.start
    edits.replace(start, accounts.end, "")
    _append(edits, accounts.end, block)


def _block(key: str, column: int, fields: Mapping[str, str] | Mapping[str, Mapping[str, str]]) -> str:
    lines = f"{' ' * column}{key}\n"
    for name, value in fields.items():
        if isinstance(value, str):
            lines += f"{' ' * (column + _STEP)}{name}: {_scalar(value)}\n"
        else:
            lines += _block(f"{name}:", column + _STEP, value)
    return lines


def _append(edits: Edits, offset: int, lines: str) -> None:
    """Write whole lines behind the one that ``offset`` is in, and behind comments that stand further in than these."""
    column, end = len(lines) - len(lines.lstrip(" ")), edits.line_end(offset)
    while end < len(edits.text):
        following = edits.text[end + 1 : edits.line_end(end + 1)]
        if not following.lstrip().startswith("#") or len(following) - len(following.lstrip()) <= column:
            break
        end = edits.line_end(end + 1)
    edits.insert(end, f"\n{lines[:-1]}")


def _last(edits: Edits, node: Node) -> int:
    """The end of what stands last in a block: its own end is that of the blank lines and comments behind it."""
    while node.style is Style.BLOCK and node.children:
        key, child = max(node.children.items(), key=lambda each: each[1].start)
        end = node.keys[key][1] if isinstance(key, str) else child.start
        if child.value is None:
            return max(end, child.end)
        node = child
    # A block scalar ends behind its last line.
    return node.end - 1 if node.end and node.style is Style.LITERAL and edits.text[node.end - 1] == "\n" else node.end


def _scalar(text: str) -> str:
    return text if _ADDRESS.fullmatch(text) else written(text)


def _ended(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"


def _mapping(node: Node | None) -> Node:
    if node is None or not isinstance(node.value, dict):
        raise ValueError("accounts.yaml cannot be changed: it is not written as `key: value` lines there")
    return node
