"""A picture that is no trivial file."""

from __future__ import annotations

from io import BytesIO


def picture() -> bytes:
    """A PNG with a gradient."""
    from PIL import Image

    buffer = BytesIO()
    Image.linear_gradient("L").resize((64, 40)).save(buffer, "PNG")
    return buffer.getvalue()
