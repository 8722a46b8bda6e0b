"""Small files of every format: written by Pillow where it can, else box by box."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path
from typing import Any

from PIL import Image

SAMPLES = Path(__file__).parent / "samples"
MAKER = "A Camera"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def noise(width: int = 120, height: int = 80) -> Image.Image:
    """A picture that compresses badly, the same on every run."""
    return Image.frombytes("RGB", (width, height), hashlib.shake_128(b"noise").digest(width * height * 3))


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def exif(orientation: int = 6) -> Image.Exif:
    """An orientation, a camera, and a place on a map."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = MAKER
    block.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.0), 3: "E", 4: (11.0, 34.0, 31.0)})
    return block


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def heic(*, rotation: int = 0, extra: bytes = b"") -> bytes:
    """A grid of 4032 x 3024 pixels: its first tile's size stands before the picture's own."""
    properties = box(
        b"ipco",
        full(b"ispe", struct.pack(">II", 512, 512)),
        full(b"ispe", struct.pack(">II", 4032, 3024)),
        box(b"irot", bytes([rotation])),
    )
    tile, picture = struct.pack(">HBB", 1, 1, 1), struct.pack(">HBBB", 49, 2, 2, 3)
    meta = full(
        b"meta",
        full(b"pitm", struct.pack(">H", 49)),
        box(b"iprp", properties, full(b"ipma", struct.pack(">I", 2), tile, picture)),
        extra,
    )
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta


def riff(kind: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + kind + body


def wav(seconds: float = 0.5) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    return riff(b"WAVE", (b"fmt ", form), (b"LIST", b"odd"), (b"data", bytes(int(16000 * seconds))))


def flac(*, samples: int = 44100) -> bytes:
    info = bytes(10) + struct.pack(">Q", 44100 << 44 | 15 << 36 | samples) + bytes(16)
    return b"fLaC" + struct.pack(">I", 34) + info + struct.pack(">I", 0x81000000 | 2) + bytes(2) + b"\xff\xf8"


def page(packet: bytes, position: int) -> bytes:
    segments = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    return struct.pack("<4sBBQIIIB", b"OggS", 0, 0, position, 1, 0, 0, len(segments)) + segments + packet


def vorbis(position: int = 88200) -> bytes:
    return page(b"\x01vorbis" + struct.pack("<IBI", 0, 2, 44100) + bytes(14), 0) + page(b"sound", position)


def mp3(*, frames: int | None = None, tag: bytes = b"") -> bytes:
    """Three frames at 128 kbit/s; with ``frames``, an encoder's header that counts so many."""
    silent = b"\xff\xfb\x90\x64" + bytes(413)
    if frames is None:
        return tag + silent * 3
    counted = silent[:36] + b"Xing" + struct.pack(">II", 1, frames)
    return tag + counted + bytes(417 - len(counted)) + silent * 2


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
