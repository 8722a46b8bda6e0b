"""An account's way to its platform: builds requests, authorises them, and turns every answer into JSON or a failure."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from postiz_ops import errors
from postiz_ops.model import Account, Media
from postiz_ops.providers.base import JSON, NO_ANSWER, Answer, Blob, ErrorRule, Fields, Provider, Spec, Unsigned, Upload
from postiz_ops.publish.effects import Effects, Lost, NotSent, Request, Response

USER_AGENT = "postiz-ops (+https://github.com/postiz-ops/postiz-ops)"

_DEFAULT_TABLE = (
    ErrorRule(401, None, errors.Reauthorize, "the credential was refused"),
    ErrorRule(403, None, errors.Reauthorize, "the credential may not do this"),
    ErrorRule(429, None, errors.Throttled, "too many requests"),
    ErrorRule(408, None, errors.Unknown, "the platform gave up waiting"),
)


class Fitter(Protocol):
    """How media are brought within a platform's limits; the real one lives in ``media``."""

    def fit(self, media: Media, data: bytes, spec: Spec) -> Blob:
        """The blob to upload. Raises ``Rejected`` where it cannot be made to fit."""


class Session:
    """``providers.base.Http`` for one account and one run.

    ``deadline`` (monotonic) is set by the engine around ``publish``: after it no mutation leaves. ``may_mutate`` is
    true only there, and one mutation uses it up.
    """

    def __init__(self, effects: Effects, fitter: Fitter, provider: Provider, account: Account, spec: Spec) -> None:
        self._effects = effects
        self._fitter = fitter
        self._provider = provider
        self._account = account
        self._spec = spec
        self._headers: Mapping[str, str] | None = None
        self._nonces: dict[str, str] = {}
        """Server -> what it wants to find in the next proof."""
        self.deadline: float | None = None
        self.may_mutate = False
        self.accepted = False
        """Whether the mutation was answered with a success: what goes wrong after that is no proof against it."""

    # --- what providers call ---------------------------------------------------------------------------------------

    async def get(
        self, url: str, *, params: Mapping[str, str] | None = None, expect: Collection[int | str] = ()
    ) -> Answer:
        """Read something."""
        address = self._address(url, params)

        async def request() -> Request:
            return self._request("GET", address, await self._credentials("GET", address, None))

        return await self._repeatable(request, expect=expect)

    async def post(
        self,
        url: str,
        *,
        json: JSON = None,
        form: Fields | None = None,
        files: Sequence[Upload] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        method: str = "POST",
        authorize: bool = True,
        expect: Collection[int | str] = (),
    ) -> Answer:
        """Prepare something: repeatable, and harmless if it is orphaned."""
        content, content_type = _encode(json, form, files, body)
        address = self._address(url, params)

        async def request() -> Request:
            credentials = await self._credentials(method, address, None if files else form) if authorize else {}
            return self._request(method, address, content_type, headers, credentials, body=content)

        return await self._repeatable(request, expect=expect)

    async def mutate(
        self,
        method: str,
        url: str,
        *,
        json: JSON = None,
        form: Fields | None = None,
        files: Sequence[Upload] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        authorize: bool = True,
        expect: Collection[int | str] = (),
    ) -> Answer:
        """The one call that people can see the result of. Sent at most once, whatever comes back."""
        if not self.may_mutate:
            raise AssertionError("a mutation outside publish, edit or delete, or a second one")
        content, content_type = _encode(json, form, files, body)
        address = self._address(url, params)
        credentials = await self._credentials(method, address, None if files else form) if authorize else {}
        request = self._request(method, address, content_type, headers, credentials, body=content)
        self.may_mutate = False
        try:
            response = await self._sent(request, deadline=self.deadline)
        except NotSent as reason:
            raise errors.Unavailable(self._effects.vault.redact(str(reason))) from None
        except Lost as reason:
            raise errors.Unknown(self._effects.vault.redact(str(reason))) from None
        answer = self._judge(response, mutation=True, expect=expect)
        self.accepted = True
        return answer

    async def load(self, media: Media) -> Blob:
        """The approved bytes of a media file, within the platform's limits."""
        return self._fitter.fit(media, self._effects.library.read(media), self._spec)

    async def public_url(self, media: Media) -> str:
        """An address that the platform can fetch the media from."""
        if media.path.startswith("https://"):
            return media.path
        if self._effects.host is None:
            raise errors.Rejected(
                f"{self._spec.title} fetches media from a public address, and there is none for `{media.path}`",
                help="set `media_host` in accounts.yaml, or give the file's https address as `src`",
            )
        blob = await self.load(media)
        return await self._effects.host.url(media, blob.data, blob.type)

    async def pause(self, seconds: float) -> None:
        """Wait, while a platform processes."""
        await self._effects.clock.sleep(seconds)

    def today(self) -> date:
        """The day (UTC) of this run."""
        return self._effects.clock.now().date()

    def secret(self, name: str) -> str:
        """A credential. Raises ``Reauthorize`` naming the variable that is missing."""
        value = self._effects.vault.secret(self._account.id, name)
        if value:
            return value
        variable = self._account.credentials.get(name) or variable_name(self._account.id, name)
        problem = self._effects.safe.problem(self._account) if self._effects.safe else None
        if problem:
            raise errors.Reauthorize(
                f"account `{self._account.id}`: {problem}",
                help=f"run `postiz-ops accounts connect {self._account.id}`, or set `{variable}`",
            )
        raise errors.Reauthorize(
            f"account `{self._account.id}` has no `{name}`: the environment variable `{variable}` is not set",
            help=f"set `{variable}` (in CI: as a secret that the workflow passes on)",
        )

    def has_secret(self, name: str) -> bool:
        """Whether the account has that credential."""
        return bool(self._effects.vault.secret(self._account.id, name))

    # --- the way out and back ---------------------------------------------------------------------------------------

    async def log_in(self) -> None:
        """Have the credential at hand before anything is claimed. Raises ``Reauthorize`` or ``Unavailable``."""
        await self._authorization()

    async def _authorization(self) -> Mapping[str, str]:
        if self._headers is None:
            self._headers = {}  # so that authorize's own requests carry none
            try:
                self._headers = await self._provider.authorize(self, self._account)
            except BaseException:
                self._headers = None
                raise
        return self._headers

    async def _credentials(self, method: str, address: str, form: Fields | None) -> Mapping[str, str]:
        headers = await self._authorization()
        signed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        asked = self._nonces.get(_server(address), "")
        unsigned = Unsigned(method, address, signed, self._effects.token(), self._effects.clock.now(), asked)
        return {**headers, **self._provider.sign(self, self._account, unsigned)}

    async def _repeatable(self, make: Callable[[], Awaitable[Request]], *, expect: Collection[int | str]) -> Answer:
        try:
            response = await self._sent(await make())
            if _asks_for_a_nonce(response):  # which we have now: it is signed anew
                response = await self._sent(await make())
        except (NotSent, Lost) as reason:
            if NO_ANSWER in expect:
                return Answer(NO_ANSWER, {}, text=self._effects.vault.redact(str(reason)))
            raise errors.Unavailable(self._effects.vault.redact(str(reason))) from None
        return self._judge(response, mutation=False, expect=expect)

    async def _sent(self, request: Request, *, deadline: float | None = None) -> Response:
        response = await self._effects.wire.send(request, deadline=deadline)
        if nonce := response.headers.get("dpop-nonce"):
            self._nonces[_server(request.url)] = nonce
        return response

    def _address(self, url: str, params: Mapping[str, str] | None) -> str:
        absolute = url if "://" in url else self._account.origin + url
        if params:
            absolute += ("&" if urlsplit(absolute).query else "?") + urlencode(params)
        return absolute

    @staticmethod
    def _request(method: str, address: str, *headers: Mapping[str, str] | None, body: bytes = b"") -> Request:
        merged = {"User-Agent": USER_AGENT, "Accept": "application/json"}
        for more in headers:
            merged |= more or {}
        return Request(method, address, merged, body)

    def _judge(self, response: Response, *, mutation: bool, expect: Collection[int | str] = ()) -> Answer:
        try:
            parsed = jsonlib.loads(response.body) if response.body else None
            readable = True
        except (ValueError, RecursionError):  # what is nested without end is no answer either
            parsed, readable = None, False
        if 200 <= response.status < 300 and self._says_ok(parsed):
            if mutation and not readable and not self._plain_text(response):
                raise errors.Unknown(f"{self._spec.title} answered {response.status} with a body that cannot be read")
            return Answer(response.status, response.headers, parsed, response.body.decode(errors="replace"))
        if response.status in expect or _find_code(parsed, self._spec.error_codes) in expect:
            return Answer(response.status, response.headers, parsed, response.body.decode(errors="replace"))
        raise self._failure(response, parsed, mutation=mutation)

    def _says_ok(self, parsed: JSON) -> bool:
        if _find_code(parsed, self._spec.refusals) not in (None, "ok"):
            return False
        field = self._spec.ok_field
        return field is None or not isinstance(parsed, dict) or field not in parsed or parsed[field] is True

    @staticmethod
    def _plain_text(response: Response) -> bool:
        return response.headers.get("content-type", "").startswith("text/")

    def _failure(self, response: Response, parsed: JSON, *, mutation: bool) -> errors.Failure:
        code = _find_code(parsed, self._spec.error_codes)
        if rule := self._rule(response.status, parsed):
            text = self._sentence(rule.sentence, response, parsed, code)
            return self._made(rule, text, response, mutation=mutation)
        if 400 <= response.status < 500:
            return errors.Rejected(self._sentence("refused it", response, parsed, code))
        kind = errors.Unknown if mutation else errors.Unavailable
        what = "did not say what became of it" if mutation else "is in trouble"
        return kind(self._sentence(what, response, parsed, code))

    def _rule(self, status: int, parsed: JSON) -> ErrorRule | None:
        """The first row for the first code that a row knows; what every platform means, where none does."""
        known = (_find_code(parsed, (path,)) for path in self._spec.error_codes)
        codes: list[str | None] = [code for code in known if code is not None]
        own = [(code, self._spec.error_table) for code in codes or [None]]
        for code, table in (*own, (None, _DEFAULT_TABLE)):
            for rule in table:
                if rule.status in (None, status) and rule.code in (None, code):
                    return rule
        return None

    def _made(self, rule: ErrorRule, text: str, response: Response, *, mutation: bool) -> errors.Failure:
        if rule.kind is errors.Throttled:
            now = self._effects.clock.now()
            return errors.Throttled(text, until=retry_at(response.headers, now) or _midnight(rule.resets, now))
        if rule.kind is errors.Unknown and not mutation:
            return errors.Unavailable(text)
        return rule.kind(text)

    def _sentence(self, what: str, response: Response, parsed: JSON, code: str | None) -> str:
        said = _find(parsed, self._spec.error_texts)
        # A platform may echo a credential in its complaint: it goes before a cut could leave half of it.
        redact = self._effects.vault.redact
        words = redact(said)[:200] if isinstance(said, str) else ""
        details = [f"HTTP {response.status}", redact(code or "")[:100], words]
        return f"{self._spec.title}: {what} ({', '.join(d for d in details if d)})"


