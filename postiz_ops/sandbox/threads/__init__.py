"""A stand-in for the Threads API.

https://developers.facebook.com/documentation/threads/overview has the calls. Every number is a profile.
"""

from __future__ import annotations

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Route
from postiz_ops.sandbox.graph import VERSION
from postiz_ops.sandbox.threads import containers, posts
from postiz_ops.sandbox.threads.common import NAME

_NODE = VERSION + "/{node}"

PLATFORM = graph.platform(
    NAME,
    (
        Route("POST", _NODE + "/threads", containers.create),
        Route("GET", _NODE + "/threads", posts.listing),
        Route("POST", _NODE + "/threads_publish", posts.publish),
        Route("GET", _NODE + "/threads_publishing_limit", posts.limit),
        Route("GET", _NODE + "/replies", posts.own_replies),
        Route("GET", _NODE + "/conversation", posts.conversation),
        Route("GET", _NODE + "/(?:threads_)?insights", posts.insights),
        Route("GET", _NODE, posts.show),
        Route("DELETE", _NODE, posts.delete),
    ),
)
