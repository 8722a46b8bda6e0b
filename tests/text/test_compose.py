"""Signatures and hashtags at the end of a text."""

from __future__ import annotations

import pytest

from postiz_ops.model import Facet, Form
from postiz_ops.text.compose import append, with_hashtags
from postiz_ops.text.render import ImageRef, render


def test_append_moves_what_is_found() -> None:
    first = render("Read [this](https://e.com)", Form.FACETS)
    both = append(first, render("[Us](https://us.com) #a ![l](logo.png)", Form.FACETS))
    assert both.text == "Read this\n\nUs #a"
    assert both.facets == (
        Facet(5, 9, "link", "https://e.com"),
        Facet(11, 13, "link", "https://us.com"),
        Facet(14, 16, "tag", "a"),
    )
    assert both.images == (ImageRef("l", "logo.png", 24, 38),)


def test_what_was_appended_comes_from_the_end() -> None:
    both = append(render("**a** b", Form.PLAIN), render("signature", Form.PLAIN))
    assert [both.source(place) for place in (0, 2, 3, 7, 14)] == [2, 6, 7, 7, 7]


def test_nothing_before_or_after_needs_no_separator() -> None:
    text, empty = render("a", Form.PLAIN), render("", Form.PLAIN)
    assert append(text, empty).text == "a"
    assert append(empty, text).text == "a"
    assert append(text, text, separator=" · ").text == "a · a"


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("a", ["GitOps", "#python"], "a\n\n#GitOps #python"),
        ("", ["x"], "#x"),
        ("a", [], "a"),
        ("a", ["", "#", " "], "a"),
        ("a #GITOPS b", ["gitops", "b"], "a #GITOPS b\n\n#b"),
        ("a #gitopsy", ["gitops"], "a #gitopsy\n\n#gitops"),
        ("a https://e.com/#b", ["b"], "a https://e.com/#b\n\n#b"),
        ("(#a)", ["a"], "(#a)"),
        ("a", ["b", "B", "c"], "a\n\n#b #c"),
        ("ä", ["Straße"], "ä\n\n#Straße"),
    ],
)
def test_hashtags(text: str, tags: list[str], expected: str) -> None:
    assert with_hashtags(render(text, Form.PLAIN), tags, Form.PLAIN).text == expected


def test_hashtags_have_facets_on_bluesky() -> None:
    rendered = with_hashtags(render("ä #b", Form.FACETS), ["b", "c", "d🦋"], Form.FACETS)
    assert rendered.text == "ä #b\n\n#c #d🦋"
    assert [rendered.text[facet.start : facet.end] for facet in rendered.facets] == ["#b", "#c", "#d🦋"]
    assert [facet.value for facet in rendered.facets] == ["b", "c", "d🦋"]


def test_hashtags_are_escaped_for_slack() -> None:
    assert with_hashtags(render("a", Form.MRKDWN), ["r&d"], Form.MRKDWN).text == "a\n\n#r&amp;d"


def test_a_line_of_tags_is_no_heading_on_reddit() -> None:
    assert with_hashtags(render("a", Form.MARKDOWN), ["b", "c"], Form.MARKDOWN).text == "a\n\n\\#b \\#c"
    assert with_hashtags(render("a #b", Form.MARKDOWN), ["b"], Form.MARKDOWN).text == "a \\#b"
