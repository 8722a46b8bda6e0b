"""One account with a real session over a real wire, for tests that call a provider's functions themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, cast
from uuid import uuid4

from PIL import Image

from postiz_ops.media.fitting import MediaFitter
from postiz_ops.model import Account, Draft, DraftPart, Media, MediaKind, Receipt, Schedule
from postiz_ops.net.clock import SystemClock, token
from postiz_ops.net.http import HttpWire
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Dispatch, Evidence, Identity
from postiz_ops.publish.effects import Effects
from postiz_ops.publish.session import Session


@dataclass
class Stage:
    """One account with a real session over a real wire; ``files`` is its media library."""

    provider_name: str
    origin: str
    credentials: Mapping[str, str]
    files: dict[str, bytes] = field(default_factory=dict)
    token = staticmethod(token)
    safe = None

    def tell(self, story: Callable[[Stage], Awaitable[None]]) -> None:
        """Run a test's coroutine with the session open."""
        asyncio.run(self._with_wire(story))

    async def _with_wire(self, story: Callable[[Stage], Awaitable[None]]) -> None:
        self.wire = HttpWire()
        self.clock = SystemClock()
        self.account = Account("acme", self.provider_name, self.origin)
        self.provider = PROVIDERS[self.provider_name]
        effects = cast("Effects", self)
        self.session = Session(effects, MediaFitter(), self.provider, self.account, self.provider.spec(self.account))
        try:
            await story(self)
        finally:
            await self.wire.close()

    @property
    def vault(self) -> Stage:
        return self

    @property
    def library(self) -> Stage:
        return self

    def secret(self, account: str, name: str) -> str | None:
        return self.credentials.get(name)

    def redact(self, text: str) -> str:
        return text

    def read(self, media: Media) -> bytes:
        return self.files[media.path]

    def image(self, data: bytes, alt: str) -> Media:
        """A picture of the library."""
        name = f"{sha256(data).hexdigest()[:8]}.png"
        self.files[name] = data
        width, height = Image.open(BytesIO(data)).size
        return Media(name, sha256(data).hexdigest(), MediaKind.IMAGE, "image/png", len(data), width, height, alt=alt)

    async def prepare(self, *parts: DraftPart, **settings: Any) -> Dispatch:
        """A dispatch of these parts with keys of its own; what was prepared has been through JSON, as in the ledger."""
        draft = Draft("post", "content/post.md", "acme", self.provider_name, Schedule("now"), parts, settings=settings)
        bare = Dispatch(draft, parts, tuple(uuid4().hex for _ in parts), datetime.now(UTC))
        prepared = await self.provider.prepare(self.session, self.account, bare)
        return replace(bare, prepared=json.loads(json.dumps(prepared)))

    async def publish(self, dispatch: Dispatch) -> tuple[Receipt, ...]:
        self.session.may_mutate = True
        return await self.provider.publish(self.session, self.account, dispatch)

    async def find(self, dispatch: Dispatch) -> Evidence:
        return await self.provider.find(self.session, self.account, dispatch)

    async def delete(self, receipt: Receipt) -> None:
        self.session.may_mutate = True
        await self.provider.delete(self.session, self.account, receipt)

    async def whoami(self) -> Identity:
        return await self.provider.whoami(self.session, self.account)
