"""The string formats against the protocol's own interop files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.specs import specs_dir, syntax

FILES = {
    "atidentifier": "at-identifier",
    "aturi": "at-uri",
    "datetime": "datetime",
    "did": "did",
    "handle": "handle",
    "language": "language",
    "nsid": "nsid",
    "recordkey": "record-key",
    "tid": "tid",
}


@pytest.mark.parametrize("name", FILES)
def test_interop_valid(name: str) -> None:
    is_valid = syntax.FORMATS[FILES[name]]
    assert [line for line in _samples(f"{name}_syntax_valid") if not is_valid(line)] == []


@pytest.mark.parametrize("name", FILES)
def test_interop_invalid(name: str) -> None:
    is_valid = syntax.FORMATS[FILES[name]]
    assert [line for line in _samples(f"{name}_syntax_invalid") if is_valid(line)] == []


def test_interop_dates_that_do_not_exist() -> None:
    assert [line for line in _samples("datetime_parse_invalid") if syntax.is_datetime(line)] == []


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a", True),
        ("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", True),
        ("bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz21", False),
        ("", False),
    ],
)
def test_cid(text: str, valid: bool) -> None:
    assert syntax.is_cid(text) is valid


@pytest.mark.parametrize(
    ("text", "valid"),
    [("https://example.com/a?b#c", True), ("at://did:plc:abc", True), ("example.com", False), ("https://a b", False)],
)
def test_uri(text: str, valid: bool) -> None:
    assert syntax.is_uri(text) is valid


def _samples(name: str) -> list[str]:
    folder: Path = specs_dir() / "conformance" / "atproto-interop" / "syntax"
    lines = (folder / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    samples = [line for line in lines if line.strip() and not line.startswith("#")]
    assert samples, f"no samples in {name}"
    return samples
