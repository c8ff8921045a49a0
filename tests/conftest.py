"""The harness: tests run as the application does, on a clone of a migrated database, logged in as otklik_app.

Fixtures: `db` (pytest-django's, rolled back), `committed` (real commits, cleaned by the owner's TRUNCATE),
`owner_url`; the makers of people and cases are in `tests/making.py`.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # `from tests.making import …` anywhere

from tests import databases  # noqa: E402

os.environ["DJANGO_SETTINGS_MODULE"] = "otklik.settings"
os.environ.setdefault("OTKLIK_LOG", "ERROR")
if "OTKLIK_TRIAL_DATA" not in os.environ:
    os.environ["OTKLIK_TRIAL_DATA"] = str(databases.ROOT.parent / "shared" / "data")


def pytest_configure(config: pytest.Config) -> None:
    """Before Django is loaded: this process gets its own clone and the application's role."""
    from otklik.embedded import ensure_running

    if "OTKLIK_TEST_OWNER" in os.environ:  # an xdist worker: the controller has found the server
        owner, app = os.environ["OTKLIK_TEST_OWNER"], os.environ["OTKLIK_TEST_APP"]
    elif os.environ.get("DATABASE_URL"):
        owner, app = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    else:
        server = ensure_running(purpose="test")
        owner, app = server.owner_url, server.app_url
    if "PYTEST_XDIST_WORKER" not in os.environ:
        databases.drop_abandoned(owner)
        os.environ |= {
            "OTKLIK_TEST_OWNER": owner, "OTKLIK_TEST_APP": app, "OTKLIK_TEST_RUN": str(os.getpid()),
            "OTKLIK_TEST_TEMPLATE": databases.template(owner, app),
        }
    name = f"otklik_t_{os.environ['OTKLIK_TEST_RUN']}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    config.stash[CLONE] = name
    os.environ["DATABASE_URL"] = databases.with_database(app, name)
    os.environ["DATABASE_OWNER_URL"] = databases.with_database(owner, name)
    home = Path(f"/tmp/otklik-test-{os.environ['OTKLIK_TEST_RUN']}")
    home.mkdir(exist_ok=True, mode=0o700)
    os.environ["OTKLIK_HOME"] = str(home)
    os.environ.setdefault("OTKLIK_TEST_HOME", str(home))


CLONE = pytest.StashKey[str]()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop this process's clone; the controller also removes the scratch data folder."""
    import shutil

    owner = os.environ.get("OTKLIK_TEST_OWNER")
    if not owner or CLONE not in config.stash:
        return
    with psycopg.connect(owner, autocommit=True) as connection:
        databases.drop(connection, config.stash[CLONE])
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ["OTKLIK_TEST_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker) -> None:
    """Instead of Django's own test database: a clone of the template, and proof that we are no owner."""
    databases.clone(
        os.environ["OTKLIK_TEST_OWNER"], os.environ["OTKLIK_TEST_TEMPLATE"], request.config.stash[CLONE]
    )
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == ("otklik_app", False), "tests must log in as the application does"


@pytest.fixture
def owner_url() -> str:
    """The owner's address of this process's clone."""
    return os.environ["DATABASE_OWNER_URL"]


# Reference data stays; everything that people and jobs write is cleaned.
KEPT_TABLES = (
    "django_migrations", "django_content_type", "auth_permission", "territory_%", "classifier_%", "policy_%",
    "organisations_organisation", "channels_account", "procrastinate_version",
)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker, owner_url: str) -> Iterator[None]:
    """For tests that need real commits (several connections, a browser, a killed process)."""
    from django.db import connections

    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            clean(owner_url)


def clean(owner_url: str) -> None:
    """TRUNCATE by the owner: the application's role may not."""
    kept = " AND ".join(f"tablename NOT LIKE '{name}'" for name in KEPT_TABLES)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        rows = owner.execute(f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND {kept}").fetchall()
        owner.execute("TRUNCATE " + ", ".join(f'"{name}"' for (name,) in rows) + " RESTART IDENTITY")
        owner.execute("DELETE FROM organisations_organisation WHERE code LIKE 'own-%' OR code LIKE 'test-%'")
        owner.execute("DELETE FROM channels_account WHERE channel = 'sheet'")


@pytest.fixture
def trial_data() -> Path:
    """The folder of real data; the test is skipped, by name, where it is absent."""
    folder = Path(os.environ["OTKLIK_TRIAL_DATA"])
    if not folder.is_dir():
        pytest.skip(f"trial data not there: {folder}")
    return folder
