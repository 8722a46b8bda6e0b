"""A stand-in for Facebook's Pages API, and for Instagram's with Facebook's login, which share a host.

https://developers.facebook.com/documentation/pages-api/posts.md has the calls. Every number is a page. A token that
begins with ``user`` is a person's, which cannot write as a page; ``/me/accounts`` and ``?fields=access_token`` give
page tokens for it.
"""

from __future__ import annotations

from postiz_ops.sandbox import graph, instagram
from postiz_ops.sandbox.exchange import Route
from postiz_ops.sandbox.facebook import feed, nodes, pages, photos, videos
from postiz_ops.sandbox.facebook.common import NAME
from postiz_ops.sandbox.graph import VERSION, either
from postiz_ops.sandbox.instagram import comments as instagram_comments
from postiz_ops.sandbox.instagram import containers
from postiz_ops.sandbox.instagram import media as instagram_media
from postiz_ops.sandbox.instagram import nodes as instagram_nodes

_NODE = VERSION + "/{node}"

PLATFORM = graph.platform(
    NAME,
    (
        Route("POST", "/video-upload" + _NODE, videos.receive),
        Route("POST", "/ig-api-upload" + _NODE, containers.receive),
        Route("GET", VERSION + "/me/accounts", pages.accounts),
        Route("GET", VERSION + "/me/permissions", pages.permissions),
        Route("POST", _NODE + "/feed", feed.create),
        Route("GET", _NODE + "/(?:feed|posts|published_posts)", feed.listing),
        Route("POST", _NODE + "/photos", photos.create),
        Route("POST", _NODE + "/photo_stories", photos.story),
        Route("POST", _NODE + "/videos", videos.create),
        Route("POST", _NODE + "/video_reels", videos.reel),
        Route("POST", _NODE + "/video_stories", videos.story),
        *instagram.EDGES,
        Route("GET", _NODE + "/stories", either(instagram_media.own_stories, feed.stories)),
        Route("POST", _NODE + "/(?:comments|replies)", either(instagram_comments.create, feed.comment)),
        Route("GET", _NODE + "/(?:comments|replies)", either(instagram_comments.listing, feed.comments)),
        Route("GET", _NODE + "/insights", either(instagram_media.insights, pages.insights)),
        Route("GET", _NODE, either(instagram_nodes.show, nodes.show)),
        Route("POST", _NODE, either(instagram_nodes.update, nodes.update)),
        Route("DELETE", _NODE, either(instagram_nodes.delete, nodes.delete)),
    ),
)
"""graph.facebook.com, graph-video.facebook.com and rupload.facebook.com."""
