"""``media fit`` and ``media pin``, as somebody who writes posts uses them."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from postiz_ops.report.counting import sized
from tests.commands.site import Site
from tests.media.files import encoded, noise

PICTURE = encoded(noise(), "PNG")


class Files(http.server.BaseHTTPRequestHandler):
    """An endpoint behind which a file lies at one address."""

    served = PICTURE

    def do_GET(self) -> None:
        there = self.path == "/cdn.example/a/pic.png"
        self.send_response(200 if there else 404)
        self.send_header("Content-Length", str(len(self.served) if there else 0))
        self.end_headers()
        self.wfile.write(self.served if there else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def files() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def here(tmp_path: Path, files: str) -> Site:
    return Site(tmp_path, files).begin()


URL = "https://cdn.example/a/pic.png"


def test_an_address_is_pinned_and_then_passes_check(here: Site) -> None:
    here.post("launch", more=f"media: [{{src: '{URL}', alt: a picture}}]\n").approve()
    assert here.run("check").code == 1
    digest = hashlib.sha256(PICTURE).hexdigest()
    ran = here.run("media", "pin", "launch")
    assert (ran.code, ran.out) == (0, f"{URL}: {sized(len(PICTURE))}, pinned as {digest[:12]}…\n")
    assert f"sha256: {digest}" in (here.repo / "content/launch.md").read_text()
    assert here.run("check").code == 0
    assert here.run("media", "pin", "content/launch.md").out.endswith(", as it was\n")


def test_a_file_that_changed_behind_its_address_is_said(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    here.post("launch", more=f"media: [{{src: '{URL}', alt: a picture}}]\n").approve()
    here.run("media", "pin", "launch")
    monkeypatch.setattr(Files, "served", encoded(noise(90, 90), "PNG"))
    assert "CHANGED since it was pinned" in here.run("media", "pin", "launch").out


def test_files_are_brought_into_the_repository(here: Site) -> None:
    here.post("launch", f"Hello ![a picture]({URL})").approve()
    ran = here.run("media", "pin", "launch")
    assert (ran.code, "run it with --vendor" in ran.out) == (1, True)
    ran = here.run("media", "pin", "launch", "--vendor")
    assert (ran.code, ran.out) == (0, f"{URL}: {sized(len(PICTURE))}, now `pic.png`\n")
    assert (here.repo / "content/pic.png").read_bytes() == PICTURE
    assert here.git("ls-files", "content/pic.png") == "content/pic.png"
    assert "![a picture](pic.png)" in (here.repo / "content/launch.md").read_text()
    assert here.run("check").code == 0


def test_a_name_that_is_taken_is_told_apart(here: Site) -> None:
    here.write("content/pic.png", b"another")
    here.post("launch", f"Hello ![a picture]({URL})").approve()
    here.run("media", "pin", "launch", "--vendor")
    assert (here.repo / "content/pic.png").read_bytes() == b"another"
    name = f"pic-{hashlib.sha256(PICTURE).hexdigest()[:8]}.png"
    assert (here.repo / "content" / name).read_bytes() == PICTURE


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["pin", "lunch"], 2, "there is no post `lunch`\nhelp: did you mean `launch`?"),
        (["fit", "lunch"], 2, "there is no post `lunch`\nhelp: did you mean `launch`?"),
        (["pin", "gone"], 1, "answers 404"),
    ],
)
def test_a_mistake_is_told_and_writes_nothing(here: Site, words: list[str], code: int, said: str) -> None:
    here.post("launch").post("gone", more="media: ['https://cdn.example/gone.png']\n").approve()
    ran = here.run("media", *words)
    assert (ran.code, said in ran.err) == (code, True), ran
    assert here.git("status", "--porcelain") == ""


def test_what_each_platform_would_get(here: Site) -> None:
    large = Image.effect_noise((3000, 2500), 60)
    here.write("content/large.png", encoded(large, "PNG"))
    here.write("content/small.png", PICTURE)
    here.post("launch", "Hi ![a](large.png) ![b](small.png)", to="sky, toot").approve()
    ran = here.run("media", "fit")
    assert ran.code == 0
    rows = {line.split(":")[0]: line.split(": ", 1)[1] for line in ran.out.splitlines()[:-1]}
    assert rows["content/large.png for sky"].startswith("image/png, ")
    assert "-> image/jpeg, " in rows["content/large.png for sky"]
    assert rows["content/small.png for sky"].endswith(" as it is")
    assert ran.out.endswith("4 files.\n")
    plan = here.run("plan").out
    assert "[image/png, " in plan
    (change,) = [line.strip() for line in plan.splitlines() if "will be" in line]
    assert change == "will be shrunk to at most 1.0 MB"
    body = here.run("media", "fit", "launch", "--format", "json").json
    sizes = {(row["path"], row["account"]): row for row in body["media"]}
    row = sizes["content/large.png", "sky"]
    assert (row["before"]["width"], row["after"]["bytes"] <= 1_000_000, row["problem"]) == (3000, True, None)


def test_what_cannot_be_made_to_fit_is_said(here: Site) -> None:
    data = bytearray(encoded(Image.effect_noise((3000, 2500), 60), "PNG"))
    data[10_000:60_000] = bytes(50_000)  # its header is whole, its picture is not
    here.write("content/huge.png", bytes(data))
    here.post("launch", "Hi ![a](huge.png)", to="sky").approve()
    ran = here.run("media", "fit")
    assert ran.code == 1
    assert "cannot be sent: " in ran.out
