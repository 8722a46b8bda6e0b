"""Fill docs/connect.md out of what the providers declare of their logins: ``python -m tools.docs_connect``."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.commands.accounts.ways import DEFAULT_PORT, Way, needs_app, ways_of
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import OAuth1, OAuth2, Rotation
from postiz_ops.providers.oauth import client_variables
from tools.blocks import DOCS, write
from tools.docs_providers import link, table

PAGE = DOCS / "connect.md"

RENEWALS = {
    Rotation.NEVER: "nothing: it does not end, or a person makes it anew",
    Rotation.KEPT: "a refresh token that stays the same",
    Rotation.RETURNED: "a refresh token, and a new one may come back with each use",
    Rotation.SINGLE_USE: "a refresh token that is good for one use: each brings the next",
    Rotation.ITSELF: "the token itself, handed in while it is valid",
}


def main() -> None:
    """Write the page."""
    write(PAGE, blocks())


def blocks() -> dict[str, str]:
    """The table of variables, and a section for each platform."""
    rows = [
        (f"[{PROVIDERS[name].SPEC.title}](#{name}), `{way.name}`", *(f"`{v}`" for v in variables(name, way)))
        for name in PROVIDERS
        for way in ways_of(name)
        if needs_app(way)
    ]
    sections = "\n\n".join(part for name in PROVIDERS for part in section(name))
    return {"variables": table(("platform and way", "id", "secret"), rows), "platforms": sections}


def variables(provider: str, way: Way) -> tuple[str, str]:
    """Where an app's id and secret are read from."""
    if isinstance(way.auth, OAuth1):
        return client_variables(provider, (way.auth.key, way.auth.secret))
    return client_variables(provider)


def section(name: str) -> Iterator[str]:
    """One platform: its ways, the advised one first."""
    title = PROVIDERS[name].SPEC.title
    yield f"### {name}"
    yield f"{title}: {link('limits, settings and errors', f'providers/{name}.md')}."
    for number, way in enumerate(ways_of(name)):
        yield f"**`--flow {way.name}`**" + (" (what is taken when nothing is said)" if not number else "")
        yield from typed(way) if way.auth is None else flow(way, way.auth)


def typed(way: Way) -> Iterator[str]:
    """What a person copies."""
    names = ", ".join(f"`{name}`" for name in way.spec.credentials)
    yield numbered(way.spec.manual)
    yield f"Asked for: {names}" + (
        ", all but those that do not apply (Enter)." if len(way.spec.credentials) > 2 else "."
    )


def flow(way: Way, auth: OAuth2 | OAuth1) -> Iterator[str]:
    """What a person registers once, and the facts of the login."""
    if auth.steps:
        yield numbered(auth.steps)
    yield table(("", ""), list(facts(way, auth)))
    if auth.unverified:
        yield "Not confirmed:\n\n" + "\n".join(f"- {sentence}" for sentence in auth.unverified)


def facts(way: Way, auth: OAuth2 | OAuth1) -> Iterator[tuple[str, str]]:
    """The rows of a flow's table."""
    address = f"`{auth.redirect.format(port=DEFAULT_PORT)}`"
    if not (isinstance(auth, OAuth2) and auth.dpop):
        yield "redirect address", address + ("" if auth.listens else ", and what the browser shows is pasted")
    if isinstance(auth, OAuth2):
        yield "scopes", " ".join(f"`{scope}`" for scope in auth.scopes)
        yield "protection of the code", ("PKCE" if auth.pkce else "`state`") + (", DPoP" if auth.dpop else "")
        yield "token lives", span(auth.access_seconds)
        yield "renewed by", RENEWALS[auth.rotation]
        if auth.refresh_seconds:
            yield (
                "refresh token lives",
                span(auth.refresh_seconds) + (", from the consent on" if auth.fixed_end else ""),
            )
        yield "says that it is over", ", ".join(f"`{code}`" for code in auth.revoked)
    else:
        yield "token lives", span(None)
    if way.spec.account_settings:
        yield "then chosen", ", ".join(f"`{name}`" for name in way.spec.account_settings)
    yield "what the platform says", f"{link('documentation', auth.docs)}, {auth.checked}"


def span(seconds: int | None) -> str:
    """Seconds in the largest unit that is whole."""
    if seconds is None:
        return "without an end that the platform names"
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'s' * (count > 1)}"
    return f"{seconds} seconds"


def numbered(steps: tuple[str, ...]) -> str:
    """A numbered list."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


if __name__ == "__main__":
    main()
