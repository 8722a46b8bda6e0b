"""Markdown in, each form's exact text out."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from postiz_ops.model import Facet, Form, Person
from postiz_ops.text import little
from postiz_ops.text.render import ImageRef, PersonRef, render


class Case(NamedTuple):
    """``facets`` is the text of that form where it is not the plain one."""

    markdown: str
    plain: str
    mrkdwn: str
    discord: str
    facets: str | None = None


def same(markdown: str, text: str) -> Case:
    """A case that is the same in all forms."""
    return Case(markdown, text, text, text)


CASES = {
    "a paragraph": Case("Hello.", "Hello.", "Hello.", "Hello."),
    "a line end stays": Case("one\ntwo", "one\ntwo", "one\ntwo", "one\ntwo"),
    "hard breaks are line ends": Case("a  \nb\\\nc", "a\nb\nc", "a\nb\nc", "a\nb\nc"),
    "a line left empty on purpose": Case("a\\\n\\\nb", "a\n\nb", "a\n\nb", "a\n\nb"),
    "one blank line between paragraphs": Case("a\n\n\n\nb", "a\n\nb", "a\n\nb", "a\n\nb"),
    "blank ends and trailing spaces": Case("\n\n  a \t\nb   \n\n\n", "a\nb", "a\nb", "a\nb"),
    "carriage returns": Case("a\r\nb\r\n\r\nc\r\n", "a\nb\n\nc", "a\nb\n\nc", "a\nb\n\nc"),
    "emphasis": Case("*a* _b_ **c** __d__", "a b c d", "_a_ _b_ *c* *d*", "*a* *b* **c** **d**"),
    "emphasis in emphasis": Case("***a***", "a", "_*a*_", "***a***"),
    "struck out": Case("~~$50~~ $30", "~~$50~~ $30", "~$50~ $30", "~~$50~~ $30"),
    "single tildes are text": Case("~5~", "~5~", "~5~", "~5~"),
    "code": Case("run `x<y & z`", "run x<y & z", "run `x&lt;y &amp; z`", "run `x<y & z`"),
    "code with backticks": Case("`` a`b ``", "a`b", "a`b", "`` a`b ``"),
    "the three escapes": Case("a & b < c > d", "a & b < c > d", "a &amp; b &lt; c &gt; d", "a & b < c > d"),
    "entities": Case("&lt;&amp;&copy; &#42;", "<&© *", "&lt;&amp;© *", "\\<&© \\*"),
    "what a backslash made text": Case("\\*a\\* \\# b \\_", "*a* # b _", "*a* # b _", "\\*a\\* \\# b \\_"),
    "what is text anyway": same("2 * 3 snake_case ~ |x|", "2 * 3 snake_case ~ |x|"),
    "html is text": Case("a <b>x</b> <br>", "a <b>x</b> <br>", "a &lt;b&gt;x&lt;/b&gt; &lt;br&gt;", "a <b>x</b> <br>"),
    "an html block is text": Case(
        "<div>\n  x\n</div>", "<div>\n  x\n</div>", "&lt;div&gt;\n  x\n&lt;/div&gt;", "<div>\n  x\n</div>"
    ),
    "a link": Case("[t](https://e.com)", "t (https://e.com)", "<https://e.com|t>", "[t](https://e.com)", "t"),
    "a link whose text is its address": Case(
        "[https://e.com](https://e.com)", "https://e.com", "<https://e.com>", "https://e.com"
    ),
    "a link in angle brackets": Case("<https://e.com>", "https://e.com", "<https://e.com>", "<https://e.com>"),
    "a bare address": same("at https://e.com/?a=1&b", "at https://e.com/?a=1&b")._replace(
        mrkdwn="at https://e.com/?a=1&amp;b"
    ),
    "a link of reference": Case(
        "[t][1]\n\n[1]: https://e.com/a?b&c",
        "t (https://e.com/a?b&c)",
        "<https://e.com/a?b&amp;c|t>",
        "[t](https://e.com/a?b&c)",
        "t",
    ),
    "a link with emphasis": Case(
        "[a **b**](https://e.com)", "a b (https://e.com)", "<https://e.com|a b>", "[a **b**](https://e.com)", "a b"
    ),
    "a link over two lines": Case(
        "[a\nb](https://e.com)", "a\nb (https://e.com)", "<https://e.com|a b>", "[a\nb](https://e.com)", "a\nb"
    ),
    "a link with brackets": Case(
        "[a \\[b\\]](https://e.com/(x)|y)",
        "a [b] (https://e.com/(x)|y)",
        "<https://e.com/(x)%7Cy|a [b]>",
        "[a \\[b\\]](https://e.com/(x)|y)",
        "a [b]",
    ),
    "a link with half a parenthesis": Case(
        "[t](<https://e.com/a)b c>)",
        "t (https://e.com/a)b c)",
        "<https://e.com/a)b%20c|t>",
        "[t](https://e.com/a%29b%20c)",
        "t",
    ),
    "a link without text": same("[](https://e.com)", "https://e.com"),
    "a link to nowhere": same("[t](other.md)", "t (other.md)"),
    "a link of a picture": same("[![alt](p.png)](https://e.com)", "https://e.com"),
    "an e-mail address": Case("<a@e.com>", "a@e.com", "a@e.com", "a@e.com"),
    "headings": Case(
        "# A\n\ntext\n\n#### B **c**\ntext",
        "A\n\ntext\n\nB c\ntext",
        "*A*\n\ntext\n\n*B c*\ntext",
        "# A\n\ntext\n\n**B c**\ntext",
    ),
    "an underlined heading": Case("A\n===\nb", "A\nb", "*A*\nb", "# A\nb"),
    "two dashes are text": same("Regards\n--\nAda", "Regards\n--\nAda"),
    "a list": Case("Now:\n- a\n* b\n+ c", "Now:\n• a\n• b\n• c", "Now:\n• a\n• b\n• c", "Now:\n- a\n- b\n- c"),
    "a loose list": Case("- a\n\n- b", "• a\n\n• b", "• a\n\n• b", "- a\n\n- b"),
    "numbers": Case("3. a\n3. b\n\n1) c", "3. a\n4. b\n\n1) c", "3. a\n4. b\n\n1) c", "3. a\n4. b\n\n1) c"),
    "lists in lists": Case(
        "- a\n  - b\n    c\n    1. d\n- e",
        "• a\n  • b\n    c\n    1. d\n• e",
        "• a\n  • b\n    c\n    1. d\n• e",
        "- a\n  - b\n    c\n    1. d\n- e",
    ),
    "paragraphs in an item": Case("- a\n\n  b", "• a\n\n  b", "• a\n\n  b", "- a\n\n  b"),
    "an empty item": Case("- \n- b", "• b", "• b", "- b"),
    "a quotation": Case(
        "> a\nb\n>\n> c\n\nd", "> a\n> b\n>\n> c\n\nd", "> a\n> b\n>\n> c\n\nd", "> a\n> b\n>\n> c\n\nd"
    ),
    "a quotation in a quotation": Case("> a\n>> b", "> a\n> > b", "> a\n> b", "> a\n> b"),
    "a list in a quotation": Case("> - a\n> - b", "> • a\n> • b", "> • a\n> • b", "> - a\n> - b"),
    "a fenced block": Case(
        "a:\n```py x\nif a < b:\n\n    c \n```\nd",
        "a:\nif a < b:\n\n    c\nd",
        "a:\n```\nif a &lt; b:\n\n    c\n```\nd",
        "a:\n```py\nif a < b:\n\n    c\n```\nd",
    ),
    "an indented block": Case("    *a*\n\nb", "*a*\n\nb", "```\n*a*\n```\n\nb", "```\n*a*\n```\n\nb"),
    "a block in an item": Case(
        "- a\n  ```\n  b\n  ```", "• a\n  b", "• a\n  ```\n  b\n  ```", "- a\n  ```\n  b\n  ```"
    ),
    "an empty block": Case("```\n```", "", "", ""),
    "a break in a quotation": same("> a\n>\n> ***\n> b", "> a\n>\n> ---\n> b"),
    "nothing": Case("", "", "", ""),
    "blank": Case(" \n\t\n", "", "", ""),
    "pictures leave": same("a ![x](x.png) b\n![y](y.png)\nc", "a b\nc"),
    "a paragraph of pictures vanishes": same("a\n\n![x](x.png)\n![y](y.png)\n\nb", "a\n\nb"),
    "no marks around what left": same("**![x](x.png)** a", "a"),
    "task lists are text": Case("- [ ] a\n- [x] b", "• [ ] a\n• [x] b", "• [ ] a\n• [x] b", "- [ ] a\n- [x] b"),
    "no heading without a space": same("#tag first", "#tag first"),
}


MARKDOWN = {
    "a line end stays": "one  \ntwo",
    "hard breaks are line ends": "a  \nb  \nc",
    "blank ends and trailing spaces": "a  \nb",
    "carriage returns": "a  \nb\n\nc",
    "a link over two lines": "[a  \nb](https://e.com)",
    "headings": "# A\n\ntext\n\n#### B **c**\ntext",
    "two dashes are text": "Regards  \n--  \nAda",
    "lists in lists": "- a\n  - b  \n    c\n    1. d\n- e",
    "a quotation": "> a  \n> b\n>\n> c\n\nd",
    "a quotation in a quotation": "> a\n> > b",
    "a fenced block": "a:\n```\nif a < b:\n\n    c\n```\nd",
    "pictures leave": "a b  \nc",
    "no heading without a space": "\\#tag first",
}
"""Where Markdown for Reddit is not as Discord's."""


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("form", Form)
def test_form(name: str, form: Form) -> None:
    case = CASES[name]
    facets = case.plain if case.facets is None else case.facets
    expected = {
        Form.PLAIN: case.plain,
        Form.FACETS: facets,
        Form.MRKDWN: case.mrkdwn,
        Form.DISCORD: case.discord,
        Form.MARKDOWN: MARKDOWN.get(name, case.discord),
        Form.LITTLE_TEXT: case.plain,
    }
    text = render(case.markdown, form).text
    assert (little.plain(text) if form is Form.LITTLE_TEXT else text) == expected[form]


