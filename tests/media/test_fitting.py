"""What is uploaded: within the platform's limits, and without the place it was taken at."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from postiz_ops.media.fitting import MediaFitter
from postiz_ops.media.probe import probe
from postiz_ops.model import Media
from postiz_ops.providers import PROVIDERS
from tests.media.files import MAKER, encoded, exif, noise, sample

BLUESKY, MASTODON = PROVIDERS["bluesky"].SPEC, PROVIDERS["mastodon"].SPEC


def media(path: str, data: bytes) -> Media:
    seen = probe(data)
    assert seen is not None
    digest = hashlib.sha256(data).hexdigest()
    return Media(path, digest, seen.kind, seen.type, len(data), seen.width, seen.height, seen.duration, alt="a picture")


def test_a_picture_within_the_limits_loses_its_place_alone() -> None:
    data = encoded(noise(), "JPEG", exif=exif(1))
    blob = MediaFitter().fit(media("content/pic.jpg", data), data, MASTODON)
    assert MAKER.encode() not in blob.data
    assert (blob.type, blob.filename, blob.width, blob.height, blob.alt) == (
        "image/jpeg",
        "pic.jpg",
        120,
        80,
        "a picture",
    )


def test_a_picture_over_the_limit_is_shrunk_and_named_by_what_it_is_then() -> None:
    data = encoded(noise(900, 600), "PNG")
    rule = BLUESKY.media.kinds[media("x.png", data).kind]
    assert rule.fit
    assert len(data) > rule.max_bytes
    blob = MediaFitter().fit(media("content/photo.png", data), data, BLUESKY)
    seen = probe(blob.data)
    assert len(blob.data) <= rule.max_bytes
    assert seen is not None
    assert (blob.type, blob.filename) == ("image/jpeg", "photo.jpg")
    assert (blob.width, blob.height) == (seen.width, seen.height)


def test_what_a_platform_does_not_take_is_left_as_it_is() -> None:
    data = sample("film.mov")
    nothing = replace(BLUESKY, media=replace(BLUESKY.media, kinds={}))
    blob = MediaFitter().fit(media("content/film.mov", data), data, nothing)
    assert len(blob.data) == len(data)
    assert b"+48.1" not in blob.data
    assert (blob.type, blob.filename, blob.width, blob.height) == ("video/quicktime", "film.mov", 64, 48)
