"""Files for Reddit: a lease on a place in its storage, then a form with the file. Undocumented, and what clients do.

A leased file that no post names is forgotten. The lease lives about 15 minutes, so a later run uploads anew.
"""

from __future__ import annotations

from typing import Any

from postiz_ops import errors
from postiz_ops.model import Media
from postiz_ops.providers import base
from postiz_ops.providers.base import Http

LEASE = "/api/media/asset.json"


async def upload(http: Http, media: Media) -> dict[str, str]:
    """Upload one file: its ``id``, which galleries name, and its ``url``, which other posts name."""
    blob = await http.load(media)
    lease = (await http.post(LEASE, form={"filepath": blob.filename, "mimetype": blob.type})).json
    place: dict[str, Any] = lease.get("args") or {} if isinstance(lease, dict) else {}
    action = "https:" + base.said(place, "action", errors.Unavailable)
    fields = {str(row.get("name")): str(row.get("value")) for row in base.rows(place, "fields")}
    files = [base.Upload("file", blob.filename, blob.type, blob.data)]
    await http.post(action, form=fields, files=files, authorize=False)
    asset = base.said(lease.get("asset"), "asset_id", errors.Unavailable)
    return {"id": asset, "url": f"{action}/{base.said(fields, 'key', errors.Unavailable)}"}
