"""Keep docs/schemas/accounts.json and post.json as the models have them: ``python -m tools.docs_schemas``."""

from __future__ import annotations

import json

from postiz_ops.report.schemas import accounts_schema, post_schema
from tools.blocks import DOCS

FOLDER = DOCS / "schemas"


def main() -> None:
    """Write both."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """File name -> content. The post's is the one without the names of a repository."""
    made = {"accounts.json": accounts_schema(), "post.json": post_schema()}
    return {name: json.dumps(schema, indent=2) + "\n" for name, schema in made.items()}


if __name__ == "__main__":
    main()
