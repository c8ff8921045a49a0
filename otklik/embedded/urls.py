"""Which database the program works with: the one it was told, or the embedded server."""

import os
from typing import NamedTuple

from otklik import regions
from otklik.embedded.errors import EmbeddedError
from otklik.embedded.server import region_server


class DatabaseUrls(NamedTuple):
    """``app`` for the application's role; ``owner`` for the owner's, None where this program may not know it."""

    app: str
    owner: str | None


def database_urls() -> DatabaseUrls:
    """``DATABASE_URL`` and ``DATABASE_OWNER_URL`` if given, else the embedded server, started if need be.

    With the embedded server the database is that of the region OTKLIK_REGION.
    A web process may be given ``DATABASE_URL`` alone: it never needs the owner's password.
    """
    app = os.environ.get("DATABASE_URL")
    owner = os.environ.get("DATABASE_OWNER_URL")
    if app:
        return DatabaseUrls(app, owner or None)
    if owner:
        raise EmbeddedError(
            "Задан DATABASE_OWNER_URL, но не задан DATABASE_URL: задайте оба или ни одного."
        )
    server = region_server(regions.chosen())
    return DatabaseUrls(server.app_url, server.owner_url)
