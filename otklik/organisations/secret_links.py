"""Secret tokens of links: given out once, kept only as a hash."""

import hashlib
import secrets


def new_token() -> tuple[str, str]:
    """A fresh token (160 bits, URL-safe) and the hash to keep."""
    token = secrets.token_urlsafe(20)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """The hash under which a token is looked up. No salt: the token itself is random."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
