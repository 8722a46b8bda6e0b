"""accounts.yaml of the work tree, as it is and as it is to be: nothing is written before everything else is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from postiz_ops.commands.workspace import ACCOUNTS, Workspace, read_config
from postiz_ops.compile.account_edits import add_account, set_settings
from postiz_ops.compile.wording import nearest
from postiz_ops.errors import UsageError
from postiz_ops.model import Config
from postiz_ops.providers import PROVIDERS


@dataclass(frozen=True, slots=True)
class AccountsFile:
    """Its text as it is to be, beside what it is now. Every change is checked as ``check`` would."""

    workspace: Workspace
    text: str
    now: str

    @classmethod
    def read(cls, workspace: Workspace) -> AccountsFile:
        """The file as it stands. Raises ``UsageError`` where there is none."""
        file = workspace.git.root / ACCOUNTS
        if not file.is_file() or file.is_symlink():
            raise UsageError(f"there is no {ACCOUNTS} in `{workspace.git.root}`", help="run `postiz-ops init`")
        text = file.read_bytes().decode("utf-8", errors="surrogateescape")
        return cls(workspace, text, text)

    def config(self) -> Config:
        """What it will say. Raises ``UsageError`` where that is not valid."""
        return read_config(_bytes(self.text))

    def with_account(self, name: str, provider: str | None, url: str | None) -> AccountsFile:
        """With this account: a new one where a platform is named, else it is there. Raises ``UsageError``."""
        accounts = self.config().accounts
        if provider is not None:
            if name in accounts:
                raise UsageError(f"there is an account `{name}` already", help="leave out --provider to connect it")
            fields = _fields(provider, url)
            return self._changed(lambda text: add_account(text, name, fields))
        if name not in accounts:
            guess = nearest(name, accounts)
            also = f"did you mean `{guess}`? " if guess else ""
            raise UsageError(f"there is no account `{name}`", help=f"{also}say --provider PLATFORM to add it")
        if url:
            raise UsageError("--url goes with --provider", help=f"the server of `{name}` stands in {ACCOUNTS}")
        return self

    def with_settings(self, name: str, settings: Mapping[str, str]) -> AccountsFile:
        """With these settings of an account, where it says otherwise. Raises ``UsageError``."""
        stands = self.config().accounts[name].settings
        differ = {key: value for key, value in settings.items() if str(stands.get(key)) != value}
        return self._changed(lambda text: set_settings(text, name, differ)) if differ else self

    def write(self) -> bool:
        """Write the file; whether it had to be."""
        if self.text == self.now:
            return False
        (self.workspace.git.root / ACCOUNTS).write_bytes(_bytes(self.text))
        return True

    def _changed(self, change: Callable[[str], str]) -> AccountsFile:
        try:
            made = replace(self, text=change(self.text))
        except ValueError as problem:
            raise UsageError(str(problem), help="write it there yourself, and run the command again") from None
        made.config()
        return made


def _fields(provider: str, url: str | None) -> dict[str, str]:
    if provider not in PROVIDERS:
        guess = nearest(provider, PROVIDERS)
        others = ", ".join(PROVIDERS)
        raise UsageError(
            f"there is no platform `{provider}`", help=f"did you mean `{guess}`?" if guess else f"use one of: {others}"
        )
    if PROVIDERS[provider].SPEC.origin is None and url is None:
        raise UsageError(f"`{provider}` has many servers", help="say which with --url https://…")
    return {"provider": provider, **({"url": url} if url else {})}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogateescape")
