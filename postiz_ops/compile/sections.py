"""The named entries of accounts.yaml: accounts, clients, groups and people, and how their names go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from postiz_ops.compile.accounts_model import ClientEntry, GroupEntry, PersonEntry
from postiz_ops.compile.channels import read_channel
from postiz_ops.compile.names import ACCOUNT_ID, ENTRY_NAME, providers
from postiz_ops.compile.nodes import Node
from postiz_ops.compile.pages import page
from postiz_ops.compile.validation import UNKNOWN_KEY, Rules, salvage
from postiz_ops.compile.wording import instead, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Account, Client, Person, Span

COLLISION = Rule(
    "PZ104",
    "name-collision",
    Severity.ERROR,
    "two things have the same name",
    page(
        what="Finds accounts and groups that are called like one another, or like a provider.",
        why="`platforms: [mastodon]` could mean one account or all of them.",
        example="""
            accounts:
              mastodon: {provider: mastodon, url: https://mastodon.social}
        """,
        instead="""
            accounts:
              acme-mastodon: {provider: mastodon, url: https://mastodon.social}
        """,
    ),
)
NAME = Rule(
    "PZ105",
    "invalid-name",
    Severity.ERROR,
    "a name that cannot be one",
    page(
        what="""
            Finds account ids other than small letters, digits and `-`, and names of groups and people with other
            characters than letters, digits, `.`, `_` and `-`.
        """,
        why="Names stand in posts between spaces, in file names of the state branch and in environment variables.",
        example="""
            accounts:
              Acme Mastodon: {provider: mastodon, url: https://mastodon.social}
        """,
        instead="""
            accounts:
              acme-mastodon: {provider: mastodon, url: https://mastodon.social}
        """,
    ),
)
UNKNOWN_MEMBER = Rule(
    "PZ107",
    "unknown-group-member",
    Severity.ERROR,
    "a group names an account that does not exist",
    page(
        what="Finds members of `groups` that are no accounts.",
        why="A post to the group would silently reach fewer than it says.",
        example="""
            groups:
              everywhere: [acme-mastodom, acme-bluesky]
        """,
        instead="""
            groups:
              everywhere: [acme-mastodon, acme-bluesky]
        """,
    ),
)
UNKNOWN_CLIENT = Rule(
    "PZ108",
    "unknown-client",
    Severity.ERROR,
    "an account names a client that does not exist",
    page(
        what="Finds accounts whose `client` is not below `clients`.",
        why="The client's reviewers would not be asked.",
        example="""
            clients:
              acme: {name: ACME Inc.}
            accounts:
              acme-bluesky: {provider: bluesky, client: amce}
        """,
        instead="""
            clients:
              acme: {name: ACME Inc.}
            accounts:
              acme-bluesky: {provider: bluesky, client: acme}
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A named entry of a section."""

    name: str
    node: Node
    parent: Node

    @property
    def key(self) -> Span:
        """The place of the name."""
        return self.parent.key_span(self.name)


def _entries(node: Node, section: str) -> Iterator[_Entry]:
    parent = node.children.get(section)
    if parent is None or not isinstance(parent.value, dict):
        return
    for name, child in parent.children.items():
        yield _Entry(str(name), child, parent)


def read_accounts(node: Node, rules: Rules) -> tuple[dict[str, Account], tuple[Diagnostic, ...]]:
    """The accounts that can be read, by id, and what is wrong with any."""
    accounts: dict[str, Account] = {}
    findings: list[Diagnostic] = []
    for entry in _entries(node, "accounts"):
        account, found = read_channel(entry.name, entry.node, rules)
        findings += found
        if not ACCOUNT_ID.fullmatch(entry.name):
            advice = "use small letters, digits and `-`, 64 at most"
            findings.append(NAME.at(entry.key, f"{quoted(entry.name)} cannot be an account's id", help=advice))
        elif account is not None:
            accounts[entry.name] = account
    return accounts, tuple(findings)


def read_clients(node: Node, rules: Rules) -> tuple[dict[str, Client], tuple[Diagnostic, ...]]:
    """The clients, by name."""
    clients: dict[str, Client] = {}
    findings: list[Diagnostic] = []
    for entry in _entries(node, "clients"):
        found, said, _ = salvage(ClientEntry, entry.node, rules)
        findings += said
        clients[entry.name] = Client(entry.name, found.name, found.reviewers) if found else Client(entry.name, "")
    return clients, tuple(findings)


def check_clients(node: Node, accounts: Mapping[str, Account], clients: Mapping[str, Client]) -> Iterator[Diagnostic]:
    """Accounts whose client is not there."""
    for account in accounts.values():
        if account.client is not None and account.client not in clients:
            span = node.at(("accounts", account.id, "client"))
            advice = instead(account.client, clients, what="clients")
            yield UNKNOWN_CLIENT.at(span, f"unknown client {quoted(account.client)}", help=advice, account=account.id)


def read_groups(
    node: Node, rules: Rules, accounts: Mapping[str, Account]
) -> tuple[dict[str, tuple[str, ...]], tuple[Diagnostic, ...]]:
    """The groups, by name, with those members that are accounts."""
    written = {entry.name for entry in _entries(node, "accounts")}
    groups: dict[str, tuple[str, ...]] = {}
    findings: list[Diagnostic] = []
    for entry in _entries(node, "groups"):
        findings += _bad_name(entry, "group")
        members, said, _ = salvage(GroupEntry, entry.node, rules)
        findings += said
        named = members.root if members else ()
        for index, member in enumerate(named):
            if member not in written:
                message, advice = f"unknown account {quoted(member)}", instead(member, written, what="accounts")
                findings.append(UNKNOWN_MEMBER.at(entry.node.at((index,)), message, help=advice))
        groups[entry.name] = tuple(dict.fromkeys(member for member in named if member in accounts))
    return groups, tuple(findings)


def _bad_name(entry: _Entry, what: str) -> Iterator[Diagnostic]:
    if not ENTRY_NAME.fullmatch(entry.name):
        advice = "use letters, digits, `.`, `_` and `-`, 64 at most"
        yield NAME.at(entry.key, f"{quoted(entry.name)} cannot be the name of a {what}", help=advice)


def check_collisions(node: Node) -> Iterator[Diagnostic]:
    """Accounts and groups that have the name of something else."""
    taken = dict.fromkeys(providers(), "provider")
    for section, what in (("accounts", "account"), ("groups", "group")):
        for entry in _entries(node, section):
            if entry.name in taken:
                message = f"{what} {quoted(entry.name)} has the name of {_article(taken[entry.name])}"
                yield COLLISION.at(entry.key, message, help=f"give the {what} a name of its own")
            taken.setdefault(entry.name, what)


def _article(what: str) -> str:
    return f"an {what}" if what == "account" else f"a {what}"


def read_people(node: Node, rules: Rules) -> tuple[dict[str, Person], tuple[Diagnostic, ...]]:
    """The people, by the name that posts mention them by."""
    people: dict[str, Person] = {}
    findings: list[Diagnostic] = []
    for entry in _entries(node, "people"):
        findings += _bad_name(entry, "person")
        found, said, _ = salvage(PersonEntry, entry.node, rules)
        findings += said
        if found is None:
            continue
        handles = found.handles()
        known = providers()
        for name in handles.keys() - known:
            advice = instead(name, {"name", *known}, what="keys of a person")
            findings.append(UNKNOWN_KEY.at(entry.node.key_span(name), f"unknown key {quoted(name)}", help=advice))
        people[entry.name] = Person(found.name, {name: handle for name, handle in handles.items() if name in known})
    return people, tuple(findings)


RULES = (COLLISION, NAME, UNKNOWN_MEMBER, UNKNOWN_CLIENT)