# --- Reddit ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("2^10 and ^this", "2\\^10 and \\^this"),
        ("`2^10 #a`", "`2^10 #a`"),
        ("https://e.com/a^b#c", "https://e.com/a^b#c"),
        ("see #GitOps, C# and a#b", "see \\#GitOps, C# and a#b"),
        ("# Title", "# Title"),
    ],
)
def test_reddit_raises_words_and_makes_headings_where_others_do_not(markdown: str, text: str) -> None:
    assert render(markdown, Form.MARKDOWN).text == text


# --- pictures -------------------------------------------------------------------------------------------------------


def test_pictures_are_attached_with_their_places() -> None:
    """ä ![a *big* one](a.png "title") and ![](<b c.png>)"""
    markdown = 'ä ![a *big* one](a.png "title") and ![](<b c.png>)'
    rendered = render(markdown, Form.PLAIN)
    assert rendered.images == (ImageRef("a big one", "a.png", 2, 31), ImageRef("", "b c.png", 36, 50))
    assert markdown[2:31] == '![a *big* one](a.png "title")'
    assert markdown[36:50] == "![](<b c.png>)"


def test_of_a_picture_in_a_picture_the_outer_one_counts() -> None:
    assert render("![a ![b](b.png) c](c.png)", Form.PLAIN).images == (ImageRef("a b c", "c.png", 0, 25),)


