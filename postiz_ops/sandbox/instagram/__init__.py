"""Stand-ins for Instagram's two content publishing APIs, with Facebook's login and with its own.

https://developers.facebook.com/docs/instagram-platform/content-publishing has the calls. They differ by host, and in
what only Facebook's login can: uploads of bytes, deleting. Every number is a professional account.
"""

from __future__ import annotations

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Route
from postiz_ops.sandbox.graph import VERSION
from postiz_ops.sandbox.instagram import comments, containers, media, nodes

NODE = VERSION + "/{node}"

EDGES = (
    Route("POST", NODE + "/media", containers.create),
    Route("GET", NODE + "/media", media.listing),
    Route("POST", NODE + "/media_publish", media.publish),
    Route("GET", NODE + "/content_publishing_limit", media.limit),
)
"""What only Instagram has; the rest is told apart by what a node is."""

PLATFORM = graph.platform(
    "instagram-standalone",
    (
        *EDGES,
        Route("GET", NODE + "/stories", media.stories),
        Route("POST", NODE + "/(?:comments|replies)", graph.either(comments.create, nodes.missing)),
        Route("GET", NODE + "/(?:comments|replies)", graph.either(comments.listing, nodes.missing)),
        Route("GET", NODE + "/insights", graph.either(media.insights, nodes.missing)),
        Route("GET", NODE, graph.either(nodes.show, nodes.missing)),
        Route("POST", NODE, graph.either(nodes.update, nodes.missing)),
        Route("DELETE", NODE, graph.either(nodes.delete, nodes.missing)),
    ),
)
"""graph.instagram.com."""
