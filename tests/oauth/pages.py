"""What a person sees, and the plain answers that every kind of platform gives."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.oauth.issuing import Reply
from tests.oauth.requests import Incoming
from tests.oauth.rules import Platform

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Allow {client}?</title>
<style>
body {{ font: 16px sans-serif; max-width: 28em; margin: 4em auto }}
button, select {{ font: inherit; margin: 1em 1em 0 0 }}
</style>
<h1>{platform}</h1>
<p>The app <b>{client}</b> asks for: {scopes}</p>
<form method="post">
<input type="hidden" name="ticket" value="{ticket}">
<label>Go on as <select name="sub">{people}</select></label><br>
<button name="decision" value="allow" id="allow">Allow</button>
<button name="decision" value="deny" id="deny">Deny</button>
</form>
"""

PROBLEM = """\
<!doctype html>
<meta charset="utf-8">
<title>Error</title>
<h1>This request cannot be answered</h1>
<p>{problem}</p>
"""


def consent(platform: Platform, client: str, scopes: str, ticket: str) -> Reply:
    """The page that asks whether an app may."""
    people = "".join(
        f'<option value="{html.escape(sub)}">{html.escape(name)}</option>' for sub, name in platform.people.items()
    )
    page = PAGE.format(
        client=html.escape(client),
        platform=html.escape(platform.name),
        scopes=html.escape(scopes),
        ticket=ticket,
        people=people,
    )
    return Reply(200, page, {"Content-Type": "text/html; charset=utf-8", "X-Frame-Options": "DENY"})


def problem(said: str) -> Reply:
    """An error that is shown to the person, since the address to send her back to cannot be trusted."""
    return Reply(400, PROBLEM.format(problem=html.escape(said)), {"Content-Type": "text/html; charset=utf-8"})


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """JSON in which the words in braces are replaced."""
    text = re.sub(r"\{(" + "|".join(words) + r")\}", lambda found: json.dumps(words[found[1]])[1:-1], json.dumps(value))
    return json.loads(text)


def passed_on(upstream: str, incoming: Incoming) -> Reply:
    """What a stand-in for the platform answers: it gets the request by the same redirection."""
    parts = urlsplit(incoming.url)
    path = f"/{parts.netloc}{parts.path}" + (f"?{urlencode(incoming.query)}" if parts.query else "")
    connection = HTTPConnection(urlsplit(upstream).netloc, timeout=30)
    kept = {k: v for k, v in incoming.headers.items() if k.lower() not in ("host", "content-length", "connection")}
    connection.request(incoming.method, path, incoming.body, kept)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return Reply(answer.status, body.decode(), {"Content-Type": answer.getheader("Content-Type") or "text/plain"})
