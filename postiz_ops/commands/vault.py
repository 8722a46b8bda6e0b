"""``vault``: the encrypted credentials on the state branch, and the keys that open them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from postiz_ops.commands.desk import decide
from postiz_ops.commands.grants import known_file, open_safe, store
from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.compile.wording import nearest
from postiz_ops.errors import Temporary, UsageError
from postiz_ops.ledger.record import decode, encode, instant
from postiz_ops.ledger.sealed import (
    KEYRING,
    Keyring,
    Sealed,
    Status,
    keyring_file,
    load_sealed,
    read_rescue,
    sealed_file,
    sealed_path,
)
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import Grant
from postiz_ops.publish.tokens import recorded
from postiz_ops.report.escape import dumped, escape
from postiz_ops.vault.box import CannotOpen, Place, rewrap
from postiz_ops.vault.keys import RUNNER_VARIABLE, Key, key_text, keyring_of, new_key, public_text, read_key
from postiz_ops.vault.safe import runner_key

ONCE = "It is stored nowhere, and is not shown again."


@click.group(short_help="Keep credentials encrypted on the state branch.")
def command() -> None:
    """The encrypted credentials on the state branch: one file an account, opened by one key.

    Example: postiz-ops vault init
    """


@command.command("init")
@click.pass_obj
def init(obj: dict[str, Any]) -> int:
    """Make the vault, and print its two keys: the runner's, for CI, and the owner's, for a safe.

    Example: postiz-ops vault init
    """
    _not_in_ci()
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    runner, owner = new_key(), new_key(recovery=True)

    def writes(view: View) -> Mapping[str, bytes]:
        ours = view.genesis and keyring_of(view.genesis.id, [runner], public_text(owner))
        if view.keyring is not None and view.keyring != ours:
            raise UsageError("there is a vault already", help="`postiz-ops vault rekey` gives it another key")
        return {KEYRING: keyring_file(ours)} if ours and view.keyring is None else {}

    decide(workspace, writes, "Make the vault")
    click.echo("The vault is ready. Nothing is in it yet: `postiz-ops accounts connect` puts credentials there.\n")
    _show(runner, f"The runner's key. Put it into CI as the secret {RUNNER_VARIABLE} (and nowhere else):")
    _show(owner, "The recovery key. It opens the vault when the runner's key is lost: keep it offline.")
    click.echo(f"With GitHub: gh secret set {RUNNER_VARIABLE} --env postiz-publish, and paste the first one.")
    return 0


@command.command("list")
@formats("text", "json")
@click.pass_obj
def list_accounts(obj: dict[str, Any], *, form: str) -> int:
    """Show what is in the vault: whose credentials, how they stand and when they end. Opens nothing.

    Example: postiz-ops vault list
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    view = workspace.local_view() or View()
    rows = [_row(sealed) for sealed in view.sealed.values()]
    if form == "json":
        click.echo(dumped({"version": 1, "accounts": rows}))
        return 0
    for row in rows:
        ends = f", ends {row['expires_at']}" if row["expires_at"] else ""
        again = ", renewed by itself" if row["refreshable"] and row["status"] == "ready" else ""
        problem = f": {row['problem']}" if row["problem"] else ""
        text = f"{row['account']:<24} {row['provider']:<12} {row['status']}{ends}{again}{problem}"
        click.echo(escape(text))
    if not rows:
        click.echo("The vault is empty." if view.keyring else "There is no vault yet: see `postiz-ops vault init`.")
    return 0


def _row(sealed: Sealed) -> dict[str, Any]:
    ends = {"expires_at": sealed.expires_at, "refresh_expires_at": sealed.refresh_expires_at}
    return {
        "account": sealed.account,
        "provider": sealed.provider,
        "origin": sealed.origin,
        "status": sealed.status.value,
        "generation": sealed.generation,
        **{name: at and instant(at) for name, at in ends.items()},
        "refreshable": sealed.refreshable,
        "scopes": list(sealed.scopes),
        "problem": sealed.problem,
    }


