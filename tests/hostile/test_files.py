"""Hostile files: cases 1 to 7 and 9 to 12 of the list in SECURITY.md, through the program."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from postiz_ops.compile.accounts import parse_accounts
from postiz_ops.compile.body import split_body
from postiz_ops.compile.names import known
from postiz_ops.compile.source import read_post
from postiz_ops.media.probe import probe
from postiz_ops.model import Config
from postiz_ops.sandbox import Sandbox
from tests.commands.site import ACCOUNTS, Site
from tests.compile.repository import compiled
from tests.hostile.attempt import FRONT, attempt
from tests.media.files import MAKER, encoded, exif, noise

BILLION = "".join(
    f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9 if n else ['lol'] * 9)}]\n" for n in range(9)
)  # nine to the ninth strings, of some 400 bytes


def front(more: str) -> str:
    return f"---\nplatforms: [toot]\npublish_at: now\n{more}\n---\nhi\n"


def test_case_01_an_alias_bomb(site: Site, sandbox: Sandbox) -> None:
    assert len(BILLION) < 600
    site.write("content/bad.md", front(BILLION))
    attempt(site, sandbox).refused("PZ011")
    begin = time.perf_counter()
    read_post("content/bad.md", front(BILLION).encode(), Config())
    assert time.perf_counter() - begin < 0.05


def test_case_01_more_front_matter_than_anybody_needs(site: Site, sandbox: Sandbox) -> None:
    site.write("content/bad.md", front("title: " + "x" * 70_000))
    attempt(site, sandbox).refused()


@pytest.mark.parametrize("nested", ["[" * 20_000 + "]" * 20_000, "{a: " * 20_000 + "}" * 20_000, "[" * 20_000])
def test_case_02_nesting_without_end(site: Site, sandbox: Sandbox, nested: str) -> None:
    site.write("content/bad.md", front(f"settings: {nested}"))
    attempt(site, sandbox).refused()


@pytest.mark.parametrize("nested", ["> " * 20_000, "- " * 20_000, "*" * 20_000, "[" * 20_000, "![" * 10_000])
def test_case_02_nesting_without_end_in_the_body(site: Site, sandbox: Sandbox, nested: str) -> None:
    site.write("content/bad.md", f"{FRONT}{nested}x\n")
    attempt(site, sandbox).quiet()


@pytest.mark.parametrize("value", ["[" * 5000, '{"a":' * 5000 + "1" + "}" * 5000])
def test_case_02_nesting_without_end_in_json(site: Site, sandbox: Sandbox, value: str) -> None:
    site.write("content/bad.md", f'{{\n"platforms": ["toot"], "publish_at": "now", "settings": {value}\n}}\n\nhi\n')
    attempt(site, sandbox).quiet()
    assert [post["text"] for post in sandbox.posts()] == ["good"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("title: !!python/object/apply:os.system [id]", "PZ"),
        ("title: !!python/name:os.system", "PZ"),
        ("title: !!binary aGk=", "PZ"),
        ("settings: {<<: {toot: {visibility: public}}}", "PZ"),
        ("title: one\ntitle: two", "PZ013"),
        ("title: no", "PZ"),
        ("title: 12:30", "PZ"),
        ("title: 1_000", "PZ"),
        ("title: 0x10", "PZ"),
        ("title: 2001-01-01", "PZ"),
    ],
)
def test_case_03_what_yaml_makes_of_words(site: Site, sandbox: Sandbox, more: str, code: str) -> None:
    site.write("content/bad.md", front(more))
    ran = attempt(site, sandbox)
    ran.quiet()
    if ran.check.code:
        ran.refused(code)
    else:  # kept as it was written
        assert sorted(ran.posts) == ["good", "hi"]


def test_case_04_a_post_of_two_hundred_megabytes(site: Site, sandbox: Sandbox) -> None:
    with site.write("content/bad.md", FRONT).open("r+b") as file:
        file.truncate(200_000_000)
    ran = attempt(site, sandbox)
    ran.refused("PZ001")
    assert ran.seconds < 5


def test_case_04_a_post_larger_than_the_memory_is_not_read(site: Site) -> None:
    """`check` in half a gigabyte of address space, on a sparse file of four."""
    with site.write("content/bad.md", FRONT).open("r+b") as file:
        file.truncate(4 << 30)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29));"
        f"from postiz_ops.cli import run; sys.exit(run(['--repo', {str(site.repo)!r}, 'check']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert "[PZ001]" in done.stdout


def test_case_04_ten_thousand_files(site: Site, sandbox: Sandbox) -> None:
    for number in range(10_000):
        site.write(f"content/many/{number}.md", "")
    ran = attempt(site, sandbox)
    ran.quiet()
    assert ran.seconds < 30


@pytest.mark.parametrize(
    "name",
    ["n" * 240 + ".md", "\u202egnp.md", "a\x1b[2Jb.md", "a\nb.md", "-rf.md", "--upload-pack=x.md", "$(id).md", "é.md"],
)
def test_case_04_names_that_are_meant_to_hurt(site: Site, sandbox: Sandbox, name: str) -> None:
    site.write(f"content/{name}", "---\nplatforms: [nobody]\npublish_at: now\n---\nhi\n")
    ran = attempt(site, sandbox)
    ran.refused()
    assert not {"\x1b", "\u202e"} & set(ran.check.out + ran.publish.out)


def test_case_04_a_path_that_is_longer_than_any_file_system_takes(site: Site, sandbox: Sandbox) -> None:
    site.write("content/bad.md", front("media: [{src: " + "a/" * 2500 + "x.png, alt: x}]"))
    attempt(site, sandbox).refused()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (f"{FRONT}h\0i".encode(), "PZ003"),
        (FRONT.encode() + b"\xff\xfe", "PZ002"),
        (FRONT.encode() + b"\xed\xa0\x80", "PZ002"),  # half a character
        (front('title: "\\ud800"').encode(), "PZ"),
        (b'{\n"platforms": ["toot"], "publish_at": "now", "title": "\\ud800"\n}\n\nhi', "PZ"),
        (front('title: "\\x1b[31m"').encode(), "PZ"),
    ],
)
def test_case_04_bytes_that_are_no_text(site: Site, sandbox: Sandbox, data: bytes, code: str) -> None:
    site.write("content/bad.md", data)
    attempt(site, sandbox).refused(code)


PATHS = (
    "../../etc/passwd",
    "../../../../../../../../etc/passwd",
    "/../etc/passwd",
    "/etc/passwd",
    "~/.ssh/id_rsa",
    "file:///etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\host\\share\\x.png",
    "//host/share/x.png",
    "%2e%2e/%2e%2e/etc/passwd",
    "/.git/config",
    "/.GIT/config",
    "/.git./config",
    "/git~1/config",
    "/sub/.git/config",
    "pic.png.",
    "PIC.PNG",
    "pic.png/../../accounts.yaml",
    ".",
    "",
    "a\0b.png",
)


@pytest.mark.parametrize("path", PATHS)
def test_case_05_a_path_that_leads_elsewhere(site: Site, sandbox: Sandbox, path: str) -> None:
    site.write("content/pic.png", encoded(noise(), "PNG"))
    quoted = path.replace("\\", "\\\\").replace("\0", "\\0")
    site.write("content/bad.md", front(f'media: [{{src: "{quoted}", alt: x}}]'))
    attempt(site, sandbox).refused()


@pytest.mark.parametrize("path", [path for path in PATHS if path and "\0" not in path])
def test_case_05_a_path_that_leads_elsewhere_in_the_body(site: Site, sandbox: Sandbox, path: str) -> None:
    site.write("content/pic.png", encoded(noise(), "PNG"))
    site.write("content/bad.md", f"{FRONT}![x](<{path}>)\n")
    attempt(site, sandbox).refused()


def linked(site: Site) -> None:
    (site.repo / "content" / "pic.png").symlink_to("/proc/self/environ")


def linked_within(site: Site) -> None:
    site.write("content/real.png", encoded(noise(), "PNG"))
    (site.repo / "content" / "pic.png").symlink_to("real.png")


def linked_folder(site: Site) -> None:
    (site.repo / "content" / "pics").symlink_to("/etc")


def pipe(site: Site) -> None:
    os.mkfifo(site.repo / "content" / "pic.png")


def another_repository(site: Site) -> None:
    inner = site.repo / "content" / "pics"
    site.git("init", "--quiet", str(inner))
    (inner / "passwd").write_bytes(encoded(noise(), "PNG"))
    site.git("add", "passwd", where=inner)
    site.git("commit", "--quiet", "-m", "x", where=inner)


def pointer(site: Site) -> None:
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 10\n"
    site.write("content/pic.png", text)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (linked, "pic.png"),
        (linked_within, "pic.png"),
        (linked_folder, "pics/passwd"),
        (pipe, "pic.png"),
        (another_repository, "pics/passwd"),
        (pointer, "pic.png"),
        (lambda site: site.write("content/pic.png", "root:x:0:0"), "pic.png"),
    ],
    ids=["link", "link within", "linked folder", "pipe", "submodule", "pointer", "text"],
)
def test_case_06_what_is_no_file_of_the_repository(
    site: Site, sandbox: Sandbox, make: Callable[[Site], object], path: str
) -> None:
    (site.repo / "content").mkdir()
    make(site)
    site.write("content/bad.md", front(f"media: [{{src: {path}, alt: x}}]"))
    ran = attempt(site, sandbox)
    ran.refused()
    assert not any(post["media"] for post in sandbox.posts())


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "/proc/self/environ", "good.md"])
def test_case_06_a_post_that_is_a_link(site: Site, sandbox: Sandbox, target: str) -> None:
    (site.repo / "content").mkdir()
    (site.repo / "content" / "bad.md").symlink_to(target)
    ran = attempt(site, sandbox)
    ran.quiet()
    assert ran.posts == ["good"]


def test_case_06_accounts_that_are_a_link(site: Site) -> None:
    (site.repo / "accounts.yaml").unlink()
    (site.repo / "accounts.yaml").symlink_to("/etc/passwd")
    ran = site.run("check")
    assert ran.code in (1, 2)
    assert "root:" not in ran.out + ran.err


def test_case_07_a_file_that_is_swapped_after_the_approval(site: Site, sandbox: Sandbox) -> None:
    site.write("content/pic.png", encoded(noise(), "PNG"))
    site.post("good", "good ![a picture](pic.png)").approve()
    site.write("content/pic.png", encoded(noise(40, 40), "PNG"))
    site.write("content/good.md", f"{FRONT}swapped\n")
    ran = site.publish()
    post = sandbox.posts()[0]
    assert (ran.code, post["text"], post["media"][0]["bytes"]) == (0, "good", len(encoded(noise(), "PNG")))


@pytest.mark.parametrize(
    "code",
    ["{{ ''.__class__ }}", "{{ x|attr('format') }}", "{{ 'x'*10**9 }}", "{% for a in range(10**9) %}{% endfor %}"],
)
def test_case_09_a_post_holds_no_code(site: Site, sandbox: Sandbox, code: str) -> None:
    site.post("bad", f"`{code}` ${{HOME}} <%= 1 %> $(id)")
    ran = attempt(site, sandbox)
    ran.quiet()
    assert f"{code} ${{HOME}} <%= 1 %> $(id)" in ran.posts


HARD = (
    "a",
    "@",
    "#",
    "[",
    "*",
    "_",
    "`",
    "<",
    "(",
    ")",
    "http://",
    "@a.",
    "https://a.",
    "\\",
    "&",
    ":::",
    "- ",
    "\t",
    "~",
)


def seconds(work: Callable[[], object], bound: float) -> float:
    """The processor time of the quickest of three tries; one below the bound is enough.

    The promise is 100 ms on a machine of its own; a shared one gets three times that, and is no measure of one try.
    """
    quickest = float("inf")
    for _ in range(3):
        begin = time.process_time()
        work()
        quickest = min(quickest, time.process_time() - begin)
        if quickest < bound:
            break
    return quickest


@pytest.mark.parametrize("unit", HARD)
@pytest.mark.parametrize("end", ["", "!"])
def test_case_10_a_hundred_kilobytes_of_one_thing(unit: str, end: str) -> None:
    text = (unit * 100_000)[:100_000] + end
    config = parse_accounts(ACCOUNTS.encode())[0]
    assert config is not None
    for parse in (
        lambda: read_post("content/x.md", f"{FRONT}{text}".encode(), config),
        lambda: read_post("content/x.md", front(f"title: '{text[:60_000]}'").encode(), config),
        lambda: split_body(text, "content/x.md", 1, known(config)),
        lambda: parse_accounts(f"version: 1\ntimezone: '{text}'\n".encode()),
    ):
        assert seconds(parse, 0.3) < 0.3, (unit, parse)


@pytest.mark.parametrize("unit", HARD)
def test_case_10_a_hundred_kilobytes_for_every_platform(unit: str) -> None:
    """The whole way: markup, mentions, links, hashtags and lengths, in four forms."""
    text = (unit * 100_000)[:100_000] + "!"
    post = f"---\nplatforms: [everywhere]\npublish_at: 2027-01-01 09:00\n---\n{text}\n"
    assert seconds(lambda: compiled(post), 4 * 0.3) < 4 * 0.3


def png(width: int, height: int, data: bytes = b"") -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


BOMB = png(100_000, 100_000, zlib.compress(b"\0" * 100_000))
DISGUISED = {
    "fits": b"SIMPLE  =                    T" + b" " * 2850,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
    "svg": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>&e;</svg>',
    "playlist": b"#EXTM3U\n#EXTINF:1,\nconcat:file:///etc/passwd\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "zip": b"PK\x03\x04" + bytes(200),
    "html": b"<!doctype html><script>alert(1)</script>",
    "bmp": b"BM" + bytes(100),
    "tiff": b"II*\0" + bytes(100),
    "icns": b"icns" + bytes(100),
}


@pytest.mark.parametrize("kind", DISGUISED)
@pytest.mark.parametrize("name", ["pic.png", "film.mp4"])
def test_case_11_a_file_that_is_not_what_it_is_called(site: Site, sandbox: Sandbox, kind: str, name: str) -> None:
    site.write(f"content/{name}", DISGUISED[kind])
    site.write("content/bad.md", front(f"media: [{{src: {name}, alt: x}}]"))
    attempt(site, sandbox).refused()


def test_case_11_ten_thousand_million_pixels(site: Site, sandbox: Sandbox) -> None:
    assert len(BOMB) < 1000
    site.write("content/pic.png", BOMB)
    site.write("content/bad.md", front("media: [{src: pic.png, alt: x}]"))
    ran = attempt(site, sandbox)
    ran.quiet()
    assert ran.seconds < 5
    assert not any(post["media"] for post in sandbox.posts())
    assert "good" in ran.posts


def test_case_11_a_picture_that_decodes_to_more_than_it_says(site: Site, sandbox: Sandbox) -> None:
    """It passes `check`, which reads headers; the child that shrinks it fails, and that delivery alone with it."""
    site.write("content/pic.png", png(9000, 9000, b"no deflated data" * 200_000))
    site.post("bad", "bad ![x](pic.png)", to="sky").post("good", "good")
    site.approve()
    ran = site.publish()
    assert (ran.code, [post["text"] for post in sandbox.posts()]) == (1, ["good"])
    assert [(row["post"], row["state"]) for row in ran.json["deliveries"] if row["error"]] == [("bad", "failed")]


def test_case_11_a_gif_of_a_million_frames() -> None:
    gif = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0, 0, 0)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 10, 10, 0) + b"\x02\x02\x44\x01\x00"
    begin = time.process_time()
    seen = probe(gif + frame * 1_000_000 + b"\x3b")
    assert time.process_time() - begin < 3
    assert seen is None or seen.kind


def test_case_11_an_archive_behind_a_picture_does_not_go_out(site: Site, sandbox: Sandbox) -> None:
    site.write("content/pic.jpg", encoded(noise(), "JPEG") + b"PK\x03\x04hidden")
    site.post("good", "good ![x](pic.jpg)").approve()
    site.publish()
    assert sent(sandbox).startswith(b"\xff\xd8")
    assert b"hidden" not in sent(sandbox)


def test_case_12_where_a_picture_was_taken_is_not_told(site: Site, sandbox: Sandbox) -> None:
    picture = encoded(noise(), "JPEG", exif=exif())
    assert MAKER.encode() in picture
    site.write("content/pic.jpg", picture)
    site.post("good", "good ![x](pic.jpg)", to="everywhere").approve()
    assert site.publish().code == 0
    assert len(sandbox.posts()) == 4
    assert MAKER.encode() not in sent(sandbox)


def sent(sandbox: Sandbox) -> bytes:
    """Every file that the sandbox was given."""
    return b"".join(file.data for post in sandbox.world.posts for file in post.media)


def test_check_never_decodes(site: Site) -> None:
    """No decoder is loaded by `check`: what it knows of media stands in their headers."""
    site.write("content/pic.png", encoded(noise(), "PNG"))
    site.post("good", "good ![x](pic.png)", to="everywhere").approve()
    code = (
        "import sys; from postiz_ops.cli import run;"
        f"code = run(['--repo', {str(site.repo)!r}, 'check', '--format', 'json']);"
        "sys.exit(code or 'PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_rule_of_the_compiler_can_reach_a_decoder() -> None:
    """Pillow is imported by the module that shrinks, by the sandbox for what it is sent itself, and by no other."""
    folder = Path(__file__).parents[2] / "postiz_ops"
    users = {str(file.relative_to(folder)) for file in folder.rglob("*.py") if "from PIL" in file.read_text()}
    assert users == {"media/fit.py", "sandbox/sniff.py"}
