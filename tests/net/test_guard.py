"""A URL that a user wrote leads to the public internet, or nowhere."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from postiz_ops.errors import Rejected
from postiz_ops.net.fetch import fetch
from postiz_ops.net.guard import is_public, public_address, validated

PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fd00::1",
    "fe80::1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "ff02::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_ours_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_other_addresses_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "0x7f.1", "2130706433", "[::1]".strip("[]"), "nowhere.invalid"]
)
def test_no_spelling_of_this_machine_resolves(host: str) -> None:
    with pytest.raises(Rejected):
        public_address(host)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "https://user:pass@a.example/x",
        "https://a.example:22/x",
        "https://a.example:99999/x",
        "https:///x",
        "//a.example/x",
    ],
)
def test_only_plain_https_addresses_are_fetched(url: str) -> None:
    with pytest.raises(Rejected):
        validated(url)
    with pytest.raises(Rejected):
        fetch(url)