# --- people ---------------------------------------------------------------------------------------------------------

PEOPLE = {
    "alice": Person("Alice Doe", {"bluesky": "alice.example.com", "mastodon": "@alice@hachyderm.io", "slack": "U123"}),
    "bob": Person("Bob & Co"),
}


@pytest.mark.parametrize(
    ("provider", "form", "mention", "text"),
    [
        ("mastodon", Form.PLAIN, "@{handle}", "Thanks @alice@hachyderm.io and Bob & Co!"),
        ("bluesky", Form.FACETS, "@{handle}", "Thanks @alice.example.com and Bob & Co!"),
        ("slack", Form.MRKDWN, "<@{handle}>", "Thanks <@U123> and Bob &amp; Co!"),
        ("discord", Form.DISCORD, "<@{handle}>", "Thanks Alice Doe and Bob & Co!"),
    ],
)
def test_people(provider: str, form: Form, mention: str, text: str) -> None:
    rendered = render("Thanks @{alice} and @{bob}!", form, people=PEOPLE, provider=provider, mention=mention)
    assert rendered.text == text
    assert rendered.unknown_people == ()


def test_who_is_unknown_stays_as_typed() -> None:
    rendered = render("ä @{car_o_l*x*}", Form.DISCORD, people=PEOPLE, provider="discord")
    assert rendered.text == "ä @{car_o_l*x*}"
    rendered = render("ä @{carol}", Form.FACETS, people=PEOPLE, provider="bluesky")
    assert (rendered.text, rendered.facets) == ("ä @{carol}", ())
    assert rendered.unknown_people == (PersonRef("carol", 2, 10),)


