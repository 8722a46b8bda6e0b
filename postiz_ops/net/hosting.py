"""Public addresses for platforms that only fetch: a file of a public GitHub repository, or an object in a bucket."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from postiz_ops.errors import Rejected, Unavailable, UsageError
from postiz_ops.model import Media

if TYPE_CHECKING:
    from obstore.store import AzureStore, GCSStore, S3Store

    Store = S3Store | GCSStore | AzureStore

LIFETIME = timedelta(hours=24)
"""How long a presigned address works: platforms fetch within minutes, and keep containers for a day at most."""


class GithubRaw:
    """``publish.effects.Host``: the file as it lies in the approved commit of a public repository."""

    def __init__(self, repository: str, commit: str) -> None:
        self._base = f"https://raw.githubusercontent.com/{repository}/{commit}"

    async def url(self, media: Media, data: bytes, type: str) -> str:  # noqa: ARG002 - the protocol's shape
        """The committed bytes' address, pinned to the commit. Raises ``Rejected`` where others would be sent."""
        if hashlib.sha256(data).hexdigest() != media.sha256:
            raise Rejected(
                f"`{media.path}` cannot be hosted as it is: it would have to be shrunk, or freed of metadata",
                help="commit the picture as it should be sent, or use a bucket as `media_host` (s3://...)",
            )
        return f"{self._base}/{quote(media.path)}"

    async def clean_up(self) -> None:
        """Nothing was put anywhere."""


class Bucket:
    """``publish.effects.Host``: an object under an unguessable name, with a presigned address, deleted afterwards.

    Credentials and region come from the usual ``AWS_*`` variables, which the library reads by itself.
    """

    def __init__(self, store: Store, prefix: str) -> None:
        self._store = store
        self._prefix = prefix
        self._names: list[str] = []

    async def url(self, media: Media, data: bytes, type: str) -> str:
        """Put the bytes there; the address works for a day. Raises ``Unavailable`` when the bucket does not answer."""
        import obstore

        suffix = media.path.rpartition(".")[2]
        name = f"{self._prefix}{hashlib.sha256(data).hexdigest()}.{suffix}"
        try:
            await obstore.put_async(self._store, name, data, attributes={"Content-Type": type})
            self._names.append(name)
            return await obstore.sign_async(self._store, "GET", name, LIFETIME)
        except Exception as problem:
            raise Unavailable(f"the media host did not take `{media.path}` ({_named(problem)})") from problem

    async def clean_up(self) -> None:
        """Delete what was put there. What cannot be deleted is left to the bucket's own lifetime rules."""
        import contextlib

        import obstore

        for name in self._names:
            with contextlib.suppress(Exception):
                await obstore.delete_async(self._store, name)
        self._names.clear()


MediaHost = GithubRaw | Bucket


def media_host(setting: str | None, *, repository: str | None, commit: str) -> MediaHost | None:
    """What ``media_host`` of accounts.yaml names; ``repository`` is OWNER/NAME. Raises ``UsageError``."""
    if setting is None:
        return None
    if setting == "github-raw":
        if repository is None:
            raise UsageError(
                "media_host is github-raw, and the content remote is not on github.com", help="use a bucket (s3://...)"
            )
        return GithubRaw(repository, commit)
    return _bucket(setting)


def _bucket(setting: str) -> Bucket:
    try:
        from obstore.store import AzureStore, GCSStore, S3Store, from_url
    except ImportError as missing:
        raise UsageError(
            "media_host is a bucket, and the library for that is not installed", help="pip install 'postiz-ops[s3]'"
        ) from missing
    parts = urlsplit(setting)
    prefix = parts.path.strip("/")
    store = from_url(f"{parts.scheme}://{parts.netloc}")
    if not isinstance(store, S3Store | GCSStore | AzureStore):
        raise UsageError(f"`{setting}` cannot be a media host", help="use s3://BUCKET, or github-raw")
    return Bucket(store, f"{prefix}/" if prefix else "")


def _named(problem: Exception) -> str:
    return type(problem).__name__
