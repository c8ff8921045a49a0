"""Fixtures: `db` (pytest-django's, rolled back), `committed` (real commits, cleaned by the owner),
`owner_url`, `trial_data`; those with a browser are in `tests/browser/live.py`, `world` in `tests/browser/kept.py`. The
makers of people and cases are in `tests/making.py`, the harness in `tests/harness.py`.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest

from tests import databases, harness, tables

pytest_plugins = ["tests.browser.kept", "tests.browser.live"]

# How long an example takes says how busy the machine is, not whether we are right. The examples are the same in every
# run, so that a run tells of the change; OTKLIK_SEARCH=1 looks for new ones.
_UNHURRIED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("same", derandomize=True, **_UNHURRIED)
hypothesis.settings.register_profile("searching", **_UNHURRIED)
hypothesis.settings.load_profile("searching" if os.environ.get("OTKLIK_SEARCH") == "1" else "same")


# Those that take half a minute and more, the longest first: `make test` starts with them, so that no worker of the run
# has one left when the others have nothing more to do.
LONGEST = (
    "tests/faces/test_every_page.py::test_every_page_on_a_phone", "tests/faces/test_axe.py::test_pages_of_staff",
    "tests/operations/test_bundle.py", "tests/bad_input/test_forms.py", "tests/bad_input/test_requests.py",
    "tests/faces/test_axe.py", "tests/faces/test_axe_states.py", "tests/bad_input/test_addresses.py",
    "tests/bad_input/", "tests/faces/test_every_page.py", "tests/faces/test_language.py", "tests/operations/",
    "tests/browser/",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a worker: the longest tests first, and one worker makes the demo region (ten seconds of work) for all who look
    at it. Before xdist looks at groups. By hand they stand as they are written.
    """
    if not harness.CONTROLLER:
        for item in items:
            if "demo_region" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group("demo"))
            # xdist 3.8 writes the group into a name that pytest 9.2 no longer reads: no group would be kept together.
            groups = {str(mark.args[0]) for mark in item.iter_markers("xdist_group")}
            if groups and hasattr(item, "_id"):
                item._id = type(item._id).parse(f"{item.nodeid}@{'_'.join(sorted(groups))}")
        items.sort(key=lambda item: next((n for n, one in enumerate(LONGEST) if item.nodeid.startswith(one)), 99))


def pytest_collection_finish() -> None:
    """What stands now stays to the end: each full collection of rubbish need not look through all of it again. And
    rubbish is looked for after 20,000 new things, not after 700: a request makes more, a tenth of all work was that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> None:
    """Instead of Django's own test database: a clone of the template, and proof that we are no owner."""
    databases.clone(
        os.environ["OTKLIK_TEST_OWNER"], os.environ["OTKLIK_TEST_TEMPLATE"], harness.CLONE
    )
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == ("otklik_app", False), "tests must log in as the application does"


@pytest.fixture(scope="session", autouse=True)
def shipped_rounds() -> Iterator[int]:
    """Passwords are hashed as the application does, but in one round: all of them take a quarter of a second, and tests
    log in hundreds of times. The value is how many rounds there are outside tests.
    """
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    shipped = PBKDF2PasswordHasher.iterations
    PBKDF2PasswordHasher.iterations = 1
    yield shipped
    PBKDF2PasswordHasher.iterations = shipped


@pytest.fixture(autouse=True)
def nothing_kept_of_another_test() -> None:
    """What a process keeps for some seconds (names of places, rows of figures, themes and streets to read by) was read
    from another test's world; a version of a reader is known by its number, which comes again after `committed`.
    """
    from django.core.cache import caches

    from otklik.cases import executors, knowledge
    from otklik.faces.portal import places

    for name in ("default", "figures"):
        caches[name].clear()
    places.forget()
    executors._cached = None
    if knowledge._cached is not None:  # a second's work: kept while its stamp is that of this test's world
        stamp, _looked_at, known = knowledge._cached
        knowledge._cached = (stamp, float("-inf"), known)


@pytest.fixture(scope="session", autouse=True)
def static_files_listed_once() -> None:
    """Each client of a test loads the middleware anew, and WhiteNoise reads its folder of two hundred files again: a
    sixth of the work of a test that opens a page. What it read is kept for all clients that read it the same way.
    """
    from whitenoise.base import WhiteNoise

    listing = WhiteNoise.update_files_dictionary
    known: dict[tuple[object, ...], dict[str, object]] = {}

    def listed(self: WhiteNoise, root: str, prefix: str) -> None:
        how = (root, prefix, self.max_age, self.charset, self.allow_all_origins, self.add_headers_function)
        if how not in known:
            before = dict(self.files)
            listing(self, root, prefix)
            known[how] = {url: one for url, one in self.files.items() if url not in before}
        self.files.update(known[how])

    WhiteNoise.update_files_dictionary = listed  # type: ignore[method-assign]


@pytest.fixture
def owner_url() -> str:
    """The owner's address of this process's clone."""
    return os.environ["DATABASE_OWNER_URL"]


# Reference data stays; everything that people and jobs write is cleaned.
KEPT_TABLES = (
    "django_migrations", "django_content_type", "auth_permission", "territory_%", "classifier_%", "policy_%",
    "organisations_organisation", "channels_account", "procrastinate_version",
)
FORMULA = "version, valid_from, data::text, added_at"  # as text: psycopg would give JSON as a dict


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
    """By the owner: the application's role may not."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        # The shipped formula of the rating is reference data, too, but its table points at people, who go.
        shipped = owner.execute(f"SELECT {FORMULA} FROM insight_ratingformula WHERE added_by_id IS NULL").fetchall()
        tables.empty(owner, KEPT_TABLES)
        for row in shipped:
            owner.execute(
                "INSERT INTO insight_ratingformula (version, valid_from, data, added_at) VALUES (%s, %s, %s, %s)",
                row,
            )
        # Ids go on: an edition's id tells each process that its copy of the boundaries is old.
        owner.execute("TRUNCATE territory_boundary, territory_boundaryedition, territory_street CASCADE")
        owner.execute("TRUNCATE territory_learnedname, classifier_classifierdraft")
        owner.execute("DELETE FROM organisations_organisation WHERE code LIKE 'own-%' OR code LIKE 'test-%'")
        owner.execute("DELETE FROM channels_account WHERE channel NOT IN ('portal', 'phone')")


@pytest.fixture
def trial_data() -> Path:
    """The folder of real data; the test is skipped, by name, where it is absent."""
    folder = Path(os.environ["OTKLIK_TRIAL_DATA"])
    if not folder.is_dir():
        pytest.skip(f"trial data not there: {folder}")
    return folder