def variable_name(account: str, credential: str) -> str:
    """Where a credential is looked for when accounts.yaml names no variable: ``POSTIZ_<ACCOUNT ID>_<NAME>``."""
    return f"POSTIZ_{account}_{credential}".upper().replace("-", "_")


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The instant that ``Retry-After`` (seconds or an HTTP date) or ``X-RateLimit-Reset*`` names."""
    value = headers.get("retry-after") or headers.get("x-ratelimit-reset-after")
    if value:
        return _moment(value, now)
    named = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
    reset = next((headers[name] for name in named if headers.get(name)), None)
    if not reset:
        return None
    try:
        return (
            datetime.fromtimestamp(float(reset), UTC) if float(reset) > 10**9 else now + timedelta(seconds=float(reset))
        )
    except (ValueError, OverflowError, OSError):
        pass
    try:
        instant = datetime.fromisoformat(reset)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _midnight(zone: str | None, now: datetime) -> datetime | None:
    """The next midnight in a zone, ``None`` without one."""
    if zone is None:
        return None
    from zoneinfo import ZoneInfo

    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, ZoneInfo(zone)).astimezone(UTC)


def _moment(value: str, now: datetime) -> datetime | None:
    try:
        seconds = float(value)
        return now + timedelta(seconds=max(seconds, 0.0)) if isfinite(seconds) else None
    except (ValueError, OverflowError):
        pass
    try:
        return parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _server(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _asks_for_a_nonce(response: Response) -> bool:
    """Whether a request was refused unseen, for want of the nonce in this answer (RFC 9449, 9)."""
    asks = 'error="use_dpop_nonce"' in response.headers.get("www-authenticate", "")
    return response.status == 401 and asks and bool(response.headers.get("dpop-nonce"))


def _find_code(parsed: JSON, paths: Sequence[str]) -> str | None:
    value = _find(parsed, paths)
    return None if value is None else str(value)


def _find(parsed: JSON, paths: Sequence[str]) -> str | int | None:
    """The first text or number that one of the dotted paths leads to."""
    for path in paths:
        value = parsed
        for key in path.split("."):
            value = _step(value, key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return value
    return None


def _step(value: JSON, key: str) -> JSON:
    if isinstance(value, list):
        return value[int(key)] if key.isdigit() and int(key) < len(value) else None
    return value.get(key) if isinstance(value, dict) else None


def _encode(
    json: JSON, form: Fields | None, files: Sequence[Upload], body: bytes | None
) -> tuple[bytes, dict[str, str]]:
    if files:
        return _multipart(form or {}, files)
    if json is not None:
        return jsonlib.dumps(json, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}
    if form is not None:
        return urlencode(_pairs(form)).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return body or b"", {}


def _pairs(form: Fields) -> list[tuple[str, str]]:
    return [(name, each) for name, value in form.items() for each in ([value] if isinstance(value, str) else value)]


def _multipart(form: Fields, files: Sequence[Upload]) -> tuple[bytes, dict[str, str]]:
    content = [value.encode() for _, value in _pairs(form)] + [upload.data for upload in files]
    boundary = "postiz-ops-boundary"
    while any(boundary.encode() in piece for piece in content):
        boundary += "-"
    lines: list[bytes] = []
    for name, value in _pairs(form):
        lines += [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode(),
            value.encode(),
            b"\r\n",
        ]
    for upload in files:
        quoted = upload.filename.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
        head = (
            f'Content-Disposition: form-data; name="{upload.name}"; filename="{quoted}"\r\nContent-Type: {upload.type}'
        )
        lines += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), upload.data, b"\r\n"]
    lines.append(f"--{boundary}--\r\n".encode())
    return b"".join(lines), {"Content-Type": f"multipart/form-data; boundary={boundary}"}
