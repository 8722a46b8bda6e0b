"""A request as it was meant, before anybody knows which platform it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Incoming:
    """``url`` is the platform's own, without the redirection."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def bare(self) -> str:
        """The address without its query."""
        return self.url.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The fields of the query."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of the body."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    @property
    def is_form(self) -> bool:
        """Whether the body says that it is one."""
        return (self.header("Content-Type") or "").startswith("application/x-www-form-urlencoded")

    def header(self, name: str) -> str | None:
        """A header, whatever its case."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)
