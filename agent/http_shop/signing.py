"""Who asks, and what exactly: an HMAC over each request, in the manner of Standard Webhooks.

Three headers: `Candor-Id` (for a write the same as its `Idempotency-Key`, otherwise a random word), `Candor-Timestamp`
(seconds since 1970) and `Candor-Signature` (`v1,` and the base64 of HMAC-SHA256 over the five lines of `sign`).
"""

import base64
import hashlib
import hmac

ID, TIMESTAMP, SIGNATURE = "candor-id", "candor-timestamp", "candor-signature"


def sign(secret: str, request_id: str, timestamp: int, method: str, path: str, body: bytes) -> str:
    """The value of `Candor-Signature`. `path` is as it stands in the request line, with percent signs; `body` may be empty."""
    # No header and no path has a line break in it, so no two requests have the same lines.
    head = "\n".join((request_id, str(timestamp), method, path, ""))
    digest = hmac.digest(secret.encode(), head.encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
