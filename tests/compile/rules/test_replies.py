"""What is said of comments and later parts that are too long, where a post of that length is not."""

from __future__ import annotations

from tests.compile.repository import compiled, drafts, found

ACCOUNTS = """\
version: 1
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
accounts:
  acme-reddit: {provider: reddit, settings: {subreddit: python}}
  acme-linkedin: {provider: linkedin}
"""


def said(platform: str, body: str) -> list[str]:
    front = f"---\nplatforms: [{platform}]\ntitle: News\npublish_at: 2026-12-01 09:00\n---\n"
    return found({"content/post.md": f"{front}{body}\n"}, accounts=ACCOUNTS)


def test_a_later_part_that_is_too_long_as_far_as_we_know() -> None:
    assert said("reddit", f"In short\n\n---\n\n{'x' * 10_000}") == []
    assert said("reddit", f"In short\n\n---\n\n{'x' * 10_003}") == [
        (
            "10:1-10:10004 warning[PZ309] reply-too-long @acme-reddit: this part has 10,003 characters: `acme-reddit` "
            "takes 10,000 in a comment or a later part, as far as we know"
        ),
        "  help: shorten it by 3, or split it with a line of `---`",
    ]


def test_a_first_part_may_be_longer() -> None:
    assert said("reddit", "x" * 10_001) == []


def test_comments_on_linkedin_are_counted_without_backslashes() -> None:
    assert said("linkedin", f"In short\n\n:::comment\n{'(' * 1250}\n:::") == []
    (line, _) = said("linkedin", f"In short\n\n:::comment\n{'(' * 1251}\n:::")
    assert "warning[PZ309] reply-too-long @acme-linkedin: this part has 1,251 characters" in line


def test_comments_on_linkedin_are_compiled_as_people_read_them() -> None:
    post = """
        ---
        platforms: [linkedin]
        publish_at: 2026-12-01 09:00
        signature: team
        ---
        :::only reddit
        Not here
        :::

        ---

        First (with @{alice}) #one_two

        ---

        Second (with @{alice}) #one_two

        :::comment
        Third (with @{alice})
        :::
        """
    people = "people:\n  alice: {name: Alice (Doe), linkedin: 'urn:li:person:abc'}\n"
    made = compiled({"content/post.md": post, "signatures/team.md": "(The team)\n"}, accounts=ACCOUNTS + people)
    assert [part.text for part in drafts(made)["acme-linkedin"].parts] == [
        "First \\(with @[Alice \\(Doe\\)](urn:li:person:abc)\\) {hashtag|\\#|one\\_two}",
        "Second (with Alice (Doe)) #one_two\n\n(The team)",
        "Third (with Alice (Doe))",
    ]
