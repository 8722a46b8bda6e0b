"""YAML into values with places: what is read, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.nodes import Node, Style, load_yaml
from postiz_ops.model import Span
from tests.compile.cost import affordable
from tests.compile.said import said

BOTH = pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])


def read(text: str) -> Node:
    node, findings = load_yaml(text, "p.md", 2)
    assert node is not None
    assert not findings
    return node


def findings(text: str, loader: Any = yaml.CSafeLoader) -> list[str]:
    return said(load_yaml(text, "p.md", 2, loader=loader)[1])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a:", {"a": None}),
        ("a: ~", {"a": None}),
        ("a: null", {"a": None}),
        ("a: True", {"a": True}),
        ("a: false", {"a": False}),
        ("a: no", {"a": "no"}),
        ("a: Off", {"a": "Off"}),
        ("a: 12", {"a": 12}),
        ("a: -3", {"a": -3}),
        ("a: 1.5", {"a": 1.5}),
        ("a: 1.10", {"a": "1.10"}),
        ("a: 007", {"a": "007"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: 1e3", {"a": "1e3"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: 1234567890123456789", {"a": "1234567890123456789"}),
        ("a: .inf", {"a": ".inf"}),
        ("a: 2026-12-01 09:00:00", {"a": "2026-12-01 09:00:00"}),
        ('a: "12"', {"a": "12"}),
        ("a: '~'", {"a": "~"}),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("a:\n- 1\n- {b: c}\n", {"a": [1, {"b": "c"}]}),
        ("- 1\n", [1]),
        ("1: a", {"1": "a"}),
        ("yes: a\ntrue: b\nnull: c", {"yes": "a", "true": "b", "null": "c"}),
        ("🙂: é", {"🙂": "é"}),
    ],
)
def test_values(text: str, value: object) -> None:
    assert read(text).value == value


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_an_empty_document_has_no_node(text: str) -> None:
    assert load_yaml(text, "p.md") == (None, ())


def test_places_are_lines_of_the_file_and_columns_in_code_points() -> None:
    node = read('title: x\nmedia:\n  - é.jpg\n  - {src: 🙂.mp4, alt: "a b"}\n')
    assert node.at(("media", 0)) == Span("p.md", 4, 5, 4, 10)
    assert node.at(("media", 1, "src")) == Span("p.md", 5, 11, 5, 16)
    assert node.at(("media", 1, "alt")) == Span("p.md", 5, 23, 5, 28)
    assert node.key_span("media") == Span("p.md", 3, 1, 3, 6)
    assert node.key_span("media", 1, "alt") == Span("p.md", 5, 18, 5, 21)
    assert node.find(("media", 1, "alt")).style is Style.QUOTED


def test_a_place_that_is_not_there_is_the_deepest_that_is() -> None:
    node = read("link: {url: x}\n")
    assert node.at(("link", "function-before", "image")) == node.at(("link",))
    assert node.key_span("link", "image") == node.at(("link",))
    assert node.key_span() == node.span


def test_an_empty_value_is_placed_behind_its_colon() -> None:
    assert read("id:\ntitle: x\n").at(("id",)) == Span("p.md", 2, 4, 2, 5)


@BOTH
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a: &x 1\n",
            ["2:4-2:8 PZ011 anchor `&x` names a value", "help: delete it, and write the value wherever it is meant"],
        ),
        ("a: *x\n", ["2:4-2:6 PZ011 alias `*x` stands for a value elsewhere", "help: write the value here too"]),
        ("<<: {a: 1}\n", ["2:1-2:3 PZ011 merge key `<<` copies another mapping", "help: write the keys here"]),
        (
            "a: !!str 1\n",
            [
                "2:4-2:11 PZ012 a tag says what to make of a value",
                "help: delete the tag, and quote what must stay text",
            ],
        ),
        (
            "a: !!python/object/apply:os.system [x]\n",
            [
                "2:4-2:37 PZ012 a tag says what to make of a value",
                "help: delete the tag, and quote what must stay text",
            ],
        ),
        (
            "a: ! 1\n",
            ["2:4-2:7 PZ012 a tag says what to make of a value", "help: delete the tag, and quote what must stay text"],
        ),
        ("%YAML 1.1\n---\na: 1\n", ["2:1-3:4 PZ012 a `%` directive of YAML", "help: delete this line"]),
        ("a: 1\nb: 2\na: 3\n", ["4:1-4:2 PZ013 `a` stands twice, first on line 2", "help: keep one of the two"]),
        ("x: {a: 1, 'a': 3}\n", ["2:11-2:14 PZ013 `a` stands twice, first on line 2", "help: keep one of the two"]),
        (
            "a: 1\n---\nb: 2\n",
            ["3:1-3:4 PZ014 a second document begins here", "help: put everything into one document"],
        ),
        ("a: " + "[" * 40, ["2:35-2:36 PZ015 more than 32 levels of nesting", "help: write it flatter"]),
        ("- " * 20_000, ["2:65-2:66 PZ015 more than 32 levels of nesting", "help: write it flatter"]),
        ("{a: " * 20_000, ["2:129-2:130 PZ015 more than 32 levels of nesting", "help: write it flatter"]),
    ],
)
def test_refused(text: str, expected: list[str], loader: Any) -> None:
    assert findings(text, loader) == expected


@BOTH
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "title: Soon: new\n",
            [
                "2:12-2:13 PZ010 a colon begins a value where none can stand",
                "help: quote the text that the colon belongs to, or put this key into the column of its neighbours",
            ],
        ),
        (
            "title: x\n  id: y\n",
            [
                "3:5-3:6 PZ010 a colon begins a value where none can stand",
                "help: quote the text that the colon belongs to, or put this key into the column of its neighbours",
            ],
        ),
        (
            "a: [1, 2\nb: 3\n",
            ["2:4-2:5 PZ010 this list is not closed", "help: close it with `]`, and put a comma between its items"],
        ),
        (
            "a: {b: 1\n",
            [
                "2:4-2:5 PZ010 this mapping is not closed",
                "help: close it with `}`, and put a comma between its entries",
            ],
        ),
        ("a: 'x\nb: 1\n", ["2:4-2:5 PZ010 this quote is not closed", "help: close the quote"]),
        ('a: "x\n', ["2:4-2:5 PZ010 this quote is not closed", "help: close the quote"]),
        ("a: @x\n", ["2:4-2:5 PZ010 an unquoted value cannot begin with this character", "help: quote the value"]),
        ("a: `x`\n", ["2:4-2:5 PZ010 an unquoted value cannot begin with this character", "help: quote the value"]),
        ("a: *\n", ["2:4-2:5 PZ010 an unquoted value cannot begin with this character", "help: quote the value"]),
        (
            "a:\n\tb: 1\n",
            [
                "3:1-3:2 PZ010 a tab stands where a value or a key begins",
                "help: indent with spaces: YAML takes no tabs",
            ],
        ),
        (
            'a: "b" c\n',
            [
                "2:8-2:9 PZ010 this belongs to nothing above it",
                "help: begin all keys of one mapping in the same column, and quote a value that holds quotes",
            ],
        ),
        (
            "{{ x }}: 1\n",
            ["2:1-2:2 PZ010 a list or mapping cannot be a key", "help: write a word before the colon; quote `{{ … }}`"],
        ),
    ],
)
def test_syntax(text: str, expected: list[str], loader: Any) -> None:
    assert findings(text, loader) == expected


def test_what_the_parser_says_in_words_that_we_do_not_know() -> None:
    assert findings("a: \0\n") == [
        "2:1-2:2 PZ010 this is not YAML: control characters are not allowed",
        "help: mend this line, or quote the value on it",
    ]


def test_an_escape_that_yaml_does_not_know() -> None:
    assert findings('a: "C:\\q"\n') == [
        "2:7-2:8 PZ010 an unknown escape after `\\`",
        "help: write `\\\\` for a backslash, or use single quotes",
    ]


@BOTH
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "title: Hello #world\n",
            [
                "2:14-2:20 PZ016 an unquoted `#` starts a comment, and the rest of the value is lost",
                'help: quote what holds it, as in `"#world"`, or put a space behind the `#` of a comment',
            ],
        ),
        (
            "hashtags: [a, #b]\ntitle: x\nid: y\n",
            [
                "2:15-2:18 PZ016 an unquoted `#` starts a comment, and the rest of the list is lost",
                "help: write `b`: `hashtags` have no `#`",
            ],
        ),
        (
            "hashtags: [#a, #b]\n",
            [
                "2:12-2:19 PZ016 an unquoted `#` starts a comment, and the rest of the list is lost",
                "help: write `a`: `hashtags` have no `#`",
            ],
        ),
        (
            "hashtags: #a #b\n",
            [
                "2:11-2:16 PZ016 an unquoted `#` starts a comment, and the rest of the value is lost",
                "help: write `a`: `hashtags` have no `#`",
            ],
        ),
        (
            "tags:\n  - #a\n  - b\n",
            [
                "3:5-3:7 PZ016 an unquoted `#` starts a comment, and the rest of the value is lost",
                'help: quote what holds it, as in `"#a"`, or put a space behind the `#` of a comment',
            ],
        ),
        (
            "link: {title: a, description: #b}\nid: x\n",
            [
                "2:31-2:34 PZ016 an unquoted `#` starts a comment, and the rest of it is lost",
                'help: quote what holds it, as in `"#b"`, or put a space behind the `#` of a comment',
            ],
        ),
        (
            "tags: [a, #b\n  c]\n",
            [
                "2:11-2:13 PZ016 an unquoted `#` starts a comment, and the rest of the list is lost",
                'help: quote what holds it, as in `"#b"`, or put a space behind the `#` of a comment',
            ],
        ),
    ],
)
def test_swallowed(text: str, expected: list[str], loader: Any) -> None:
    assert findings(text, loader) == expected


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "title: Hello # a comment\n",
        "#title\ntitle: Hello\n",
        "title: Hello\n#comment\nid: x\n",
        "accounts: #all of them\n  a: 1\n",
        "tags: [a, # first\n  b]\n",
        "tags: [\n  #a,\n  b]\n",
        "tags: [a, b] #done\n",
        "title: 'a' #b\n",
        "title: '#a'\n",
        "link: https://example.com/#a\n",
        "title: C#\n",
        "title: |\n  x #y\n",
    ],
)
def test_a_comment_that_swallows_nothing(text: str, loader: Any) -> None:
    assert findings(text, loader) == []


def test_what_stands_beside_a_refused_value_is_still_read() -> None:
    node, found = load_yaml("a: *x\nb: 1\nb: 2\n<<: {c: 1}\nd: !t 3\n", "p.md")
    assert node is not None
    assert node.value == {"a": None, "b": 1, "d": "3"}
    assert [d.code for d in found] == ["PZ011", "PZ013", "PZ011", "PZ012"]


def test_an_alias_is_no_key() -> None:
    node, found = load_yaml("a: 1\n*a : 2\n", "p.md")
    assert node is None
    assert [d.code for d in found] == ["PZ011"]


def test_an_escape_cannot_smuggle_control_characters() -> None:
    assert findings('a: "x\\0y"\n') == [
        "2:4-2:10 PZ003 an escape writes U+0000 into this value",
        "help: delete the escape",
    ]
    assert findings('a: "\\u202ex"\n') == [
        "2:4-2:13 PZ007 an escape writes U+202E into this value",
        "help: delete the escape",
    ]


def test_an_alias_bomb_is_cheap() -> None:
    lines = ['a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]']
    lines += [f"{b}: &{b} [{','.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    node, found = load_yaml("\n".join(lines), "p.md")
    assert {d.code for d in found} == {"PZ011"}
    assert node is not None
    assert all(item is None for item in node.value["i"])
    affordable(lambda: load_yaml("\n".join(lines), "p.md"), 400)


HOSTILE = {
    "flow": "[" * 50_000,
    "keys": "? " * 25_000,
    "dashes": "- " * 25_000,
    "quotes": '"' * 50_001,
    "hashes": "a: b #" * 8_000,
    "flow comments": "[a, #b\n" * 7_000,
    "colons": ":" * 50_000,
    "long scalar": "a: " + "x y " * 12_000,
    "braces": "{a: 1, " * 7_000,
    "same key": "a: 1\n" * 10_000,
    "ampersands": "&a " * 16_000,
    "stars": "- *a\n" * 10_000,
    "tags": "- !a b\n" * 7_000,
    "blank": " " * 50_000,
    "indent": "".join(f"{' ' * depth}a:\n" for depth in range(300)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_costs_little(text: str) -> None:
    affordable(lambda: load_yaml(text, "p.md"), len(text))


@given(st.text(alphabet=st.sampled_from(list("ab:-#,[]{}'\"|>&*!?%@` \n~01\\"))))
def test_any_text_is_read_or_refused(text: str) -> None:
    node, found = load_yaml(text, "p.md")
    assert node is None or node.span.path == "p.md"
    assert all(d.span.line >= 1 and d.span.column >= 1 for d in found)
    assert all((d.span.line, d.span.column) < (d.span.end_line, d.span.end_column) for d in found)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", min_size=1), inner),
        max_leaves=8,
    )
)
def test_what_pyyaml_writes_is_read_back(value: object) -> None:
    text = yaml.safe_dump({"root": value}, allow_unicode=True, default_style='"' if isinstance(value, str) else None)
    node, found = load_yaml(text, "p.md")
    if not any(d.code == "PZ011" for d in found):  # an empty list that stands twice is written as an anchor
        assert node is not None
        assert node.value == {"root": value}
