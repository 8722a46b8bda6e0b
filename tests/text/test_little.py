"""LinkedIn's little text: exact texts, and what must hold for any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.model import Form, Person
from postiz_ops.text import little
from postiz_ops.text.compose import with_hashtags
from postiz_ops.text.render import render

PEOPLE = {
    "alice": Person("Alice (Doe)", {"linkedin": "urn:li:person:abc"}),
    "bob": Person("Bob_", {"mastodon": "@bob"}),
}

CASES = {
    "every reserved character": (
        r"a | b {c} @d [e] (f) < > # \\ \* \_ ~",
        r"a \| b \{c\} \@d \[e\] \(f\) \< \> \# \\ \* \_ \~",
    ),
    "marks go": ("*a* **b** `c`", "a b c"),
    "what is struck out stays so": ("~~$50~~ $30", r"\~\~$50\~\~ $30"),
    "a quotation": ("> a\n> b", "\\> a\n\\> b"),
    "a numbered list": ("1) a\n2) b", "1\\) a\n2\\) b"),
    "a list": ("- a_b\n- c", "• a\\_b\n• c"),
    "a link": ("[t](https://e.com/a_(b))", r"t \(https://e.com/a\_\(b\)\)"),
    "an address": ("see https://e.com/a_b#c?d=#e", r"see https://e.com/a\_b\#c?d=\#e"),
    "hashtags": ("#GitOps, (#Ünï) and **#bold**", r"#GitOps, \(#Ünï\) and #bold"),
    "a hashtag with an underscore": ("#git_ops", r"{hashtag|\#|git\_ops}"),
    "no hashtags": ("C# #1 a#b ##x # y &#35;z/#q", r"C\# \#1 a\#b \#\#x \# y \#z/\#q"),
    "a mention": ("Hi @{alice}!", r"Hi @[Alice \(Doe\)](urn:li:person:abc)!"),
    "somebody who is not there": ("Hi @{bob}!", r"Hi Bob\_!"),
    "nobody known": ("Hi @{carol}!", r"Hi \@\{carol\}!"),
    "html": ("a <b>x</b>", r"a \<b\>x\</b\>"),
}


@pytest.mark.parametrize("name", CASES)
def test_exact_texts(name: str) -> None:
    markdown, expected = CASES[name]
    rendered = render(markdown, Form.LITTLE_TEXT, people=PEOPLE, provider="linkedin", mention="@[{name}]({handle})")
    assert rendered.text == expected


@pytest.mark.parametrize(
    ("markdown", "tags", "expected"),
    [
        ("a", ["GitOps", "git_ops"], "a\n\n#GitOps {hashtag|\\#|git\\_ops}"),
        ("a #GitOps #git_ops", ["gitops", "git_ops"], "a #GitOps {hashtag|\\#|git\\_ops}"),
    ],
)
def test_a_line_of_hashtags(markdown: str, tags: list[str], expected: str) -> None:
    assert with_hashtags(render(markdown, Form.LITTLE_TEXT), tags, Form.LITTLE_TEXT).text == expected


def test_what_people_read() -> None:
    text = r"Hi @[Alice \(Doe\)](urn:li:person:abc) {hashtag|\#|git\_ops} {hashtag|#|x} #y \(z\)"
    assert little.plain(text) == "Hi Alice (Doe) #git_ops #x #y (z)"


WORDS = st.text(alphabet=st.sampled_from([*little.RESERVED, *"ab1Ü \n/.:?&é"]))


@given(WORDS)
def test_people_read_what_was_written(text: str) -> None:
    assert little.plain(little.escape(little.mask(text))) == text


@given(WORDS)
def test_nothing_reserved_is_left_but_hashtags(text: str) -> None:
    escaped = little.escape(little.mask(text))
    left = re.sub(r"\{hashtag\|\\#\|(?:[^\W_]|\\_)+\}|\\.|#\w+", "", escaped, flags=re.DOTALL)
    assert not set(left) & set(little.RESERVED), escaped
