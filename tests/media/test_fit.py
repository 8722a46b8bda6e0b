"""A picture over a limit is shrunk to it, in the way that looks best, and one within it is left alone."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from postiz_ops.errors import Rejected
from postiz_ops.media.fit import fit
from postiz_ops.media.probe import probe
from tests.media.files import MAKER, encoded, exif, heic, noise, sample

PHOTO = encoded(noise(400, 300), "JPEG", quality=98)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def clear(width: int = 200, height: int = 100) -> Image.Image:
    image = noise(width, height).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((width, height)))
    return image


def test_what_is_within_the_limits_is_not_touched() -> None:
    assert fit(PHOTO, "image/jpeg", max_bytes=len(PHOTO), max_pixels=120_000, max_side=400) == (
        PHOTO,
        "image/jpeg",
        400,
        300,
    )


def test_what_a_platform_does_not_take_is_written_as_what_it_takes() -> None:
    png = encoded(noise(64, 48), "PNG")
    fitted = fit(png, "image/png", max_bytes=10**6, max_pixels=None, types=("image/jpeg",))
    assert fitted[1:] == ("image/jpeg", 64, 48)
    assert opened(fitted.data).format == "JPEG"
    assert fit(png, "image/png", max_bytes=10**6, max_pixels=None, types=("image/png", "image/jpeg")).data == png
    assert fit(png, "image/png", max_bytes=10**6, max_pixels=None, types=("image/gif",)).data == png


def test_what_is_clear_becomes_white_where_only_jpeg_is_taken() -> None:
    png = encoded(clear(), "PNG")
    fitted = fit(png, "image/png", max_bytes=10**6, max_pixels=None, types=("image/jpeg",))
    red, green, blue = opened(fitted.data).convert("RGB").getpixel((100, 0))  # type: ignore[misc]
    assert min(red, green, blue) > 240


def test_what_cannot_be_converted_says_what_is_taken() -> None:
    with pytest.raises(Rejected, match=r"the file is `image/heic`; taken is `image/jpeg`"):
        fit(heic(), "image/heic", max_bytes=10**9, max_pixels=None, types=("image/jpeg",))


def test_pixels_shrink_to_the_limit_and_no_further() -> None:
    fitted = fit(PHOTO, "image/jpeg", max_bytes=10**6, max_pixels=30_000)
    assert fitted[1:] == ("image/jpeg", 200, 150)
    assert opened(fitted.data).size == (200, 150)


def test_the_longer_side_shrinks_to_the_limit() -> None:
    assert fit(PHOTO, "image/jpeg", max_bytes=10**6, max_pixels=None, max_side=100)[2:] == (100, 75)


def test_quality_goes_before_pixels() -> None:
    fitted = fit(PHOTO, "image/jpeg", max_bytes=len(PHOTO) * 7 // 10, max_pixels=None)
    assert (fitted.width, fitted.height) == (400, 300)
    assert len(fitted.data) <= len(PHOTO) * 7 // 10


def test_when_quality_is_not_enough_pixels_go() -> None:
    fitted = fit(PHOTO, "image/jpeg", max_bytes=len(PHOTO) // 10, max_pixels=None)
    assert fitted.width < 400
    assert len(fitted.data) <= len(PHOTO) // 10


def test_the_best_quality_that_fits_is_taken() -> None:
    roomy = fit(PHOTO, "image/jpeg", max_bytes=10**6, max_pixels=30_000)
    tight = fit(PHOTO, "image/jpeg", max_bytes=len(roomy.data) - 1, max_pixels=30_000)
    assert tight[2:] == roomy[2:]
    assert len(roomy.data) * 0.7 < len(tight.data) < len(roomy.data)


def test_orientation_is_applied_and_metadata_is_gone() -> None:
    data = encoded(noise(400, 300), "JPEG", exif=exif(6))
    fitted = fit(data, "image/jpeg", max_bytes=10**6, max_pixels=30_000)
    assert (fitted.width, fitted.height) == (150, 200)
    assert MAKER.encode() not in fitted.data
    assert not opened(fitted.data).getexif()


def test_the_colour_profile_stays() -> None:
    data = encoded(noise(400, 300), "JPEG", icc_profile=b"a profile")
    fitted = fit(data, "image/jpeg", max_bytes=10**6, max_pixels=30_000)
    assert opened(fitted.data).info["icc_profile"] == b"a profile"


@pytest.mark.parametrize(
    ("image", "format", "types", "expected"),
    [
        (noise(), "PNG", ("image/jpeg", "image/png"), "image/png"),
        (noise(), "PNG", ("image/jpeg",), "image/jpeg"),
        (noise(), "WEBP", ("image/jpeg", "image/webp"), "image/webp"),
        (noise(), "AVIF", ("image/jpeg", "image/png", "image/webp"), "image/jpeg"),
        (noise(), "GIF", ("image/jpeg", "image/png", "image/webp"), "image/jpeg"),
        (clear(), "PNG", ("image/jpeg", "image/png", "image/webp"), "image/png"),
        (clear(), "WEBP", ("image/jpeg", "image/png", "image/webp"), "image/webp"),
        (clear(), "AVIF", ("image/jpeg", "image/png"), "image/png"),
        (clear(), "PNG", ("image/jpeg",), "image/jpeg"),
    ],
)
def test_what_a_picture_is_written_as(image: Image.Image, format: str, types: tuple[str, ...], expected: str) -> None:
    data = encoded(image, format)
    fitted = fit(data, f"image/{format.lower()}", max_bytes=10**6, max_pixels=1000, types=types)
    seen = probe(fitted.data)
    assert seen is not None
    assert (fitted.type, seen.type) == (expected, expected)
    assert (fitted.width, fitted.height) == (seen.width, seen.height)


def test_a_transparent_png_that_is_too_big_becomes_webp_and_stays_transparent() -> None:
    data = encoded(clear(), "PNG")
    fitted = fit(data, "image/png", max_bytes=len(data) // 4, max_pixels=None)
    assert fitted.type == "image/webp"
    assert opened(fitted.data).mode == "RGBA"


def test_where_only_jpeg_is_taken_transparency_becomes_white() -> None:
    data = encoded(Image.new("RGBA", (64, 64), (255, 0, 0, 0)), "PNG")
    fitted = fit(data, "image/png", max_bytes=10**6, max_pixels=1000, types=("image/jpeg",))
    assert opened(fitted.data).getpixel((5, 5)) == (255, 255, 255)


def test_an_opaque_alpha_channel_is_no_transparency() -> None:
    data = encoded(noise().convert("RGBA"), "AVIF")
    assert fit(data, "image/avif", max_bytes=10**6, max_pixels=1000).type == "image/jpeg"


def test_a_photo_as_png_becomes_jpeg_where_png_is_too_big() -> None:
    data = encoded(noise(400, 300), "PNG")
    fitted = fit(data, "image/png", max_bytes=len(data) // 2, max_pixels=None)
    assert fitted[1:] == ("image/jpeg", 400, 300)


def test_sixteen_bits_of_grey_keep_their_range() -> None:
    grey = Image.new("I;16", (64, 64))
    grey.putdata([x * 16 for x in range(4096)])
    fitted = fit(encoded(grey, "PNG"), "image/png", max_bytes=10**6, max_pixels=1024)
    levels = opened(fitted.data).histogram()
    assert len(levels) == 256
    assert any(levels[:3])
    assert any(levels[-3:])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_every_mode_can_be_shrunk(mode: str) -> None:
    data = encoded(noise().convert(mode), "JPEG" if mode == "CMYK" else "PNG")
    fitted = fit(data, "", max_bytes=10**6, max_pixels=1000)
    assert opened(fitted.data).mode in {"L", "RGB", "RGBA"}


def refused(data: bytes, max_bytes: int = 100, max_pixels: int | None = None, max_side: int | None = None) -> str:
    with pytest.raises(Rejected) as caught:
        fit(data, "image/png", max_bytes=max_bytes, max_pixels=max_pixels, max_side=max_side)
    return f"{caught.value.message} - {caught.value.help}"


def test_what_cannot_be_shrunk_is_refused_with_numbers() -> None:
    moving = {"save_all": True, "append_images": [noise().rotate(90)], "duration": 100}
    gif, apng = encoded(noise(), "GIF", **moving), encoded(noise(), "PNG", **moving)
    assert refused(gif) == (
        f"the file has {len(gif):,} bytes, 120 x 80 pixels; the limit is 100 bytes"
        " - shrink it yourself: only still pictures are shrunk automatically"
    )
    assert refused(sample("film.mp4"), max_pixels=1000, max_side=9) == (
        "the file has 2,754 bytes, 64 x 48 pixels; the limit is 100 bytes, 1,000 pixels, 9 pixels a side"
        " - shrink it yourself: only still pictures are shrunk automatically"
    )
    assert refused(apng) == ("a moving picture is not shrunk automatically - shrink it yourself, or send a still one")
    assert refused(heic(), max_bytes=10**6, max_pixels=10**6) == (
        f"the file has {len(heic())} bytes, 4,032 x 3,024 pixels; the limit is 1,000,000 bytes, 1,000,000 pixels"
        " - save it as JPEG: HEIC is not shrunk automatically"
    )
    assert refused(b"no picture") == "the file is no `image/png` that can be read - export the picture again"
    assert refused(encoded(noise(), "JPEG")) == (
        f"the picture ({len(encoded(noise(), 'JPEG')):,} bytes, 120 x 80 pixels) cannot be made to fit 100 bytes"
        " - choose another picture"
    )


def test_a_bomb_is_not_decoded() -> None:
    ihdr = struct.pack(">IIBBBBB", 100_000, 1000, 8, 6, 0, 0, 0)
    png = encoded(Image.new("RGB", (4, 4)), "PNG")
    bomb = png[:16] + ihdr + png[29:]
    assert refused(bomb, max_pixels=10**6) == (
        f"the file has {len(bomb)} bytes, 100,000 x 1,000 pixels; the limit is 100 bytes, 1,000,000 pixels"
        " - shrink it yourself: at most 89,000,000 pixels are decoded"
    )


@pytest.mark.parametrize("cut", [60, 400, 4000])
def test_a_damaged_picture_is_refused(cut: int) -> None:
    png = encoded(noise(), "PNG")
    assert refused(png[:cut] + bytes(20) + png[cut + 20 :]) == (
        "the picture is damaged and cannot be decoded - export it again"
    )


@settings(max_examples=40)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.integers(2, 90),
    st.integers(2, 90),
    st.integers(600, 4000),
    st.none() | st.integers(500, 9000),
    st.none() | st.integers(17, 100),
)
def test_the_result_is_within_the_limits_never_larger_and_always_the_same(
    format: str, width: int, height: int, max_bytes: int, max_pixels: int | None, max_side: int | None
) -> None:
    data = encoded(noise(width, height), format, quality=95)
    try:
        fitted = fit(data, "", max_bytes=max_bytes, max_pixels=max_pixels, max_side=max_side)
    except Rejected:
        assert max(width, height) < 40
        return
    assert len(fitted.data) <= max_bytes
    assert fitted.width * fitted.height <= (max_pixels or width * height)
    assert max(fitted.width, fitted.height) <= min(max_side or 100, max(width, height))
    assert fit(data, "", max_bytes=max_bytes, max_pixels=max_pixels, max_side=max_side) == fitted