def test_code_mentions_nobody() -> None:
    rendered = render("`@{alice}` and\n\n    @{carol}", Form.PLAIN, people=PEOPLE, provider="mastodon")
    assert rendered.text == "@{alice} and\n\n@{carol}"
    assert rendered.unknown_people == ()


# --- facets ---------------------------------------------------------------------------------------------------------


def test_facets() -> None:
    markdown = (
        "**Hé** @{alice}, [read *this*](https://e.com/a) at example.com/x. #GitOps @bob.test $aapl `#no @no.test`"
    )
    rendered = render(markdown, Form.FACETS, people=PEOPLE, provider="bluesky")
    assert rendered.text == "Hé @alice.example.com, read this at example.com/x. #GitOps @bob.test $aapl #no @no.test"
    assert rendered.facets == (
        Facet(3, 21, "mention", "alice.example.com"),
        Facet(23, 32, "link", "https://e.com/a"),
        Facet(36, 49, "link", "https://example.com/x"),
        Facet(51, 58, "tag", "GitOps"),
        Facet(59, 68, "mention", "bob.test"),
        Facet(69, 74, "tag", "$AAPL"),
    )


def test_a_mention_in_a_link_is_the_link() -> None:
    rendered = render("[ask @{alice}](https://e.com)", Form.FACETS, people=PEOPLE, provider="bluesky")
    assert rendered.text == "ask @alice.example.com"
    assert rendered.facets == (Facet(0, 22, "link", "https://e.com"),)


def test_a_facet_begins_after_the_marks_around_it() -> None:
    rendered = render("~~@{alice}~~", Form.FACETS, people=PEOPLE, provider="bluesky")
    assert rendered.text == "~~@alice.example.com~~"
    assert rendered.facets == (Facet(2, 20, "mention", "alice.example.com"),)


def test_only_bluesky_has_facets() -> None:
    for form in (Form.PLAIN, Form.MRKDWN, Form.DISCORD):
        assert render("[a](https://e.com) #b https://e.com", form).facets == ()


# --- places ---------------------------------------------------------------------------------------------------------


def test_places_lead_back_to_the_source() -> None:
    """Each word of the text is found where it stands in the Markdown."""
    markdown = "# Ä heading\n\n> quoted **bold** text\n\n- item `code`\n- [link](https://e.com) after &amp; end"
    for form in Form:
        rendered = render(markdown, form)
        for word in ("heading", "quoted", "bold", "text", "item", "code", "link", "after", "end"):
            assert rendered.source(rendered.text.index(word)) == markdown.index(word), (form, word)


def test_without_text_there_is_no_place() -> None:
    assert render("", Form.PLAIN).source(3) == 0
