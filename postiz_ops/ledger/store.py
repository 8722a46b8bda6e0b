"""The state branch in git: read a tip, try to put one commit on top of it. A push's own report decides nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from postiz_ops.errors import Temporary
from postiz_ops.publish.effects import Snapshot
from postiz_ops.repo.git import Git, GitError

_IDENTITY = "postiz-ops <postiz-ops@localhost>"


@dataclass(frozen=True, slots=True)
class Location:
    """Where the two branches are. ``state_remote`` is a remote's name or URL; ``None`` means: this repository only."""

    branch: str
    state_branch: str
    remote: str | None
    state_remote: str | None

    @property
    def approved_ref(self) -> str:
        """The ref that the approved branch's tip is kept under here."""
        return f"refs/remotes/{self.remote}/{self.branch}" if self.remote else f"refs/heads/{self.branch}"

    @property
    def state_ref(self) -> str:
        """The ref that the state branch's tip is kept under here."""
        if self.state_remote is None:
            return f"refs/heads/{self.state_branch}"
        if self.state_remote == self.remote:
            return f"refs/remotes/{self.state_remote}/{self.state_branch}"
        return f"refs/postiz/state/{self.state_branch}"


def of_publishing(path: str) -> bool:
    """Whether publishing needs a file of the state branch: all but the figures, which are read apart."""
    return not path.startswith("analytics/")


@dataclass
class GitLedger:
    """``publish.effects.Ledger`` over git plumbing: no work tree, and costs that do not grow with history.

    ``needed`` says which files are read; the others stay as they are on the branch, and in no snapshot.
    """

    git: Git
    location: Location
    needed: Callable[[str], bool] = of_publishing
    _blobs: dict[str, bytes] = field(default_factory=dict)

    async def fetch(self) -> Snapshot:
        """Read both tips. Raises ``Temporary`` when a remote cannot be reached."""
        self._update()
        return self.local()

    async def tips(self) -> tuple[str | None, str | None]:
        """Fetch, and read nothing: the approved commit and the state branch's. Raises as ``fetch`` does."""
        self._update()
        return self.git.resolve(self.location.approved_ref), self.git.resolve(self.location.state_ref)

    def local(self) -> Snapshot:
        """Both tips as far as they are here: no network."""
        head = self.git.resolve(self.location.state_ref)
        files = self._files(head) if head else {}
        return Snapshot(head, files, self.git.resolve(self.location.approved_ref))

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        """Try to put one commit with these files on top of ``base.head``."""
        try:
            commit = self._commit(base.head, writes, message)
            if self.location.state_remote is None:
                self.git.call("update-ref", self.location.state_ref, commit, base.head or "0" * 40)
            else:
                target = f"{commit}:refs/heads/{self.location.state_branch}"
                self.git.call("push", "--porcelain", "--no-verify", self.location.state_remote, target)
        except GitError:
            return  # the next fetch tells what became of it

    def _update(self) -> None:
        place = self.location
        state = f"+refs/heads/{place.state_branch}:{place.state_ref}"
        if place.remote:
            approved = f"+refs/heads/{place.branch}:{place.approved_ref}"
            self._fetch(place.remote, [approved, state] if place.state_remote == place.remote else [approved])
        if place.state_remote and place.state_remote != place.remote:
            self._fetch(place.state_remote, [state])

    def _fetch(self, remote: str, refspecs: list[str]) -> None:
        shallow = ["--depth=1"] if self.git.maybe("rev-parse", "--is-shallow-repository") == "true" else []
        done = self.git.call(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *shallow, "--", remote, *refspecs
        )
        if done.returncode == 0:
            return
        complaint = done.stderr.decode(errors="replace")
        if "couldn't find remote ref" not in complaint:
            raise Temporary(f"the remote `{remote}` cannot be reached", help="try again; nothing was sent")
        self._fetch_what_exists(remote, refspecs)

    def _fetch_what_exists(self, remote: str, refspecs: list[str]) -> None:
        """A branch that is missing at the remote must be missing here too: an old tip would be a lie."""
        there = {line.split("\t")[1] for line in self._listing(remote)}
        for refspec in refspecs:
            source, _, target = refspec.removeprefix("+").partition(":")
            if source in there:
                self.git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", remote, refspec)
            elif self.git.resolve(target):
                self.git.run("update-ref", "-d", target)

    def _listing(self, remote: str) -> list[str]:
        done = self.git.call("ls-remote", "--heads", "--", remote)
        if done.returncode:
            raise Temporary(f"the remote `{remote}` cannot be reached", help="try again; nothing was sent")
        return done.stdout.decode().splitlines()

    def _files(self, head: str) -> dict[str, bytes]:
        listing = self.git.run("ls-tree", "-r", "-z", head).decode().split("\0")
        blobs = {path: meta.split()[2] for meta, _, path in (row.partition("\t") for row in listing if row)}
        blobs = {path: blob for path, blob in blobs.items() if self.needed(path)}
        missing = [blob for blob in dict.fromkeys(blobs.values()) if blob not in self._blobs]
        known = {**self._blobs, **read_blobs(self.git, missing)}
        # What has left the branch is let go of: a runner that stays up would keep every version of every record.
        self._blobs = {blob: known[blob] for blob in blobs.values()}
        return {path: known[blob] for path, blob in blobs.items()}

    def _commit(self, parent: str | None, writes: Mapping[str, bytes], message: str) -> str:
        # The ref is only fast-import's handle; it is gone again when fast-import ends.
        ref = f"refs/postiz/new/{secrets.token_hex(8)}"
        text = message.encode()
        stream = [b"feature done\n", f"commit {ref}\nmark :1\ncommitter {_IDENTITY} now\n".encode()]
        stream += [f"data {len(text)}\n".encode(), text, b"\n"]
        if parent:
            stream.append(f"from {parent}\n".encode())
        for path, data in sorted(writes.items()):
            stream += [f"M 100644 inline {path}\ndata {len(data)}\n".encode(), data, b"\n"]
        stream.append(f"\nget-mark :1\nreset {ref}\nfrom {'0' * 40}\n\ndone\n".encode())
        output = self.git.run("fast-import", "--quiet", "--force", "--date-format=now", input=b"".join(stream))
        return output.decode().split()[0]


def read_blobs(git: Git, blobs: list[str]) -> dict[str, bytes]:
    """Many objects by one process: id -> bytes. Raises ``GitError`` when one is missing."""
    if not blobs:
        return {}
    output = git.run("cat-file", "--batch", input="".join(f"{blob}\n" for blob in blobs).encode())
    found: dict[str, bytes] = {}
    position = 0
    for blob in blobs:
        end = output.index(b"\n", position)
        header = output[position:end].split()
        if len(header) != 3:
            raise GitError(["cat-file"], 1, f"missing object {blob}")
        size = int(header[2])
        found[blob] = output[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return found
