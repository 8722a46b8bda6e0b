"""What is published: a text, an image, a thread, films that platforms work on for a while, and with a new token."""

from __future__ import annotations

from io import BytesIO

from tests.commands.sixteen import film
from tests.killing.rig import Story


def picture() -> bytes:
    """A PNG with a gradient."""
    from PIL import Image

    buffer = BytesIO()
    Image.linear_gradient("L").resize((64, 40)).save(buffer, "PNG")
    return buffer.getvalue()


STORIES = (
    Story("text", ("toot", "sky", "hook"), "Hello to all", ("Hello to all",)),
    Story(
        "image",
        ("toot", "sky"),
        "Look at this",
        ("Look at this",),
        more="media:\n  - {src: picture.png, alt: A grey square}\n",
        media={"picture.png": picture()},
    ),
    Story("thread", ("toot",), "One\n\n---\n\nTwo\n\n---\n\nThree", ("One", "Two", "Three")),
    Story(
        "video",
        ("tube", "tok", "gram"),
        "See how it moves",
        ("See how it moves",),
        more="title: A film\nmedia:\n  - {src: film.mp4, alt: Leaves in the wind}\n",
        media={"film.mp4": film(6, 720, 1280, 200_000)},
    ),
    Story("refresh", ("loud",), "With a new token", ("With a new token",), renews=True),
)
