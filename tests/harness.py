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

from otklik.embedded import ensure_running, home_folder
from tests import bases, databases

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
CONTROLLER = WORKER == "main"
SERVER_HOME = home_folder()  # before this process gets a scratch folder of its own


def _prepare() -> str:
    os.environ.setdefault("OTKLIK_TEST_RUN", str(os.getpid()))
    home = _scratch() / WORKER  # databases are apart, so files are too
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["OTKLIK_HOME"] = str(home)
    if CONTROLLER:
        if os.environ.get("DATABASE_URL"):
            owner, app = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
        else:
            server = ensure_running(SERVER_HOME, purpose="test")
            owner, app = server.owner_url, server.app_url
        databases.drop_abandoned(owner)
        os.environ |= {
            "OTKLIK_TEST_OWNER": owner, "OTKLIK_TEST_APP": app, "OTKLIK_TEST_TEMPLATE": databases.template(owner, app),
            "OTKLIK_TEST_BASE": str(bases.made(SERVER_HOME / "test-bases")),
        }
    bases.lay(Path(os.environ["OTKLIK_TEST_BASE"]), home)
    clone = f"otklik_t_{os.environ['OTKLIK_TEST_RUN']}_{WORKER}"
    os.environ["DATABASE_URL"] = databases.with_database(os.environ["OTKLIK_TEST_APP"], clone)
    os.environ["DATABASE_OWNER_URL"] = databases.with_database(os.environ["OTKLIK_TEST_OWNER"], clone)
    os.environ["DJANGO_SETTINGS_MODULE"] = "otklik.settings"
    os.environ.setdefault("OTKLIK_LOG", "ERROR")
    os.environ.setdefault("OTKLIK_TRIAL_DATA", str(databases.ROOT.parent / "shared" / "data"))
    return clone


def _scratch() -> Path:
    return Path(f"/tmp/otklik-test-{os.environ['OTKLIK_TEST_RUN']}")


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
        shutil.rmtree(_scratch(), ignore_errors=True)
