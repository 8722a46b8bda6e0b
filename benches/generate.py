"""Write a content repository of N posts, the same for the same seed: what the benches and their Hugo twin build.

    python -m benches.generate DIR [--posts 10000] [--seed 1] [--start 2027-01-01] [--no-git]

Posts are of the usual size (about 0.3 KB of front-matter and 0.5 KB of Markdown); a tenth carries a picture, a tenth is
a thread, a few repeat. Every one of them is correct: ``check`` finds nothing.
"""

from __future__ import annotations

import argparse
import random
import struct
import subprocess
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

ACCOUNTS = """\
version: 1
branch: main
timezone: Europe/Berlin
accounts:
  acme-mastodon:
    provider: mastodon
    url: https://mastodon.example
    credentials: {access_token: "${ACME_MASTODON_TOKEN}"}
  acme-bluesky:
    provider: bluesky
    credentials: {identifier: "${ACME_BLUESKY_IDENTIFIER}", password: "${ACME_BLUESKY_PASSWORD}"}
  acme-discord:
    provider: discord
    credentials: {bot_token: "${ACME_DISCORD_TOKEN}"}
    settings: {channel: "1234567890"}
  acme-slack:
    provider: slack
    credentials: {bot_token: "${ACME_SLACK_TOKEN}"}
    settings: {channel: C0123456789}
groups:
  everywhere: [acme-mastodon, acme-bluesky, acme-discord, acme-slack]
people:
  alice: {name: Alice Doe, mastodon: "@alice@social.example", bluesky: alice.example.com}
"""

WORDS = (  # noqa: SIM905 - a list would be three times as long
    "release branch review merge pipeline deploy changelog roadmap community workshop recording speaker question "
    "answer "
    "backup migration database cluster network latency budget dashboard metric alert runbook incident summary follow "
    "design prototype feedback survey result chart figure straße café naïve Überblick проект 製品 today tomorrow week"
).split()
TARGETS = ("[everywhere]", "[acme-mastodon, bluesky]", "[mastodon, bluesky, discord]", "[acme-discord, slack]")
PICTURES = 200


def main() -> None:
    """Read the arguments and write the repository."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=date.fromisoformat, default=datetime.now(UTC).date() + timedelta(days=1))
    parser.add_argument("--no-git", action="store_true", help="write the files only")
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.posts, seed=arguments.seed, start=arguments.start)
    if not arguments.no_git:
        commit(arguments.folder)


def generate(folder: Path, posts: int, *, seed: int, start: date) -> None:
    """Write accounts.yaml, the posts and their pictures below ``folder``: twenty posts a day, from six o'clock on."""
    source = random.Random(seed)
    (folder / "media").mkdir(parents=True, exist_ok=True)
    (folder / "accounts.yaml").write_text(ACCOUNTS)
    for number in range(PICTURES):
        (folder / f"media/{number}.png").write_bytes(picture(number))
    for number in range(posts):
        at = datetime.combine(start, time(6)) + timedelta(days=number // 20, minutes=number % 20 * 47)
        path = folder / f"content/{at:%Y/%m}/{number:06}-{source.choice(WORDS[:40])}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(post(number, at, source), encoding="utf-8")


def commit(folder: Path) -> None:
    """Make the folder a git repository with one commit."""
    identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Generated"]):
        subprocess.run(["git", *identity, *command], cwd=folder, check=True)


def post(number: int, at: datetime, source: random.Random) -> str:
    """One post file."""
    text = "".join(f"{line}\n" for line in front_matter(number, at, source))
    return f"---\n{text}---\n{body(number, source)}"


def front_matter(number: int, at: datetime, source: random.Random) -> Iterator[str]:
    """The lines between the fences."""
    yield f"id: post-{number:06}"
    yield f"title: {sentence(source, 6).rstrip('.')}"
    yield f"platforms: {source.choice(TARGETS)}"
    yield f"publish_at: {at:%Y-%m-%d %H:%M}"
    yield f"tags: [{source.choice(WORDS[:40])}, {source.choice(WORDS[:40])}]"
    yield f"hashtags: [{source.choice(WORDS[:40])}, GitOps]"
    if number % 10 == 0:
        yield "media:"
        yield f"  - {{src: /media/{number // 10 % PICTURES}.png, alt: {sentence(source, 5)}}}"
    if number % 500 == 7:
        yield f"repeat: {{every: 28d, until: {at + timedelta(days=90):%Y-%m-%d}}}"
    if number % 3 == 0:
        yield "overrides:"
        yield f"  bluesky: {{title: {sentence(source, 5).rstrip('.')}}}"
        yield "settings:"
        yield "  mastodon: {visibility: unlisted}"
    if number % 20 == 4:
        yield "thread: auto"


def body(number: int, source: random.Random) -> str:
    """A post's Markdown: at most 280 characters a part, so that every platform takes it; a longer one is split."""
    parts = [paragraphs(number, source) for _ in range(3 if number % 10 == 3 else 1)]
    if number % 20 == 4:
        parts[0] += "".join(f"\n{sentence(source, 12)}\n" for _ in range(8))
    return "\n---\n\n".join(parts)


def paragraphs(number: int, source: random.Random) -> str:
    """Two or three paragraphs with the marks that posts have."""
    link = f"[{source.choice(WORDS[:40])}](https://example.com/{number})"
    lines = [
        f"{sentence(source, 6)} **{source.choice(WORDS)}** {number}.",
        f"{source.choice(WORDS)} {link}, *{sentence(source, 3)}*",
    ]
    if number % 4 == 0:
        lines.append("Thanks, @{alice}!")
    return "\n\n".join(lines) + "\n"


def sentence(source: random.Random, words: int) -> str:
    """So many words and a full stop."""
    return " ".join(source.choice(WORDS) for _ in range(words)).capitalize() + "."


def picture(number: int) -> bytes:
    """A PNG of 64 by 64 pixels, each of another colour."""
    row = b"\0" + bytes((number % 256, number * 7 % 256, number * 31 % 256)) * 64
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 64)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


if __name__ == "__main__":
    main()
