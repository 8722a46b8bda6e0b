"""Can anything be due? Answered from git alone, by the cheapest parts of the standard library.

``publish`` asks before anything is loaded (``__main__``), and the Action before anything is installed: it runs this
file as a script, so nothing of ours is imported. The answer stands in the state branch's ``index.json``: the root tree
of the approved commit that was last looked at, the tool's version then, and ``next_wake``, the earliest instant when
anything can need work. What is not plain counts as *perhaps*: the real command can find out, and say what is wrong.

``subprocess``, ``json`` and ``re`` would each cost as much as the whole answer may. So git is spawned, and the two
small files are read, by hand.
"""

from __future__ import annotations

import os
import sys
import time

REMOTE = "origin"
STATE_BRANCH = "postiz-state"
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-")
"""The characters of a value that means the same to YAML, to git and to us."""
MAX_CONFIG = 1 << 20

# As ``repo.git`` hardens it: nothing that the repository brings is run.
HARDENED = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=",
    "protocol.ext.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
)
KEPT = frozenset(
    {"GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "GIT_CONFIG_GLOBAL"}
)


class Perhaps(Exception):
    """Something may be due, or it cannot be told here; the message is why."""


def nothing_due(repo: str, now: float | None = None) -> bool:
    """Whether nothing can be due at ``now`` (seconds since the epoch). False when unsure; never raises."""
    try:
        look(repo, time.time() if now is None else now)
    except Exception:  # noqa: BLE001 - whatever it is, the real command meets it again and explains it
        return False
    return True


def look(repo: str, now: float) -> None:
    """Return when nothing can be due. Raises ``Perhaps``, and ``OSError`` or ``ValueError`` for what is not there."""
    top = _top(repo)
    settings = _settings(top)
    state = settings.get("state", {})
    if state.get("remote", REMOTE) != REMOTE:
        raise Perhaps("the state is kept at another remote")
    branch = settings.get("", {}).get("branch") or _default_branch(top)
    approved, ledger = _tips(top, branch, state.get("branch", STATE_BRANCH))
    tree, listing, index, brake = _objects(top, approved, ledger)
    if b" PAUSED\0" in listing or (brake and b'"paused": false' not in brake):
        raise Perhaps("publishing is paused")
    if os.path.isdir(_spool(top)) and os.listdir(_spool(top)):
        raise Perhaps("results of an earlier run wait to be recorded")
    _compare(_flat(index.decode()), tree, now)


def _compare(index: dict[str, str], tree: str, now: float) -> None:
    if index["version"] != "1" or index["tool"] != _version():
        raise Perhaps("another version of the tool looked last")
    if index["tree"] != tree:
        raise Perhaps("what is approved has changed")
    wake = index["next_wake"]
    if wake != "null" and _instant(wake) <= time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)):
        raise Perhaps(f"something can need work since {wake}")


# --- the repository -------------------------------------------------------------------------------------------------


def _top(repo: str) -> str:
    """The top of the work tree that ``repo`` is in; a linked one or a bare repository is left to the real command."""
    here = os.path.abspath(repo)
    while not os.path.isdir(os.path.join(here, ".git")):
        parent = os.path.dirname(here)
        if parent == here or os.path.exists(os.path.join(here, ".git")):
            raise Perhaps("this is not the main work tree of a repository")
        here = parent
    return here


def _spool(top: str) -> str:
    return os.path.join(top, ".git", "postiz", "spool")


def _default_branch(top: str) -> str:
    """The remote's default branch, else the current one."""
    for name, prefix in ((f"refs/remotes/{REMOTE}/HEAD", f"ref: refs/remotes/{REMOTE}/"), ("HEAD", "ref: refs/heads/")):
        path = os.path.join(top, ".git", *name.split("/"))
        target = _read(path).strip() if os.path.exists(path) else ""
        if target.startswith(prefix):
            return _plain(target[len(prefix) :])
    raise Perhaps("no branch is checked out, and accounts.yaml names none")


def _tips(top: str, branch: str, state: str) -> tuple[str, str]:
    """The refs of the approved and of the state branch, fetched where there is a remote."""
    if not _has_remote(top):
        return f"refs/heads/{branch}", f"refs/heads/{state}"
    if not _fetch(top, branch, state):
        raise Perhaps("the remote cannot be read, or it has no state branch")
    return f"refs/remotes/{REMOTE}/{branch}", f"refs/remotes/{REMOTE}/{state}"


