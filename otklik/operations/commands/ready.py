"""Getting Django ready for a command: the database found or started, the role chosen."""

import os

from otklik.embedded import database_urls
from otklik.failures import Failure


def django_ready(*, owner: bool = False) -> None:
    """Set up Django as the application's role, or as the owner (migrate, backup, restore only).

    Raises `Failure` when the owner is needed and not known.
    """
    urls = database_urls()
    os.environ["DATABASE_URL"] = urls.app
    if owner:
        if not urls.owner:
            raise Failure("Нужен владелец базы: задайте DATABASE_OWNER_URL рядом с DATABASE_URL.")
        os.environ |= {"DATABASE_OWNER_URL": urls.owner, "OTKLIK_DB_AS": "owner"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    import django

    django.setup()
