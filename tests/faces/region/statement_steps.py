"""Counting what a page asks of the database."""

import re

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FEWER_THAN = 12
_FRAME = re.compile(r"BEGIN|COMMIT|ROLLBACK|(RELEASE )?SAVEPOINT")  # of the transaction, and no question


def asked(client: Client, address: str) -> tuple[int, list[str]]:
    """Status and statements, for whoever comes first: kept figures are forgotten, names of themes are not."""
    caches["figures"].clear()
    with CaptureQueriesContext(connection) as taken:
        status = client.get(address).status_code
    return status, [one["sql"] for one in taken if not _FRAME.match(one["sql"])]
