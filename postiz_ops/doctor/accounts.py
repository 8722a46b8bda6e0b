"""Accounts: credentials that nobody passes on, tokens and API versions that end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta

from postiz_ops.doctor.facts import Facts
from postiz_ops.doctor.finding import Finding, Result, error, warning
from postiz_ops.doctor.workflow import Workflow, publishing
from postiz_ops.ledger.sealed import Sealed, Status
from postiz_ops.model import Account
from postiz_ops.providers.base import Spec
from postiz_ops.publish.session import variable_name

SUNSET = timedelta(days=60)
"""Before an API version ends: time for a release of postiz-ops, and for its update."""
SOON = timedelta(days=30)
URGENT = timedelta(days=7)
Say = Callable[[str, str, str], Finding]
VAULT_KEY = "POSTIZ_VAULT_KEY"

_GONE = {
    Status.LOST: "nobody knows what became of a refresh of its token",
    Status.REVOKED: "its platform has withdrawn its token",
    Status.FORGOTTEN: "its credentials were taken out of the vault",
}


def credentials(facts: Facts) -> Iterator[Result]:
    """Whether each account's credential is in the vault, the environment, or what the workflows pass on."""
    places = publishing(facts.workflows)
    for account in facts.enabled():
        if account.id in facts.view.sealed:
            continue
        for workflow in places:
            yield from _missing(facts, account, workflow.passed, workflow.path)
        if facts.in_ci or not places:
            # Outside of a job somebody else's environment may be the one that counts: a runner's, on another machine.
            say = error if facts.in_ci else warning
            yield from _missing(facts, account, facts.environment, "this environment", say)
    if facts.view.sealed:
        yield from _vault_key(facts, places)


def _missing(facts: Facts, account: Account, there: Collection[str], where: str, say: Say = error) -> Iterator[Result]:
    absent = [name for name in _variables(facts, account) if name not in there]
    # Without references an account's platform may take one of several sets (a token alone, or four keys).
    if not absent or (not account.credentials and len(absent) < len(_variables(facts, account))):
        return
    names = ", ".join(f"`{name}`" for name in absent)
    yield say(
        f"account `{account.id}` needs {names}, which {'is' if len(absent) == 1 else 'are'} not there",
        where,
        _pass_on(absent[0]) if where.endswith((".yml", ".yaml")) else f"set {names}, or run `postiz-ops vault set`",
    )


def _variables(facts: Facts, account: Account) -> list[str]:
    names = facts.specs[account.id].credentials
    return list(account.credentials.values()) or [variable_name(account.id, name) for name in names]


def _pass_on(name: str) -> str:
    line = f"{name}: ${{{{ secrets.{name} }}}}"
    return f"add the secret to the environment `postiz-publish`, and to `env:` the line `{line}`"


def _vault_key(facts: Facts, places: Collection[Workflow]) -> Iterator[Result]:
    message = f"there are credentials in the vault, and `{VAULT_KEY}` is not there to open them"
    for workflow in places:
        if VAULT_KEY not in workflow.passed:
            yield error(message, workflow.path, _pass_on(VAULT_KEY))
    if facts.in_ci and VAULT_KEY not in facts.environment:
        yield error(message, "this environment", _pass_on(VAULT_KEY))


def tokens(facts: Facts) -> Iterator[Result]:
    """Whether a token has ended, or is about to."""
    for account in facts.enabled():
        sealed = facts.view.sealed.get(account.id)
        if sealed is not None:
            yield from _token(facts, sealed)


def _token(facts: Facts, sealed: Sealed) -> Iterator[Result]:
    where, again = f"account {sealed.account}", f"run `postiz-ops accounts connect {sealed.account}`"
    if sealed.status in _GONE:
        yield error(f"`{sealed.account}` must be connected again: {_GONE[sealed.status]}", where, again)
        return
    end = sealed.refresh_expires_at if sealed.refreshable else sealed.expires_at
    if end is None or end - facts.now > SOON:
        return
    if end <= facts.now:
        yield error(f"the token of `{sealed.account}` ended on {end:%Y-%m-%d}", where, again)
    else:
        say = error if end - facts.now <= URGENT else warning
        yield say(f"the token of `{sealed.account}` ends on {end:%Y-%m-%d}", where, again)


def origins(facts: Facts) -> Iterator[Result]:
    """Whether an account names another server than the one that has its credential."""
    for account in facts.enabled():
        known = facts.view.accounts.get(account.id)
        if known is not None and known.origin != account.origin:
            yield error(
                f"`{account.id}` was first used with {known.origin} and now names {account.origin}: it is held",
                f"account {account.id}",
                f"run `postiz-ops accounts trust {account.id}` if that is right",
            )


def sunsets(facts: Facts) -> Iterator[Result]:
    """Whether the version of a platform's API that this version speaks is about to end."""
    ends = {spec.title: (spec.sunset, spec.api) for spec in _used(facts) if spec.sunset}
    for title, (sunset, api) in sorted(ends.items()):
        left = date.fromisoformat(sunset) - facts.now.date()
        if left <= SUNSET:
            over = left < timedelta(0)
            say, verb = (error, "was served until") if over else (warning, "is served until")
            yield say(f"{title}: {api} {verb} {sunset}", title, "update postiz-ops to one that speaks a newer version")


def _used(facts: Facts) -> Iterator[Spec]:
    return (facts.specs[account.id] for account in facts.enabled())
