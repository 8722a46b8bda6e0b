"""What is sealed for an account opens there, with its key, and nowhere else."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.errors import UsageError
from postiz_ops.ledger.sealed import KEYRING, Sealed, Status, keyring_file, load_sealed, sealed_file, sealed_path
from postiz_ops.ledger.view import GENESIS, Genesis, KnownAccount, View, account_file, account_path, genesis_file, parse
from postiz_ops.model import Account
from postiz_ops.providers.auth import Grant
from postiz_ops.vault.box import CannotOpen, Place, open_box, rewrap, seal
from postiz_ops.vault.keys import Key, key_text, keyring_of, new_key, public_text, read_key
from postiz_ops.vault.safe import Safe, dump_grant, load_grant

RUNNER, OWNER, STRANGER = new_key(), new_key(recovery=True), new_key()
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
ACCOUNT = Account("acme-x", "x", "https://api.x.com")
OTHER = Account("acme-y", "x", "https://api.x.com")
GRANT = Grant({"access_token": "canary-access", "refresh_token": "canary-refresh"}, AT, AT, None, ("a",), "42")
PLACE = Place("genesis", "acme-x", "x", "https://api.x.com", 1)
RECIPIENTS = (public_text(RUNNER), public_text(OWNER))


def view(*sealed: Sealed, generation: int = 0, genesis: str = "genesis", owner: Key = OWNER) -> View:
    files = {
        GENESIS: genesis_file(Genesis(genesis, None, AT)),
        KEYRING: keyring_file(keyring_of(genesis, [RUNNER], public_text(owner))),
        account_path("acme-x"): account_file(
            KnownAccount("acme-x", "x", "https://api.x.com", generation=generation),
        ),
    }
    return parse(files | {sealed_path(each.account): sealed_file(each) for each in sealed})


def safe(seen: View, key: Key | None = RUNNER) -> Safe:
    made = Safe(key)
    made.take(seen)
    return made


def sealed(account: Account = ACCOUNT) -> Sealed:
    return safe(view()).seal(account, GRANT, refreshable=True)


def test_what_is_sealed_is_read_back_and_counted() -> None:
    first = sealed()
    opened = safe(view(first))
    assert opened.grant(ACCOUNT) == GRANT
    assert opened.problem(ACCOUNT) is None
    assert first.generation == 1
    assert opened.seal(ACCOUNT, GRANT, refreshable=True).generation == 2
    assert safe(view(first, generation=1)).grant(ACCOUNT) == GRANT


def test_the_file_tells_no_secret() -> None:
    data = sealed_file(sealed())
    assert b"canary" not in data
    assert not [form for secret in (b"canary-access", b"canary-refresh") if (form := base64.b64encode(secret)) in data]
    assert load_sealed(sealed_path("acme-x"), data) == sealed_of(data)


def sealed_of(data: bytes) -> Sealed:
    return parse({sealed_path("acme-x"): data}).sealed["acme-x"]


def test_the_owner_can_open_it_and_a_stranger_cannot() -> None:
    box = seal(b"content", PLACE, RECIPIENTS)
    assert open_box(box, PLACE, OWNER) == open_box(box, PLACE, RUNNER) == b"content"
    with pytest.raises(CannotOpen, match="sealed for another key"):
        open_box(box, PLACE, STRANGER)
    mine = rewrap(box, PLACE, OWNER, [public_text(STRANGER)])
    assert open_box(mine, PLACE, STRANGER) == b"content"
    with pytest.raises(CannotOpen):
        open_box(mine, PLACE, RUNNER)


@pytest.mark.parametrize(
    "there",
    [
        replace(PLACE, genesis="another"),
        replace(PLACE, account="acme-y"),
        replace(PLACE, provider="threads"),
        replace(PLACE, origin="https://api.x.com:444"),
        replace(PLACE, origin="http://api.x.com"),
        replace(PLACE, generation=2),
    ],
    ids=lambda place: str([getattr(place, name) for name in place.__slots__]),
)
def test_a_box_opens_in_its_place_alone(there: Place) -> None:
    with pytest.raises(CannotOpen, match="another account, server or state branch"):
        open_box(seal(b"content", PLACE, RECIPIENTS), there, RUNNER)


@given(field=st.sampled_from(["ciphertext", "nonce", "key"]), at=st.integers(0, 11), bit=st.integers(0, 7))
def test_any_changed_bit_is_seen(field: str, at: int, bit: int) -> None:
    box = seal(b"content", PLACE, RECIPIENTS)
    if field == "key":
        changed: dict[str, Any] = {
            **box,
            "keys": [{**wrap, "key": _flipped(wrap["key"], at, bit)} for wrap in box["keys"]],
        }
    else:
        changed = {**box, field: _flipped(box[field], at, bit)}
    with pytest.raises(CannotOpen):
        open_box(changed, PLACE, RUNNER)


def _flipped(text: str, at: int, bit: int) -> str:
    data = bytearray(base64.b64decode(text))
    data[at] ^= 1 << bit
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("cut", ["ciphertext", "nonce", "key", "keys", "algorithm"])
def test_a_truncated_box_is_a_problem_of_its_account_alone(cut: str) -> None:
    good, bad = sealed(OTHER), sealed()
    for box in ({name: value for name, value in bad.box.items() if name != cut}, {**bad.box, cut: ""}):
        opened = safe(view(replace(bad, box=box), good))
        assert opened.grant(OTHER) == GRANT
        if cut != "algorithm":
            assert opened.grant(ACCOUNT) is None
            assert (opened.problem(ACCOUNT) or "").startswith("its credentials in the vault cannot be opened: they")


def test_a_swapped_file_is_not_opened() -> None:
    theirs = sealed(OTHER)
    swapped = replace(theirs, account="acme-x")
    assert "were changed, or belong to another account" in (safe(view(swapped)).problem(ACCOUNT) or "")
    damaged = parse({sealed_path("acme-x"): sealed_file(theirs)})
    assert damaged.unreadable == {"vault/acme-x.json": "damaged: it is the file of `acme-y`"}
    assert safe(damaged).problem(ACCOUNT) == "its credentials in the vault are damaged: it is the file of `acme-y`"


def test_an_old_generation_is_somebodys_copy() -> None:
    opened = safe(view(sealed(), generation=2))
    assert opened.grant(ACCOUNT) is None
    assert opened.problem(ACCOUNT) == "its credentials in the vault are old ones (generation 1 of 2)"
    assert opened.seal(ACCOUNT, GRANT, refreshable=True).generation == 3


def test_another_server_gets_nothing() -> None:
    moved = replace(ACCOUNT, origin="https://evil.example")
    opened = safe(view(sealed()))
    assert opened.grant(moved) is None
    assert opened.problem(moved) == "its credentials in the vault are for https://api.x.com and go nowhere else"


def test_without_the_key_it_is_said_by_name() -> None:
    opened = safe(view(sealed()), key=None)
    assert opened.grant(ACCOUNT) is None
    assert opened.problem(ACCOUNT) == "its credentials are in the vault, and `POSTIZ_VAULT_KEY` is not set"
    with pytest.raises(UsageError, match="`POSTIZ_VAULT_KEY` is not set"):
        opened.seal(ACCOUNT, GRANT, refreshable=True)


def test_nothing_is_sealed_for_a_strangers_keyring() -> None:
    seen = view()
    assert seen.keyring is not None
    forged = replace(seen, keyring=replace(seen.keyring, recovery=public_text(STRANGER)))
    with pytest.raises(UsageError, match="written by somebody without it"):
        safe(forged).seal(ACCOUNT, GRANT, refreshable=True)
    with pytest.raises(UsageError, match="written by somebody without it"):
        safe(view(), key=STRANGER).seal(ACCOUNT, GRANT, refreshable=True)
    with pytest.raises(UsageError, match="no vault yet"):
        safe(replace(seen, keyring=None)).seal(ACCOUNT, GRANT, refreshable=True)


def test_what_was_revoked_or_forgotten_is_not_used() -> None:
    revoked = sealed().ended(Status.REVOKED, "X says that the authorization has ended (HTTP 400)")
    assert safe(view(revoked)).problem(ACCOUNT) == "X says that the authorization has ended (HTTP 400)"
    forgotten = safe(view(replace(sealed(), status=Status.FORGOTTEN, box={})))
    assert (forgotten.grant(ACCOUNT), forgotten.problem(ACCOUNT)) == (None, None)


def test_a_key_as_text() -> None:
    for key in (RUNNER, OWNER):
        assert read_key(key_text(key), "it") == key
        assert key_text(key).startswith("pzrecovery1_" if key.recovery else "pzvault1_")
        for damaged in (
            key_text(key)[:-1],
            key_text(key)[:20],
            key_text(key) + "A",
            key_text(key).replace("_", "_ ", 1),
        ):
            with pytest.raises(UsageError, match="it holds a key that was cut short or mistyped"):
                read_key(damaged, "it")
    with pytest.raises(UsageError, match="`POSTIZ_VAULT_KEY` holds no key of a vault"):
        read_key("hunter2", "`POSTIZ_VAULT_KEY`")


def test_a_key_is_not_shown() -> None:
    text = repr(RUNNER) + repr(GRANT) + repr(sealed())
    assert base64.b64encode(RUNNER.secret).decode() not in text
    assert "canary" not in text
    assert json.dumps(RUNNER.secret.hex()) not in text


def test_a_grant_keeps_its_times() -> None:
    assert load_grant(dump_grant(GRANT)) == GRANT