def _has_remote(top: str) -> bool:
    """Asks git only where the repository's own settings do not say it: a process costs a tenth of the whole answer."""
    if f'[remote "{REMOTE}"]' in _read(os.path.join(top, ".git", "config")):
        return True
    return _git(top, "config", "--get", f"remote.{REMOTE}.url")[0] != 1


def _fetch(top: str, *branches: str) -> bool:
    """Bring the remote's branches. A full clone stays full, a shallow one shallow."""
    if _current(top, branches):
        return True
    shallow = ["--depth=1"] if os.path.exists(os.path.join(top, ".git", "shallow")) else []
    options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *shallow]
    refspecs = [f"+refs/heads/{branch}:refs/remotes/{REMOTE}/{branch}" for branch in branches]
    return _git(top, "fetch", *options, "--", REMOTE, *refspecs)[0] == 0


def _current(top: str, branches: tuple[str, ...]) -> bool:
    """Whether the tips that are here are the remote's. To ask costs less than a fetch, which proves what it brings."""
    here = [f"{_tip(top, branch)}\trefs/heads/{branch}" for branch in branches]
    if any(line.startswith("\t") for line in here):
        return False
    code, listing = _git(top, "ls-remote", "--quiet", "--", REMOTE, *(line.partition("\t")[2] for line in here))
    if code:
        raise Perhaps("the remote cannot be read")
    return set(here) <= set(listing.decode().splitlines())


def _tip(top: str, branch: str) -> str:
    """What is known here of a remote's branch, in its own file or among the packed ones; empty where neither is."""
    name = f"refs/remotes/{REMOTE}/{branch}"
    path, packed = os.path.join(top, ".git", *name.split("/")), os.path.join(top, ".git", "packed-refs")
    if os.path.isfile(path):
        return _read(path).strip()
    if os.path.isfile(packed) and os.path.getsize(packed) <= MAX_CONFIG:
        for line in _read(packed).splitlines():
            if line.endswith(f" {name}"):
                return line.removesuffix(f" {name}")
    return ""


def _objects(top: str, approved: str, ledger: str) -> tuple[str, bytes, bytes, bytes]:
    """By one process: the approved root tree's id and content, the index, and the brake (empty where there is none)."""
    asked = f"{approved}^{{tree}}\n{ledger}:index.json\n{ledger}:paused.json\n"
    _, output = _git(top, "cat-file", "--batch", input=asked.encode())
    found: list[tuple[str, bytes]] = []
    while output:
        header, _, rest = output.partition(b"\n")
        if header.endswith(b" missing"):
            found.append(("", b""))
            output = rest
            continue
        name, _, size = header.decode().split(" ")
        found.append((name, rest[: int(size)]))
        output = rest[int(size) + 1 :]
    (name, listing), (_, index), (_, brake) = found
    return name, listing, index, brake


