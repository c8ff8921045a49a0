"""Loaded by `-p` before Django is: this process gets its own clone of the migrated template and the application's role.

Tests run as the application does: the owner builds one template, each parallel worker clones it, and everything
logs in as otklik_app. With DATABASE_URL and DATABASE_OWNER_URL an outside server is used, else the embedded one.
"""

import contextlib
import os
import shutil
from pathlib import Path

import psycopg
import pytest

from otklik.embedded import ensure_running
from tests import databases

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
CONTROLLER = WORKER == "main"


def _prepare() -> str:
    if CONTROLLER:
        if os.environ.get("DATABASE_URL"):
            owner, app = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
        else:
            server = ensure_running(purpose="test")
            owner, app = server.owner_url, server.app_url
        databases.drop_abandoned(owner)
        run = str(os.getpid())
        home = Path(f"/tmp/otklik-test-{run}")
        home.mkdir(exist_ok=True, mode=0o700)
        os.environ |= {
            "OTKLIK_TEST_OWNER": owner, "OTKLIK_TEST_APP": app, "OTKLIK_TEST_RUN": run, "OTKLIK_HOME": str(home),
            "OTKLIK_TEST_TEMPLATE": databases.template(owner, app),
        }
    clone = f"otklik_t_{os.environ['OTKLIK_TEST_RUN']}_{WORKER}"
    os.environ["DATABASE_URL"] = databases.with_database(os.environ["OTKLIK_TEST_APP"], clone)
    os.environ["DATABASE_OWNER_URL"] = databases.with_database(os.environ["OTKLIK_TEST_OWNER"], clone)
    os.environ["DJANGO_SETTINGS_MODULE"] = "otklik.settings"
    os.environ.setdefault("OTKLIK_LOG", "ERROR")
    os.environ.setdefault("OTKLIK_TRIAL_DATA", str(databases.ROOT.parent / "shared" / "data"))
    return clone


CLONE = _prepare()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop this process's clone; the controller also removes the scratch data folder."""
    from django.db import connections

    connections.close_all()
    with (
        psycopg.connect(os.environ["OTKLIK_TEST_OWNER"], autocommit=True) as owner,
        contextlib.suppress(psycopg.errors.InsufficientPrivilege),  # somebody still reads it: the next run drops it
    ):
        databases.drop(owner, CLONE)
    if CONTROLLER:
        shutil.rmtree(os.environ["OTKLIK_HOME"], ignore_errors=True)
