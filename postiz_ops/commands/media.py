"""``media``: what becomes of pictures on their way, and files that a post names by their address."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import click

from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.compile.names import default_id
from postiz_ops.compile.pins import Pin, Remote, file_name, pinned, remote_media
from postiz_ops.compile.wording import nearest
from postiz_ops.errors import Failure, UsageError
from postiz_ops.ledger.view import View
from postiz_ops.media.fitting import MediaFitter
from postiz_ops.model import Draft, Media
from postiz_ops.net.fetch import fetch
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Spec, with_limits
from postiz_ops.report.counting import counted, sized
from postiz_ops.report.escape import dumped, escape


@click.group(short_help="Show how media are fitted, and pin remote ones.")
def command() -> None:
    """What becomes of a post's pictures and films on their way, and what a post names by its address.

    Example: postiz-ops media fit
    """


# --- fit ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fit:
    """One file of a post, as it goes out to one account. ``problem`` is why it cannot."""

    post: str
    account: str
    media: Media
    type: str = ""
    bytes: int = 0
    width: int | None = None
    height: int | None = None
    problem: str | None = None
    help: str | None = None


@command.command("fit")
@click.argument("posts", nargs=-1, metavar="[POST]...")
@formats("text", "json")
@click.pass_obj
def fit(obj: dict[str, Any], *, posts: tuple[str, ...], form: str) -> int:
    """Show what each platform would get: sizes and types, before and after. Sends and writes nothing.

    Example: postiz-ops media fit launch
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    fits = list(_fits(workspace, posts))
    if form == "json":
        click.echo(dumped({"version": 1, "media": [_object(one) for one in fits]}))
    else:
        for one in fits:
            click.echo(escape(_line(one)))
        click.echo(f"{counted(len(fits), 'file')}." if fits else "No post has media of its own.")
    return 1 if any(one.problem for one in fits) else 0


def _fits(workspace: Workspace, posts: tuple[str, ...]) -> Iterator[Fit]:
    tree, view = workspace.work_tree(), workspace.local_view() or View()
    paths = {_path(workspace, name) for name in posts}
    for post in workspace.compile(tree, view).posts:
        for draft in post.drafts if not paths or post.path in paths else ():
            account = workspace.config.accounts[draft.account]
            spec = with_limits(PROVIDERS[draft.provider].spec(account), view.limits().get(draft.account, {}))
            for media in _files(draft):
                yield _fitted(draft, media, spec, tree.read(media.path))


def _files(draft: Draft) -> Iterator[Media]:
    """The files of the repository that a draft brings along, thumbnails too."""
    for part in draft.parts:
        for media in part.media:
            for each in (media, media.thumbnail):
                if each is not None and not each.path.startswith("https://"):
                    yield each


def _fitted(draft: Draft, media: Media, spec: Spec, data: bytes) -> Fit:
    try:
        blob = MediaFitter().fit(media, data, spec)
    except Failure as problem:
        return Fit(draft.post, draft.account, media, problem=problem.message, help=problem.help)
    return Fit(draft.post, draft.account, media, blob.type, len(blob.data), blob.width, blob.height)


def _line(one: Fit) -> str:
    before = _sizes(one.media.type, one.media.bytes, one.media.width, one.media.height)
    after = _sizes(one.type, one.bytes, one.width, one.height)
    said = f"cannot be sent: {one.problem}" if one.problem else "as it is" if after == before else f"-> {after}"
    return f"{one.media.path} for {one.account}: {before} {said}"


def _sizes(type: str, bytes: int, width: int | None, height: int | None) -> str:
    return ", ".join([type, sized(bytes), *([f"{width} x {height}"] if width and height else [])])


def _object(one: Fit) -> dict[str, Any]:
    media = one.media
    after = {"type": one.type, "bytes": one.bytes, "width": one.width, "height": one.height}
    return {
        "post": one.post,
        "account": one.account,
        "path": media.path,
        "before": {"type": media.type, "bytes": media.bytes, "width": media.width, "height": media.height},
        "after": None if one.problem else after,
        "problem": one.problem,
        "help": one.help,
    }


# --- pin ------------------------------------------------------------------------------------------------------------


@command.command("pin")
@click.argument("post")
@click.option("--vendor", is_flag=True, help="Bring the files into the repository, beside the post.")
@click.pass_obj
def pin(obj: dict[str, Any], *, post: str, vendor: bool) -> int:
    """Download what a post names by its https address, and write its hash beside it: nobody can change it then.

    Example: postiz-ops media pin launch --vendor
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    path = _path(workspace, post)
    file = workspace.git.root / path
    before = file.read_bytes()
    remotes = remote_media(path, before)
    found = {remote.url: fetch(remote.url, workspace.endpoint) for remote in remotes if remote.holds or vendor}
    pins = _vendored(workspace, path, found) if vendor else {url: Pin(_hash(data)) for url, data in found.items()}
    after = pinned(path, before, pins)
    if after != before:
        file.write_bytes(after)
    for remote in remotes:
        click.echo(escape(_told(remote, pins.get(remote.url), found.get(remote.url, b""))))
    left = [remote for remote in remotes if remote.url not in pins]
    if not remotes:
        click.echo("The post names no media by an https address.")
    return 1 if left else 0


def _vendored(workspace: Workspace, path: str, found: dict[str, bytes]) -> dict[str, Pin]:
    """Write the files beside the post, and let git know them: what git does not know is not published."""
    folder = (workspace.git.root / path).parent
    pins: dict[str, Pin] = {}
    for url, data in found.items():
        digest = _hash(data)
        there = {each.name for each in folder.iterdir() if not _is_same(each, data)} if folder.is_dir() else set()
        name = file_name(url, digest, there)
        (folder / name).write_bytes(data)
        workspace.git.run("add", "--", posixpath.join(posixpath.dirname(path), name))
        pins[url] = Pin(digest, name)
    return pins


def _is_same(file: Any, data: bytes) -> bool:
    return bool(file.is_file() and file.read_bytes() == data)


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _told(remote: Remote, made: Pin | None, data: bytes) -> str:
    if made is None:
        return f"{remote.url}: there is no place for a hash here: run it with --vendor, or list it under `media`"
    size = sized(len(data))
    if made.file is not None:
        return f"{remote.url}: {size}, now `{made.file}`"
    if remote.pinned is None:
        return f"{remote.url}: {size}, pinned as {made.sha256[:12]}…"
    same = remote.pinned.lower() == made.sha256
    return f"{remote.url}: {size}, {'as it was' if same else f'CHANGED since it was pinned, now {made.sha256[:12]}…'}"


# --- which post -----------------------------------------------------------------------------------------------------


def _path(workspace: Workspace, name: str) -> str:
    """The file that a person means: a path, or the id of a post. Raises ``UsageError``."""
    content, tree = workspace.config.content, workspace.work_tree()
    paths = list(tree.posts(content))
    by_id = {default_id(path, content): path for path in paths}
    by_id |= {post.id: post.path for post in workspace.compile(tree, None).posts}
    for known in (name.removeprefix("./"), by_id.get(name)):
        if known in paths:
            return str(known)
    guess = nearest(name, [*by_id, *paths])
    raise UsageError(f"there is no post `{name}`", help=f"did you mean `{guess}`?" if guess else "give its path or id")
