"""The body of a delivery: CloudEvents 1.0 JSON. A disclosure's data is one JWE; a notice has no content.

The recipient is told neither the subject's key within the event nor what was withheld: either could say that there is
another child, or an address to keep safe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.facts.terms import Purpose
from hub.redaction import jwe

SOURCE = "/concern-hub"
TYPES = {
    Purpose.DISCLOSE: "uk.concernhub.disclosure.v1",
    Purpose.CORRECT: "uk.concernhub.correction.v1",
    Purpose.RECALL: "uk.concernhub.recall.v1",
    Purpose.NOTIFY: "uk.concernhub.notice.v1",
    Purpose.SUPPLEMENT: "uk.concernhub.supplement.v1",
}


def sealed_body(
    delivery_id: UUID,
    payload: Mapping[str, Any],
    keys: Sequence[tuple[str, bytes]],
    *,
    at: datetime,
    purpose: Purpose = Purpose.DISCLOSE,
) -> bytes:
    """Content, encrypted to every (key id, X25519 public key) that the recipient's channels may need."""
    text = _PAYLOAD.encode(payload).encode()
    return _event(delivery_id, purpose, "application/jose+json", jwe.seal(text, keys), at)


def notice_body(delivery_id: UUID, purpose: Purpose, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """A recall or notice: ids and reason codes alone."""
    return _event(delivery_id, purpose, "application/json", data, at)


def _event(delivery_id: UUID, purpose: Purpose, content_type: str, data: Any, at: datetime) -> bytes:
    return _ENVELOPE.encode(
        {
            "specversion": "1.0",
            "id": str(delivery_id),
            "source": SOURCE,
            "type": TYPES[purpose],
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "datacontenttype": content_type,
            "data": data,
        }
    ).encode()


def _encode(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no place in a disclosure")


_PAYLOAD = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_encode)
_ENVELOPE = json.JSONEncoder(separators=(",", ":"))
