"""Where platforms that only fetch find the media."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, cast

import pytest

from postiz_ops.errors import Rejected, Unavailable, UsageError
from postiz_ops.model import Media, MediaKind
from postiz_ops.net.hosting import Bucket, GithubRaw, media_host

DATA = b"picture"
MEDIA = Media("content/a b.jpg", hashlib.sha256(DATA).hexdigest(), MediaKind.IMAGE, "image/jpeg", len(DATA))


def test_a_public_repository_is_pinned_to_the_commit() -> None:
    host = media_host("github-raw", repository="acme/posts", commit="c0ffee")
    assert isinstance(host, GithubRaw)
    url = asyncio.run(host.url(MEDIA, DATA, "image/jpeg"))
    assert url == "https://raw.githubusercontent.com/acme/posts/c0ffee/content/a%20b.jpg"


def test_other_bytes_than_the_committed_ones_are_not_passed_off() -> None:
    host = media_host("github-raw", repository="acme/posts", commit="c0ffee")
    assert host is not None
    with pytest.raises(Rejected, match="cannot be hosted as it is"):
        asyncio.run(host.url(MEDIA, b"shrunk", "image/jpeg"))


def test_a_content_remote_elsewhere_has_no_raw_files() -> None:
    with pytest.raises(UsageError, match=r"not on github\.com"):
        media_host("github-raw", repository=None, commit="c0ffee")


def test_no_host_is_none() -> None:
    assert media_host(None, repository="acme/posts", commit="c0ffee") is None


def test_a_bucket_names_objects_by_their_content_and_takes_them_back() -> None:
    store = pytest.importorskip("obstore.store", reason="the extra `s3` is not installed").MemoryStore()
    host = Bucket(cast("Any", store), "posts/")

    async def there() -> list[str]:
        import obstore

        return [entry["path"] for batch in obstore.list(store) for entry in batch]

    with pytest.raises(Unavailable):  # a store in memory has no addresses; the object is put all the same
        asyncio.run(host.url(MEDIA, DATA, "image/jpeg"))
    assert asyncio.run(there()) == [f"posts/{MEDIA.sha256}.jpg"]
    asyncio.run(host.clean_up())
    assert asyncio.run(there()) == []
