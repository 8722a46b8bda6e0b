"""The providers' own functions against the servers: looking up, deleting, shrinking, and other side roads."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from postiz_ops import errors
from postiz_ops.model import DraftPart, Media, MediaKind
from postiz_ops.providers.base import Absent, Blind, Found
from tests.real.http import Server
from tests.real.readback import bluesky_message, mastodon_message, posts, record
from tests.real.servers import Pds
from tests.real.stage import Stage

pytestmark = pytest.mark.real

FILM = Path(__file__).resolve().parents[1] / "media" / "samples" / "film.mp4"


@pytest.fixture
def bluesky(pds: Pds) -> Stage:
    return Stage("bluesky", pds.url, {"identifier": pds.handle, "password": pds.app_password})


@pytest.fixture
def mastodon(mastodon_mock: Server) -> Stage:
    return Stage("mastodon", mastodon_mock.url, {"access_token": mastodon_mock.token or ""})


def test_both_know_who_they_are(bluesky: Stage, mastodon: Stage, pds: Pds) -> None:
    async def on_bluesky(stage: Stage) -> None:
        identity = await stage.whoami()
        assert (identity.remote_id, identity.name) == (pds.did, pds.handle)

    async def on_mastodon(stage: Stage) -> None:
        identity = await stage.whoami()
        assert identity.limits["max_characters"] == 500

    bluesky.tell(on_bluesky)
    mastodon.tell(on_mastodon)


@pytest.mark.parametrize("name", ["bluesky", "mastodon"])
def test_what_is_not_there_is_not_found_and_what_is_there_is(name: str, request: pytest.FixtureRequest) -> None:
    async def story(stage: Stage) -> None:
        dispatch = await stage.prepare(text(f"Sought on {name}"))
        assert isinstance(await stage.find(dispatch), Absent)
        receipts = await stage.publish(dispatch)
        assert await stage.find(dispatch) == Found(receipts)

    request.getfixturevalue(name).tell(story)


@pytest.mark.parametrize("name", ["bluesky", "mastodon"])
def test_what_was_deleted_is_gone(name: str, request: pytest.FixtureRequest) -> None:
    async def story(stage: Stage) -> None:
        dispatch = await stage.prepare(text(f"Soon gone from {name}"))
        (receipt,) = await stage.publish(dispatch)
        await stage.delete(receipt)
        assert isinstance(await stage.find(dispatch), Absent)

    request.getfixturevalue(name).tell(story)


def test_bluesky_does_not_write_the_same_dispatch_twice(bluesky: Stage, pds: Pds) -> None:
    async def story(stage: Stage) -> None:
        dispatch = await stage.prepare(text("Twice, one."), text("Twice, two."))
        await stage.publish(dispatch)
        with pytest.raises((errors.Unknown, errors.Rejected)):
            await stage.publish(dispatch)

    bluesky.tell(story)
    assert [len(posts(pds, f"Twice, {n}.")) for n in ("one", "two")] == [1, 1]


def test_bluesky_tells_another_text_under_the_same_key(bluesky: Stage) -> None:
    async def story(stage: Stage) -> None:
        dispatch = await stage.prepare(text("The approved text"))
        await stage.publish(dispatch)
        other = replace(dispatch, parts=(text("Another text"),))
        assert isinstance(await stage.find(other), Blind)

    bluesky.tell(story)


def test_bluesky_takes_a_picture_that_was_too_large(bluesky: Stage, pds: Pds) -> None:
    noise = BytesIO()
    Image.effect_noise((1600, 1200), 90).save(noise, "PNG")
    assert len(noise.getvalue()) > 1_000_000

    async def story(stage: Stage) -> None:
        part = text("Shrunk", media=(stage.image(noise.getvalue(), "Noise"),))
        (receipt,) = await stage.publish(await stage.prepare(part))
        (picture,) = bluesky_message(pds, receipt.remote_id).pictures
        assert (picture.alt, round(picture.width / picture.height, 2)) == ("Noise", 1.33)
        assert record(pds, receipt.remote_id)["value"]["embed"]["images"][0]["image"]["size"] <= 1_000_000

    bluesky.tell(story)


@pytest.mark.parametrize("name", ["bluesky", "mastodon"])
def test_four_pictures_keep_their_order_and_alt_texts(
    name: str, request: pytest.FixtureRequest, pds: Pds, mastodon_mock: Server
) -> None:
    async def story(stage: Stage) -> None:
        pictures = tuple(stage.image(plain(width), f"Picture of {width}") for width in (30, 40, 50, 60))
        (receipt,) = await stage.publish(await stage.prepare(text(f"Four on {name}", media=pictures)))
        if name == "bluesky":
            read = bluesky_message(pds, receipt.remote_id)
        else:
            read = mastodon_message(mastodon_mock, receipt.remote_id)
        assert [(picture.alt, picture.width) for picture in read.pictures] == [
            (f"Picture of {width}", width) for width in (30, 40, 50, 60)
        ]

    request.getfixturevalue(name).tell(story)


def test_bluesky_takes_a_video(bluesky: Stage, pds: Pds) -> None:
    async def story(stage: Stage) -> None:
        data = FILM.read_bytes()
        stage.files[FILM.name] = data
        video = Media(
            FILM.name, sha256(data).hexdigest(), MediaKind.VIDEO, "video/mp4", len(data), 64, 48, 1.0, "A film"
        )
        (receipt,) = await stage.publish(await stage.prepare(text("Moving", media=(video,))))
        embed = record(pds, receipt.remote_id)["value"]["embed"]
        assert (embed["$type"], embed["alt"]) == ("app.bsky.embed.video", "A film")
        kept = pds.server.read("/xrpc/com.atproto.sync.getBlob", did=pds.did, cid=embed["video"]["ref"]["$link"])
        assert len(kept) == embed["video"]["size"]

    bluesky.tell(story)


def test_bluesky_takes_the_longest_thread_that_we_allow(bluesky: Stage, pds: Pds) -> None:
    async def story(stage: Stage) -> None:
        parts = [text(f"Long thread {n}") for n in range(stage.provider.SPEC.max_parts or 0)]
        dispatch = await stage.prepare(*parts, replies="nobody")
        receipts = await stage.publish(dispatch)
        assert await stage.find(dispatch) == Found(receipts)
        last = record(pds, receipts[-1].remote_id)["value"]
        assert last["reply"]["root"]["uri"] == receipts[0].remote_id

    bluesky.tell(story)


def text(words: str, **more: Any) -> DraftPart:
    return DraftPart(words, len(words), **more)


def plain(width: int) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, 20), (width, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()
