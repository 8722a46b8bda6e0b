"""The string formats of the AT Protocol, as https://atproto.com/specs defines them.

Each is one regular expression and a length; the interop suite is the test. ``FORMATS`` names them as lexicons do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?")
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
_NSID = re.compile(rf"[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?(?:\.{_LABEL})+\.[a-zA-Z][a-zA-Z0-9]{{0,62}}")
_RECORD_KEY = re.compile(r"[a-zA-Z0-9_~.:-]{1,512}")
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_LANGUAGE = re.compile(
    r"""
    (?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | [a-z]{4,8} )    # language, extended languages
    (?:-[a-z]{4})?                                      # script
    (?:-(?:[a-z]{2}|[0-9]{3}))?                         # region
    (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*            # variants
    (?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*                # extensions
    (?:-x(?:-[a-z0-9]{1,8})+)?                          # private use
    | x(?:-[a-z0-9]{1,8})+
    | i(?:-[a-z0-9]{2,8})+ | en-GB-oed | sgn-(?:BE-FR|BE-NL|CH-DE)    # irregular, grandfathered
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,80}:[^\s]{1,8190}")
_CID = re.compile(r"(?:Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{8,})")
_DATETIME = re.compile(r"(\d{4})-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,20})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_AT_URI = re.compile(r"at://(?P<authority>[^/?#]+)(?:/(?P<collection>[^/?#]+)(?:/(?P<rkey>[^/?#]+))?)?", re.ASCII)


def is_handle(text: str) -> bool:
    """A domain name with at least two labels, the last of which begins with a letter."""
    return len(text) <= 253 and bool(_HANDLE.fullmatch(text))


def is_did(text: str) -> bool:
    """``did:method:identifier``."""
    return len(text) <= 2048 and bool(_DID.fullmatch(text))


def is_at_identifier(text: str) -> bool:
    """A handle or a DID."""
    return is_handle(text) or is_did(text)


def is_nsid(text: str) -> bool:
    """A reversed domain and a name in camel case."""
    return len(text) <= 317 and bool(_NSID.fullmatch(text))


def is_record_key(text: str) -> bool:
    """What may be the last segment of a record's path."""
    return text not in (".", "..") and bool(_RECORD_KEY.fullmatch(text))


def is_tid(text: str) -> bool:
    """A timestamp identifier: 64 bits in sortable base 32, the highest bit zero."""
    return bool(_TID.fullmatch(text))


def is_language(text: str) -> bool:
    """Well-formed by BCP 47, whether registered or not."""
    return bool(_LANGUAGE.fullmatch(text))


def is_uri(text: str) -> bool:
    """Any scheme, and no white space."""
    return bool(_URI.fullmatch(text))


def is_cid(text: str) -> bool:
    """A content identifier in base 58 (version 0) or base 32 (version 1)."""
    return bool(_CID.fullmatch(text))


def is_datetime(text: str) -> bool:
    """RFC 3339 and ISO 8601 at once: with a ``T``, seconds and a zone that is not ``-00:00``."""
    match = _DATETIME.fullmatch(text)
    if not match or match[2] == "-00:00" or match[1] == "0000":
        return False
    try:
        datetime.fromisoformat(text[:19] + match[2])
    except ValueError:
        return False
    return True


def is_at_uri(text: str) -> bool:
    """``at://authority/collection/key``, the latter two optional."""
    match = _AT_URI.fullmatch(text)
    if len(text) > 8192 or not match or not is_at_identifier(match["authority"]):
        return False
    collection, rkey = match["collection"], match["rkey"]
    return (collection is None or is_nsid(collection)) and (rkey is None or is_record_key(rkey))


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "at-identifier": is_at_identifier,
    "at-uri": is_at_uri,
    "cid": is_cid,
    "datetime": is_datetime,
    "did": is_did,
    "handle": is_handle,
    "language": is_language,
    "nsid": is_nsid,
    "record-key": is_record_key,
    "tid": is_tid,
    "uri": is_uri,
}