def _git(top: str, *args: str, input: bytes = b"") -> tuple[int, bytes]:
    """The exit code and output of one git command; ``input`` must fit into a pipe."""
    options = [word for pair in HARDENED for word in ("-c", pair)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in KEPT}
    env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    stdin, feed = os.pipe()
    os.write(feed, input)
    os.close(feed)
    output, stdout = os.pipe()
    actions = [
        (os.POSIX_SPAWN_DUP2, stdin, 0),
        (os.POSIX_SPAWN_DUP2, stdout, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    try:
        process = os.posix_spawnp("git", ["git", "-C", top, *options, *args], env, file_actions=actions)
    finally:
        os.close(stdin)
        os.close(stdout)
    with open(output, "rb") as pipe:
        answer = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), answer


# --- the two files, as far as they are plain ------------------------------------------------------------------------


def _read(path: str) -> str:
    with open(path, encoding="utf-8-sig") as file:
        text = file.read(MAX_CONFIG + 1)
    if len(text) > MAX_CONFIG:
        raise Perhaps(f"{os.path.basename(path)} is too long to look at")
    return text


def _settings(top: str) -> dict[str, dict[str, str]]:
    """The plain scalars of accounts.yaml's ``branch`` (under the empty name) and ``state``."""
    found: dict[str, dict[str, str]] = {}
    section = ""
    for line in _read(os.path.join(top, "accounts.yaml")).splitlines():
        bare = line.split(" #")[0].rstrip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith(("-", " ")):
            if section == "branch":
                raise Perhaps("`branch` in accounts.yaml is not written plainly")
            if section == "state":
                _add(found.setdefault("state", {}), bare)
            continue
        key, colon, value = bare.partition(":")
        section = _plain(key)
        if not colon or (section in found and section == "state"):
            raise Perhaps("accounts.yaml is not written plainly")
        if section == "branch":
            _add(found.setdefault("", {}), bare)
        elif section == "state" and value:
            found["state"] = _flow(value.strip())
    return found


def _flow(value: str) -> dict[str, str]:
    """A mapping in braces on one line."""
    if not (value.startswith("{") and value.endswith("}")):
        raise Perhaps("`state` in accounts.yaml is not written plainly")
    found: dict[str, str] = {}
    for item in value[1:-1].split(","):
        if item.strip():
            _add(found, item)
    return found


def _add(mapping: dict[str, str], item: str) -> None:
    key, colon, value = item.strip().partition(":")
    if key in mapping or not colon or not value.startswith(" "):
        raise Perhaps("accounts.yaml is not written plainly")
    mapping[_plain(key)] = _plain(_unquoted(value.strip()))


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] in "'\"" and value[-1] == value[0] else value


def _plain(value: str) -> str:
    if not value or not PLAIN.issuperset(value):
        raise Perhaps(f"`{value[:40]!a}` is not a plain name")
    return value


def _flat(text: str) -> dict[str, str]:
    """A JSON object of plain strings, numbers and nulls: exactly what index.json is."""
    body = text.strip()
    if not (body.startswith("{") and body.endswith("}")):
        raise Perhaps("the state branch has no index")
    pairs = (item.partition(":") for item in body[1:-1].split(","))
    return {_unquoted(key.strip()): _unquoted(value.strip()) for key, _, value in pairs}


def _instant(text: str) -> str:
    """``2026-12-01T08:00:00``, to the second below. Two of them compare as the instants do."""
    shape = "".join("0" if sign.isdigit() else sign for sign in text[:19])
    if shape != "0000-00-00T00:00:00" or not text.endswith("Z"):
        raise Perhaps("the index holds a time that is not plain")
    return text[:19]


def _version() -> str:
    text = _read(os.path.join(os.path.dirname(os.path.abspath(__file__)), "__init__.py"))
    return text.partition('__version__ = "')[2].partition('"')[0]


# --- as the Action's first step -------------------------------------------------------------------------------------


def main() -> int:
    """Say whether the job has to go on: ``due=true|false`` as a step output, and a line for the log."""
    due, why = _verdict(os.environ.get("POSTIZ_COMMAND", "publish").strip(), os.environ.get("POSTIZ_ARGS", "").strip())
    print(f"postiz-ops: {'going on' if due else 'ending here'}: {why}")
    output = os.environ.get("GITHUB_OUTPUT")
    if output:
        with open(output, "a", encoding="utf-8") as file:
            file.write(f"due={'true' if due else 'false'}\n")
    return 0


def _verdict(command: str, args: str) -> tuple[bool, str]:
    try:
        if command in ("check", "plan"):
            return True, _bring_state(_top(os.getcwd()))
        if command != "publish" or args:
            return True, "this command is always run"
        look(os.getcwd(), time.time())
    except Perhaps as reason:
        return True, str(reason)
    except Exception as problem:  # noqa: BLE001 - as in nothing_due
        return True, f"it cannot be told from here ({type(problem).__name__})"
    return False, "nothing can be due before the time that the state branch names"


def _bring_state(top: str) -> str:
    """``check`` and ``plan`` use no network, but some of their rules look at what was published: bring that along."""
    state = _settings(top).get("state", {})
    if state.get("remote", REMOTE) == REMOTE and _fetch(top, state.get("branch", STATE_BRANCH)):
        return "the state branch was brought along"
    return "there is no state branch to bring along"


if __name__ == "__main__":
    sys.exit(main())
