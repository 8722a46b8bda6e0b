"""No place, camera or name leaves the house, and not a pixel changes."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from postiz_ops.media.probe import probe
from postiz_ops.media.strip import strip
from tests.media.files import MAKER, PDF, box, encoded, exif, flac, full, heic, mp3, noise, pixels, sample

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>48,8.2N</exif:GPSLatitude></x:xmpmeta>'
PLACE = 0x8825
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF"]


def located(format: str, orientation: int = 6) -> bytes:
    return encoded(noise(), format, exif=exif(orientation), xmp=XMP)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_a_picture_keeps_its_pixels_and_its_orientation_and_nothing_else(format: str, orientation: int) -> None:
    before = located(format, orientation)
    assert MAKER.encode() in before
    after = strip(before)
    assert MAKER.encode() not in after
    assert b"GPSLatitude" not in after
    assert pixels(after) == pixels(before)
    assert probe(after) == probe(before)
    with Image.open(io.BytesIO(after)) as image:
        left = image.getexif()
        assert left.get(0x0112, 1) == orientation
        assert not left.get_ifd(PLACE)
        assert len(left) <= 1


@pytest.mark.parametrize("format", FORMATS)
def test_what_tells_nothing_stays_as_it_is(format: str) -> None:
    data = encoded(noise(), format)
    assert strip(data) == data


@pytest.mark.parametrize("format", FORMATS)
def test_a_second_time_changes_nothing(format: str) -> None:
    once = strip(located(format))
    assert strip(once) == once


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_colour_profile_stays(format: str) -> None:
    after = strip(encoded(noise(), format, icc_profile=b"a profile", exif=exif()))
    with Image.open(io.BytesIO(after)) as image:
        assert image.info["icc_profile"] == b"a profile"


def test_a_film_behind_a_photo_is_cut_off() -> None:
    data = encoded(noise(), "JPEG")
    assert strip(data + sample("film.mov")) == data


def test_an_archive_behind_a_png_is_cut_off() -> None:
    data = encoded(noise(), "PNG")
    assert strip(data + b"PK\3\4secret") == data


def test_iptc_and_further_pictures_go() -> None:
    data = encoded(noise(), "JPEG")
    app13 = b"\xff\xed" + struct.pack(">H", 16) + b"Photoshop 3.0\0"
    mpf = b"\xff\xe2" + struct.pack(">H", 10) + b"MPF\0MM\0*"
    assert strip(data[:2] + app13 + mpf + data[2:]) == data


def test_a_progressive_picture_has_many_scans() -> None:
    before = encoded(noise(), "JPEG", progressive=True, exif=exif())
    after = strip(before)
    assert MAKER.encode() not in after
    assert pixels(after) == pixels(before)


def test_metadata_in_a_text_chunk_goes_and_a_caption_stays() -> None:
    info = PngInfo()
    info.add_text("Raw profile type exif", "48.1N", zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    info.add_text("Copyright", "ACME")
    after = strip(encoded(noise(), "PNG", pnginfo=info))
    with Image.open(io.BytesIO(after)) as image:
        assert image.info == {"Copyright": "ACME"}


def test_the_place_of_a_film_is_blanked_where_it_stands() -> None:
    before = sample("film.mov")
    after = strip(before)
    assert b"+48.1+011.5" in before
    assert b"+48.1+011.5" not in after
    assert len(after) == len(before)
    assert probe(after) == probe(before)


def test_exif_of_a_heic_is_blanked_where_it_stands() -> None:
    """Extents that overlap, one item of EXIF and one of XMP, and one of another kind that stays."""
    secret = b"Exif\0\0 48.1N "
    infe = b"".join(
        full(b"infe", struct.pack(">HH", item, 0), kind, version=2)
        for item, kind in [(1, b"Exif"), (2, b"mime"), (3, b"hvc1")]
    )
    iinf = full(b"iinf", struct.pack(">H", 3), infe)

    def laid_out(start: int) -> bytes:
        extents = [(1, start, 24), (1, start + 3, 5), (2, start + 12, 14), (3, start + 26, 13)]
        rows = b"".join(struct.pack(">HHHII", item, 0, 1, offset, length) for item, offset, length in extents)
        iloc = full(b"iloc", b"\x44\x00", struct.pack(">H", 4), rows)
        return heic(extra=iinf + iloc) + box(b"mdat", secret * 2, secret)

    at = len(laid_out(0)) - 3 * len(secret)
    before = laid_out(at)
    after = strip(before)
    assert before[at:] == secret * 3
    assert after[:at] == before[:at]
    assert after[at + 2 * len(secret) :] == secret
    assert b"48.1N" not in after[at : at + 2 * len(secret)]
    assert probe(after) == probe(before)


@pytest.mark.parametrize("sizes", [b"\x44\x00", b"\x00\x00"])
def test_a_heic_that_contradicts_itself_comes_back_as_it_is(sizes: bytes) -> None:
    infe = full(b"infe", struct.pack(">HH", 1, 0), b"Exif", version=2) + full(b"infe", bytes(8))
    iloc = full(b"iloc", sizes, struct.pack(">HHHH", 1, 1, 0, 0xFFFF))
    data = heic(extra=full(b"iinf", struct.pack(">H", 2), infe) + iloc)
    assert strip(data) == data


def test_a_jpeg_of_more_segments_than_we_look_at_comes_back_as_it_is() -> None:
    data = b"\xff\xd8" + b"\xff\xe1\x00\x02" * 200_001 + encoded(noise(), "JPEG", exif=exif())[2:]
    assert strip(data) == data


@pytest.mark.parametrize("data", [b"", b"text", PDF, flac(), mp3(), sample("film.webm"), encoded(noise(), "GIF")])
def test_other_formats_tell_no_place(data: bytes) -> None:
    assert strip(data) == data


def test_what_is_broken_comes_back_as_it_is() -> None:
    cut = located("JPEG")[:-300]
    assert strip(cut) == cut


@given(st.sampled_from([located(name) for name in FORMATS] + [sample("film.mov"), heic()]), st.data())
def test_no_bytes_make_it_raise(whole: bytes, data: st.DataObject) -> None:
    bent = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        bent[data.draw(st.integers(0, min(len(bent), 4000) - 1))] = data.draw(st.integers(0, 255))
    strip(bytes(bent[: data.draw(st.integers(0, len(bent)))]))