@command.command("set")
@click.argument("name", metavar="ACCOUNT")
@click.argument("credential", metavar="NAME")
@click.pass_obj
def set_credential(obj: dict[str, Any], *, name: str, credential: str) -> int:
    """Put one credential into the vault. Its value is asked for, or read from standard input; never an argument.

    Example: postiz-ops vault set acme-slack webhook_url
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    account = workspace.account(name)
    known = PROVIDERS[account.provider].spec(account).credentials
    if credential not in known:
        guess = nearest(credential, known)
        raise UsageError(
            f"{account.provider} has no credential `{credential}`",
            help=f"did you mean `{guess}`?" if guess else f"it has {', '.join(f'`{each}`' for each in known)}",
        )
    value = _asked(f"{credential} of {account.id}")
    before = open_safe(_newest(workspace)).grant(account) or Grant({})
    after = replace(before, secrets={**before.secrets, credential: value})
    if credential == "access_token":  # of a token that a person brings nobody knows when it ends
        after = replace(after, expires_at=None, obtained_at=None)
    store(workspace, account, after)
    click.echo(f"`{credential}` of `{account.id}` is in the vault.")
    return 0


@command.command("forget")
@click.argument("name", metavar="ACCOUNT")
@click.pass_obj
def forget(obj: dict[str, Any], *, name: str) -> int:
    """Take an account's credentials out of the vault. The branch's history still has them, encrypted.

    Example: postiz-ops vault forget acme-old
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])

    def writes(view: View) -> Mapping[str, bytes]:
        sealed = view.sealed.get(name)
        if sealed is None:
            raise UsageError(f"the vault holds nothing of `{name}`", help="see `postiz-ops vault list`")
        if sealed.status is Status.FORGOTTEN:
            return {}
        empty = replace(sealed.ended(Status.FORGOTTEN), box={}, generation=sealed.generation + 1, refreshable=False)
        account = Account(sealed.account, sealed.provider, sealed.origin)
        return {sealed_path(name): sealed_file(empty), **known_file(workspace, view, account, empty)}

    decide(workspace, writes, f"Forget the credentials of {name}")
    click.echo(f"The vault holds nothing of `{escape(name)}` any more.")
    click.echo("Its history does, encrypted: end the authorization at the platform as well.")
    return 0


# --- keys -------------------------------------------------------------------------------------------------------------


@command.command("rekey")
@click.option("--finish", is_flag=True, help="CI has the new key: the old one opens nothing from now on.")
@click.option("--recovery", is_flag=True, help="The runner's key is lost: use the recovery key (standard input).")
@click.pass_obj
def rekey(obj: dict[str, Any], *, finish: bool, recovery: bool) -> int:
    """Give the vault a new runner's key. Both work until `rekey --finish`, so that CI never stands without one.

    Example: postiz-ops vault rekey
    """
    _not_in_ci()
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    if finish:
        key = _runner()
        _change_keys(workspace, key, [key], "Take the old key out of the vault")
        click.echo("The old key opens nothing any more. What it opened before, it may have shown: see docs/vault.md.")
        return 0
    key = read_key(_asked("recovery key"), "standard input") if recovery else _runner()
    fresh = new_key()
    _change_keys(workspace, key, [fresh] if recovery else [key, fresh], "Give the vault a new key")
    _show(fresh, f"The runner's new key. Put it into CI as the secret {RUNNER_VARIABLE}:")
    if not recovery:
        click.echo(f"The old one works until you run `postiz-ops vault rekey --finish` with the new {RUNNER_VARIABLE}.")
    return 0


def _change_keys(workspace: Workspace, key: Key, runners: list[Key], message: str) -> None:
    written: Mapping[str, bytes] = {}
    made_on = View()

    def writes(view: View) -> Mapping[str, bytes]:
        nonlocal written, made_on
        if view.keyring is not None and written and keyring_file(view.keyring) == written[KEYRING]:
            return {}
        if not written or view.sealed != made_on.sealed:
            written, made_on = _rekeyed(view, key, runners), view
        return written

    decide(workspace, writes, message)


def _rekeyed(view: View, key: Key, runners: list[Key]) -> Mapping[str, bytes]:
    genesis = view.genesis.id if view.genesis else ""
    keyring = keyring_of(genesis, runners, _trusted(view, key).recovery)
    files = {KEYRING: keyring_file(keyring)}
    for sealed in view.sealed.values():
        if sealed.status is Status.REFRESHING:
            raise Temporary(f"a run is renewing the token of `{sealed.account}`", help="try again in five minutes")
        if sealed.status is not Status.FORGOTTEN:
            files[sealed_path(sealed.account)] = sealed_file(_rewrapped(genesis, sealed, key, keyring))
    return files


def _trusted(view: View, key: Key) -> Keyring:
    """The keyring, which the runner's key proves, and the recovery key at least belongs to."""
    if view.keyring is not None and key.recovery and view.keyring.recovery == public_text(key):
        return view.keyring
    if key.recovery and view.keyring is not None:
        raise UsageError("this is not the recovery key of this vault", help="it is the one that `vault init` printed")
    return open_safe(view).keyring()


def _rewrapped(genesis: str, sealed: Sealed, key: Key, keyring: Keyring) -> Sealed:
    place = Place(genesis, sealed.account, sealed.provider, sealed.origin, sealed.generation)
    try:
        return replace(sealed, box=rewrap(sealed.box, place, key, keyring.recipients))
    except CannotOpen as problem:
        raise UsageError(
            f"the credentials of `{sealed.account}` cannot be opened: {problem}",
            help=f"`postiz-ops vault forget {sealed.account}` takes them out; nothing was changed",
        ) from problem


