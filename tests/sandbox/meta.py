"""What the tests of Meta's stand-ins share: a graph to call, and its refusals."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tests.sandbox.client import Answer, Client

PHOTO, CLIP = "https://cdn.example.com/a.jpg", "https://cdn.example.com/clip.mp4"


class Graph:
    """One host's graph, for one account, with its token."""

    def __init__(self, client: Client, base: str, me: str, token: str = "test-token") -> None:
        self.client, self.base, self.me = client, base, me
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **parameters: str) -> Answer:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.client.call("GET", f"{self.base}/{path}{query}", headers=self.headers)

    def post(self, path: str, **parameters: str) -> Answer:
        return self.client.call("POST", f"{self.base}/{path}", form=parameters, headers=self.headers)

    def delete(self, path: str) -> Answer:
        return self.client.call("DELETE", f"{self.base}/{path}", headers=self.headers)

    def made(self, edge: str, **parameters: str) -> str:
        """The id of something that is made at one of the account's edges."""
        answer = self.post(f"{self.me}/{edge}", **parameters)
        assert answer.status == 200, answer.body
        made: str = answer.json["id"]
        return made


def refusal(answer: Answer) -> tuple[int, int, int | None, str]:
    """Status, code, subcode and message of an error."""
    error: dict[str, Any] = answer.json["error"]
    assert (error["type"] in ("OAuthException", "GraphMethodException"), "fbtrace_id" in error) == (True, True)
    return answer.status, error["code"], error.get("error_subcode"), error["message"]
