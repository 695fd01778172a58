"""Signatures of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
OCTETS = 32  # of a secret; the specification asks for 24 to 64


def new_secret() -> str:
    """A random secret, as receivers are given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(OCTETS)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """`v1,…` for one secret. Several stand side by side with a blank between them: while a secret is being replaced."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
