from __future__ import annotations

import io

import pytest
from PIL import Image

from postiz_ops.sandbox import sniff
from tests.sandbox.client import MP4, gif, png


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(), "image/png"),
        (gif(), "image/gif"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"RIFF\0\0\0\0AVI ", None),
        (MP4, "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x14ftypheic", "image/heic"),
        (b"\x1a\x45\xdf\xa3", "video/webm"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg>", None),
        (b"", None),
    ],
)
def test_files_tell_what_they_are(data: bytes, expected: str | None) -> None:
    assert sniff.mime(data) == expected


def test_what_a_picture_is_like() -> None:
    assert sniff.picture(png(7, 5)) == sniff.Picture(7, 5, animated=False)
    assert sniff.picture(gif()) == sniff.Picture(4, 4, animated=True)
    assert sniff.picture(png()[:40]) is None


def test_formats_that_platforms_do_not_take_are_not_opened() -> None:
    bitmap = io.BytesIO()
    Image.new("RGB", (4, 4)).save(bitmap, "BMP")
    assert sniff.picture(bitmap.getvalue()) is None
