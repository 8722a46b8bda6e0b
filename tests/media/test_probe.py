"""Files are told by their bytes, and no bytes are too broken to be looked at."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.media.probe import Probe, probe
from postiz_ops.model import MediaKind
from tests.media.files import (
    PDF,
    box,
    encoded,
    exif,
    flac,
    full,
    heic,
    mp3,
    noise,
    page,
    riff,
    sample,
    vorbis,
    wav,
)


def image(type: str, width: int = 120, height: int = 80) -> Probe:
    return Probe(MediaKind.IMAGE, type, width, height)


def video(type: str, duration: float | None) -> Probe:
    return Probe(MediaKind.VIDEO, type, 64, 48, duration)


def audio(type: str, duration: float | None) -> Probe:
    return Probe(MediaKind.AUDIO, type, duration=duration)


MOVING = {"save_all": True, "append_images": [noise().rotate(90)], "duration": 100}
CLEAR = noise().convert("RGBA")
CLEAR.putalpha(90)

PICTURES: dict[str, tuple[bytes, Probe]] = {
    "jpeg": (encoded(noise(), "JPEG"), image("image/jpeg")),
    "progressive jpeg": (encoded(noise(), "JPEG", progressive=True), image("image/jpeg")),
    "jpeg on its side": (encoded(noise(), "JPEG", exif=exif(6)), image("image/jpeg", 80, 120)),
    "jpeg upside down": (encoded(noise(), "JPEG", exif=exif(3)), image("image/jpeg")),
    "jpeg with fill bytes": (
        encoded(noise(), "JPEG").replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1),
        image("image/jpeg"),
    ),
    "png": (encoded(noise(), "PNG"), image("image/png")),
    "png on its side": (encoded(noise(), "PNG", exif=exif(8)), image("image/png", 80, 120)),
    "apng": (encoded(noise(), "PNG", **MOVING), image("image/png")),
    "still gif": (encoded(noise(), "GIF"), image("image/gif")),
    "gif": (encoded(noise(), "GIF", **MOVING), Probe(MediaKind.GIF, "image/gif", 120, 80)),
    "lossy webp": (encoded(noise(), "WEBP"), image("image/webp")),
    "lossless webp": (encoded(noise(), "WEBP", lossless=True), image("image/webp")),
    "clear webp": (encoded(CLEAR, "WEBP"), image("image/webp")),
    "moving webp": (encoded(noise(), "WEBP", **MOVING), image("image/webp")),
    "webp on its side": (encoded(noise(), "WEBP", exif=exif(5)), image("image/webp", 80, 120)),
    "avif": (encoded(noise(), "AVIF"), image("image/avif")),
    "avif on its side": (encoded(noise(), "AVIF", exif=exif(6)), image("image/avif", 80, 120)),
    "heic": (heic(), image("image/heic", 4032, 3024)),
    "heic on its side": (heic(rotation=3), image("image/heic", 3024, 4032)),
}

FILMS_AND_SOUNDS: dict[str, tuple[bytes, Probe]] = {
    "mp4": (sample("film.mp4"), video("video/mp4", 1.022)),
    "mp4 in fragments": (sample("fragmented.mp4"), video("video/mp4", None)),
    "3gp": (sample("film.3gp"), video("video/3gpp", 1.0)),
    "quicktime": (sample("film.mov"), video("video/quicktime", 1.0)),
    "webm": (sample("film.webm"), video("video/webm", 1.014)),
    "webm from a browser": (sample("live.webm"), video("video/webm", None)),
    "matroska": (sample("film.mkv"), video("video/x-matroska", 1.0)),
    "m4a": (sample("sound.m4a"), audio("audio/mp4", 1.022)),
    "mp3": (sample("cbr.mp3"), audio("audio/mpeg", 1.032)),
    "mp3 of one frame": (mp3()[:417], audio("audio/mpeg", 417 * 8 / 128_000)),
    "mp3 with a count": (mp3(frames=100), audio("audio/mpeg", 100 * 1152 / 44100)),
    "mp3 without a count": (mp3(), audio("audio/mpeg", 3 * 417 * 8 / 128_000)),
    "mp3 behind a tag": (
        mp3(tag=b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)),
        audio("audio/mpeg", 3 * 417 * 8 / 128_000),
    ),
    "wav": (wav(0.5), audio("audio/wav", 0.5)),
    "opus": (sample("opus.ogg"), audio("audio/ogg", 1.0065)),
    "vorbis": (vorbis(), audio("audio/ogg", 2.0)),
    "flac": (flac(samples=66150), audio("audio/flac", 1.5)),
    "flac that does not know": (flac(samples=0), audio("audio/flac", None)),
    "flac in ogg": (
        page(b"\x7fFLAC\1\0\0\1fLaC" + struct.pack(">I", 34) + flac()[8:42], 0) + page(b"sound", 22050),
        audio("audio/ogg", 0.5),
    ),
    "pdf": (PDF, Probe(MediaKind.DOCUMENT, "application/pdf")),
}
EVERY = PICTURES | FILMS_AND_SOUNDS


@pytest.mark.parametrize(("data", "expected"), EVERY.values(), ids=EVERY.keys())
def test_what_a_file_is(data: bytes, expected: Probe) -> None:
    assert probe(data) == expected


ENDED = {name: data for name, (data, seen) in EVERY.items() if seen.type not in {"audio/mpeg", "audio/flac"}}
"""MP3 and FLAC state no length: what is left of one is one."""


@pytest.mark.parametrize("data", ENDED.values(), ids=ENDED.keys())
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.95])
def test_a_file_that_is_cut_off_is_none(data: bytes, kept: float) -> None:
    assert probe(data[: int(len(data) * kept)]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM" + bytes(60),
        b"II*\0" + bytes(60),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"SIMPLE  =                    T",
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"PK\3\4" + bytes(60),
        riff(b"AVI ", (b"LIST", bytes(8))),
        box(b"ftyp", b"jp2 ", bytes(4)),
        page(b"\x80theora" + bytes(40), 0),
        b"\xff\xf1\x50\x80" + bytes(60),
    ],
)
def test_what_is_no_media_of_ours_is_none(data: bytes) -> None:
    assert probe(data) is None


def test_a_film_that_lies_on_its_side_is_shown_upright() -> None:
    upright = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    turned = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    head, _, tail = sample("film.mp4").rpartition(b"vmhd")
    before, matrix, after = head.partition(b"tkhd")
    data = before + matrix + after.replace(upright, turned, 1) + b"vmhd" + tail
    assert probe(data) == Probe(MediaKind.VIDEO, "video/mp4", 48, 64, 1.022)


def test_a_quicktime_file_may_begin_without_a_brand() -> None:
    data = sample("film.mov")
    brand = int.from_bytes(data[:4], "big")
    assert probe(data[brand:]) == video("video/quicktime", 1.0)


def test_a_film_says_any_duration_and_that_is_what_is_told() -> None:
    mvhd = full(b"mvhd", struct.pack(">QQIQ", 0, 0, 1, 10**9), bytes(80), version=1)
    tkhd = full(b"tkhd", bytes(72), struct.pack(">II", 64 << 16, 48 << 16))
    hdlr = full(b"hdlr", bytes(4), b"vide", bytes(12))
    film = box(b"ftyp", b"isom", bytes(4)) + box(b"moov", mvhd, box(b"trak", tkhd, box(b"mdia", hdlr)))
    assert probe(film) == video("video/mp4", 1e9)


def test_a_bomb_is_measured_and_not_decoded() -> None:
    ihdr = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 6, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(body)) + kind + body + bytes(4) for kind, body in [(b"IHDR", ihdr), (b"IEND", b"")]
    )
    assert probe(b"\x89PNG\r\n\x1a\n" + chunks) == image("image/png", 100_000, 100_000)


def film(*, moov: bytes = b"", trak: bytes = b"", brand: bytes = b"isom", duration: int = 1000) -> bytes:
    """A film without frames; ``moov`` and ``trak`` are boxes in the place of the usual ones."""
    mvhd = full(b"mvhd", struct.pack(">IIII", 0, 0, 1000, duration), bytes(80))
    tkhd = full(b"tkhd", bytes(72), struct.pack(">II", 64 << 16, 48 << 16))
    hdlr = full(b"hdlr", bytes(4), b"vide", bytes(12))
    track = box(b"trak", trak or tkhd, box(b"mdia", hdlr))
    return box(b"ftyp", brand, bytes(4)) + box(b"moov", moov or mvhd + track)


def test_a_box_may_be_larger_than_four_gigabytes_can_be_said() -> None:
    long = struct.pack(">I4sQ", 1, b"mdat", 20) + b"data"
    assert probe(film() + long) == video("video/mp4", 1.0)
    assert probe(film() + struct.pack(">I4sQ", 1, b"mdat", 1 << 62)) is None


def test_a_last_box_may_go_to_the_end() -> None:
    assert probe(film() + struct.pack(">I4s", 0, b"mdat") + bytes(99)) == video("video/mp4", 1.0)


def test_an_unknown_duration_is_none() -> None:
    assert probe(film(duration=0xFFFFFFFF)) == video("video/mp4", None)


def test_a_film_in_fragments_may_say_its_duration_elsewhere() -> None:
    tkhd = full(b"tkhd", bytes(72), struct.pack(">II", 64 << 16, 48 << 16))
    track = box(b"trak", tkhd, box(b"mdia", full(b"hdlr", bytes(4), b"vide", bytes(12))))
    mvhd = full(b"mvhd", struct.pack(">IIII", 0, 0, 1000, 0), bytes(80))
    mvex = box(b"mvex", full(b"mehd", struct.pack(">I", 2500)))
    assert probe(film(moov=mvhd + track + mvex)) == video("video/mp4", 2.5)


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_in_both_byte_orders(order: str) -> None:
    magic = b"II*\0" if order == "<" else b"MM\0*"
    tiff = magic + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    body = b"Exif\0\0" + tiff
    jpeg = encoded(noise(), "JPEG")
    assert probe(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]) == image(
        "image/jpeg", 80, 120
    )


@pytest.mark.parametrize(
    "tiff", [b"", b"MM\0*", b"MM\0*" + bytes(3) + b"\xff", b"MM\0*\0\0\0\x08\0\0", b"no TIFF at all"], ids=repr
)
def test_exif_that_says_nothing_turns_nothing(tiff: bytes) -> None:
    body = b"Exif\0\0" + tiff
    jpeg = encoded(noise(), "JPEG")
    assert probe(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]) == image("image/jpeg")


def ebml(*, doc_type: bytes = b"webm", entries: bytes = b"") -> bytes:
    entries = entries or track(1)
    header = b"\x42\x82" + bytes([0x80 | len(doc_type)]) + doc_type
    tracks = b"\x16\x54\xae\x6b" + bytes([0x80 | len(entries)]) + entries
    segment = b"\x18\x53\x80\x67" + bytes([0x80 | len(tracks)]) + tracks
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header + segment


def track(kind: int, *, width: int = 64) -> bytes:
    size = b"\xb0\x81" + bytes([width]) + b"\xba\x81\x30"
    body = b"\x83\x81" + bytes([kind]) + b"\xe0" + bytes([0x80 | len(size)]) + size
    return b"\xae" + bytes([0x80 | len(body)]) + body


def test_a_matroska_file_of_a_few_bytes() -> None:
    assert probe(ebml(entries=track(2) + track(1) + track(1, width=9))) == video("video/webm", None)
    assert probe(ebml(entries=track(2))) == audio("audio/webm", None)


CONTRADICTIONS = {
    "png without a size": b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IEND" + bytes(4),
    "png of no pixels": b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + bytes(17) + bytes(4) + b"IEND" + bytes(4),
    "jpeg without a frame": b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
    "gif without a picture": b"GIF89a\1\0\1\0\0\0\0\x3b",
    "webp without a picture": riff(b"WEBP", (b"VP8X", bytes(10))),
    "webp with too large a chunk": riff(b"WEBP", (b"VP8L", bytes(10)))[:16] + b"\xff\0\0\0" + bytes(10),
    "heic without properties": box(b"ftyp", b"heic", bytes(4)) + full(b"meta", full(b"pitm", b"\0\1"), box(b"iprp")),
    "heic without a primary item": box(b"ftyp", b"heic", bytes(4)) + full(b"meta"),
    "heic without meta": box(b"ftyp", b"heic", bytes(4)),
    "heic of an item without a size": heic().replace(full(b"pitm", b"\0\x31"), full(b"pitm", b"\0\x32")),
    "film without a header": film(moov=box(b"free")),
    "film without a track": film(moov=full(b"mvhd", bytes(96))),
    "film of a track without a header": film(trak=box(b"free")),
    "film of no pixels": film(trak=full(b"tkhd", bytes(80))),
    "film without moov": box(b"ftyp", b"isom", bytes(4)) + box(b"mdat"),
    "matroska of another kind": ebml(doc_type=b"other"),
    "matroska without tracks": ebml().replace(b"\x16\x54\xae\x6b", b"\x12\x54\xc3\x67"),
    "matroska of no pixels": ebml(entries=track(1, width=0)),
    "matroska of subtitles": ebml(entries=track(17)),
    "matroska with too large a number": ebml(entries=b"\xae\x8b\x83\x89" + bytes(9)),
    "matroska with an impossible length": b"\x1a\x45\xdf\xa3\x00",
    "mp3 of one frame that is cut off": mp3()[:200],
    "mp3 whose second frame is none": mp3()[:417] + bytes(417),
    "mp3 of a reserved rate": b"\xff\xfb\x9c\x64" + bytes(500),
    "wav without sound": riff(b"WAVE", (b"fmt ", bytes(16))),
    "flac without its first block": b"fLaC" + struct.pack(">I", 0x84000004) + bytes(9),
    "pdf without an end": PDF[:20],
}


@pytest.mark.parametrize("data", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_file_that_contradicts_itself_is_none(data: bytes) -> None:
    assert probe(data) is None


HOSTILE = {
    "a million empty boxes": box(b"ftyp", b"isom", bytes(4)) + box(b"free") * 1_000_000,
    "a million empty chunks": b"\x89PNG\r\n\x1a\n" + (bytes(4) + b"tEXt" + bytes(4)) * 1_000_000,
    "a million small blocks": b"GIF89a\1\0\1\0\0\0\0\x21\xfe" + b"\1x" * 1_000_000,
    "a million fill bytes": b"\xff\xd8" + b"\xff" * 1_000_000,
    "a million markers": b"\xff\xd8" + b"\xff\x01" * 1_000_000,
    "a million elements": ebml().partition(b"\x18\x53")[0] + b"\x18\x53\x80\x67\xff" + b"\xec\x80" * 1_000_000,
    "a million metadata blocks": b"fLaC\0\0\0\x22" + bytes(34) + b"\1\0\0\0" * 1_000_000,
    "a million chunks of no sound": b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 1_000_000,
    "a million riff chunks": b"RIFF" + struct.pack("<I", 8_000_004) + b"WEBP" + b"junk\0\0\0\0" * 1_000_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_does_not_keep_us_busy(data: bytes) -> None:
    start = time.process_time()
    assert probe(data) is None
    assert time.process_time() - start < 1


@given(st.sampled_from(list(EVERY)), st.data())
def test_no_bytes_make_it_raise(name: str, data: st.DataObject) -> None:
    """Any file, bent in a few places and cut anywhere, is something or nothing."""
    bent = bytearray(EVERY[name][0])
    for _ in range(data.draw(st.integers(1, 6))):
        bent[data.draw(st.integers(0, min(len(bent), 4000) - 1))] = data.draw(st.integers(0, 255))
    found = probe(bytes(bent[: data.draw(st.integers(0, len(bent)))]))
    assert found is None or (found.width or 1) > 0


@given(st.sampled_from([data[:16] for data, _ in EVERY.values()]), st.binary(max_size=400))
def test_no_bytes_behind_a_magic_make_it_raise(magic: bytes, rest: bytes) -> None:
    probe(magic + rest)