@command.command("rotate")
@click.pass_obj
def rotate(obj: dict[str, Any]) -> int:
    """Encrypt everything anew, under new data keys. It does not help against who has read it: see docs/vault.md.

    Example: postiz-ops vault rotate
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    done: dict[str, Sealed] = {}

    def writes(view: View) -> Mapping[str, bytes]:
        safe, files = open_safe(view), {}
        for sealed in view.sealed.values():
            account = Account(sealed.account, sealed.provider, sealed.origin)
            grant = safe.grant(account) if sealed.status is Status.READY else None
            if grant is not None and done.get(sealed.account) != sealed:
                done[sealed.account] = safe.seal(account, grant, refreshable=sealed.refreshable)
                files[sealed_path(sealed.account)] = sealed_file(done[sealed.account])
                files |= known_file(workspace, view, account, done[sealed.account])
        return files

    decide(workspace, writes, "Encrypt the vault anew")
    click.echo(f"Encrypted anew: {', '.join(f'`{escape(name)}`' for name in done) or 'nothing was there'}.")
    return 0


# --- a copy, and what was rescued -------------------------------------------------------------------------------------


@command.command("export")
@click.option("--encrypted", is_flag=True, required=True, help="The only form there is: what the state branch holds.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.pass_obj
def export(obj: dict[str, Any], *, encrypted: bool, file: Path | None) -> int:  # noqa: ARG001 - it says what one gets
    """Write a copy of the vault, as encrypted as it is. `vault rescue` takes it back.

    Example: postiz-ops vault export --encrypted vault-2026-12.json
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    view = workspace.local_view() or View()
    if view.keyring is None or view.genesis is None:
        raise UsageError("there is no vault yet", help="run `postiz-ops vault init`")
    files = {sealed_path(name): json.loads(sealed_file(sealed)) for name, sealed in view.sealed.items()}
    data = encode({"version": 1, "genesis": view.genesis.id, "vault": files})
    if file is None:
        click.echo(data.decode(), nl=False)
    else:
        file.write_bytes(data)
        click.echo(f"Wrote {escape(str(file))}: {len(files)} accounts, encrypted.", err=True)
    return 0


@command.command("rescue")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.pass_obj
def rescue(obj: dict[str, Any], *, file: Any) -> int:
    """Take back tokens that a run could not record: its log with the POSTIZ-RESCUE block, or an export.

    Example: postiz-ops vault rescue
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    found = _rescued(file.read())
    taken: set[str] = set()

    def writes(view: View) -> Mapping[str, bytes]:
        files: dict[str, bytes] = {}
        for sealed in found:
            more = recorded(view, sealed) if sealed.attempt else _restored(workspace, view, sealed)
            taken.update([sealed.account] if more else [])
            files |= more
        return files

    decide(workspace, writes, "Rescue tokens")
    for sealed in found:
        done = "is in the vault again" if sealed.account in taken else "has a newer token, so nothing was changed"
        click.echo(f"`{escape(sealed.account)}` {done}.")
    return 0


def _rescued(text: str) -> tuple[Sealed, ...]:
    try:
        found = read_rescue(text) or tuple(_exported(text))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise UsageError(
            "what was given is damaged", help="give the whole log of the run, or the whole export"
        ) from problem
    if not found:
        raise UsageError(
            "there is no rescue block in what was given", help="it begins with -----BEGIN POSTIZ-RESCUE-----"
        )
    return found


def _exported(text: str) -> Iterator[Sealed]:
    for path, body in decode(text.encode())["vault"].items():
        yield load_sealed(path, json.dumps(body).encode())


def _restored(workspace: Workspace, view: View, sealed: Sealed) -> Mapping[str, bytes]:
    """An export's account, where the branch has lost it, or an older one."""
    there = view.sealed.get(sealed.account)
    known = view.accounts.get(sealed.account)
    newest = max(there.generation if there else 0, known.generation if known else 0)
    if there is not None and there.generation >= sealed.generation:
        return {}
    if newest > sealed.generation:
        return {}
    account = Account(sealed.account, sealed.provider, sealed.origin)
    return {sealed_path(sealed.account): sealed_file(sealed), **known_file(workspace, view, account, sealed)}


# --- what they share ------------------------------------------------------------------------------------------------


def _newest(workspace: Workspace) -> View:
    """The state branch as it is at the remote now."""
    return decide(workspace, lambda _: {}, "")


def _runner() -> Key:
    key = runner_key(os.environ)
    if key is None:
        raise UsageError(f"`{RUNNER_VARIABLE}` is not set", help="set it to the key that opens the vault now")
    return key


def _asked(what: str) -> str:
    """A secret from a terminal without echo, else from standard input."""
    value = click.prompt(what, hide_input=True) if sys.stdin.isatty() else sys.stdin.read()
    if not value.strip():
        raise UsageError(f"no {what} was given", help="type it at the prompt, or pipe it in")
    return str(value).strip()


def _not_in_ci() -> None:
    if os.environ.get("CI") and not sys.stdout.isatty() and os.environ.get("GITHUB_ACTIONS") == "true":
        raise UsageError(
            "a key is not printed into the log of a CI job, where others read it",
            help="run it on your own machine: a clone of the repository is all that it needs",
        )


def _show(key: Key, what: str) -> None:
    click.echo(f"{what}\n\n    {key_text(key)}\n\n{ONCE}\n")
