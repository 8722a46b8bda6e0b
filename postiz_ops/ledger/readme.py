"""The page that a person sees who opens the state branch on a forge."""

from __future__ import annotations

README = "README.md"
README_TEXT = b"""# State of the posts

`postiz-ops` writes this branch. It remembers what was published, so that nothing is published twice.

| file | holds |
|---|---|
| `deliveries/` | one file a delivery: a post, for an account, at a time |
| `accounts/` | the server that each account talks to, and the limits that it told |
| `analytics/` | the platforms' figures: one file an account and month, a line a reading |
| `index.json` | when there can be work to do again |
| `paused.json` | the brake, while it is on |
| `genesis.json` | the branch's own id |

Read it, protect it against deletion and force-pushes, and change it only through `postiz-ops`
(`resolve`, `retry`, `pause`, `resume`).
"""
