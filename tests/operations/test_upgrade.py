"""A region that part 1 left is brought to today's tables with nothing lost, and work goes on in it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from otklik.acting import System, acting
from tests.operations import clones, upgrades
from tests.operations.test_demo import otklik

# What a release may say anew by itself: directories shipped with the program, what Django and the queue keep, and the
# facts of the figures, which are derived from cases by the job that follows the journal (here: from its beginning).
OUR_OWN_FACTS = ("django_", "auth_", "procrastinate_", "classifier_", "policy_", "territory_",
                 "organisations_organisation", "channels_account", "insight_casefact", "journal_follower")  # fmt: skip
# Tables that went, and where what they said is now.
GONE = {"insight_dayfigure": "counted from cases anew, into the cells of insight/models.py"}
SYSTEM = System("test")


@dataclass(frozen=True)
class Upgraded:
    """The database after `otklik migrate`, its data folder, and what stood in people's tables before."""

    name: str
    home: Path
    before: dict[str, set[str]]
    old_columns: dict[str, list[str]]
    counts: dict[str, int]


@pytest.fixture(scope="module")
def upgraded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Upgraded]:
    home = tmp_path_factory.mktemp("part1")
    (home / "secrets").mkdir(mode=0o700)
    (home / "secrets" / "contacts").write_text(upgrades.CONTACT_KEY)
    with django_db_blocker.unblock(), upgrades.part1(home) as name:
        with psycopg.connect(clones.owner_of(name)) as owner:
            old = upgrades.columns(owner)
            before = {table: upgrades.rows(owner, table, names) for table, names in old.items()}
            counts = {table: len(rows) for table, rows in before.items()}
        otklik(name, home, "migrate")
        yield Upgraded(name, home, before, old, counts)


@pytest.fixture
def old_region(upgraded, django_db_blocker, settings) -> Iterator[Upgraded]:
    """Django works in the upgraded database."""
    settings.OTKLIK_CONTACT_KEY = upgrades.CONTACT_KEY
    with django_db_blocker.unblock(), clones.inside(upgraded.name, upgraded.home / "files"):
        yield upgraded


def test_everything_that_people_wrote_stands_as_it_stood(upgraded):
    with psycopg.connect(clones.owner_of(upgraded.name)) as owner:
        now = upgrades.columns(owner)
        changed = {
            table: sorted(upgraded.before[table] ^ rows)[:3]
            for table, names in upgraded.old_columns.items()
            if not table.startswith(OUR_OWN_FACTS) and set(names) <= set(now.get(table, []))
            and (rows := upgrades.rows(owner, table, names)) != upgraded.before[table]
        }
    assert changed == {}
    gone = {
        table: set(names) - set(now.get(table, []))
        for table, names in upgraded.old_columns.items()
        if table not in GONE and set(names) - set(now.get(table, []))
    }
    assert gone == {}, "a column of part 1 is gone: say here where its words went"


def test_its_tables_are_those_of_a_fresh_database(upgraded):
    with (
        psycopg.connect(clones.owner_of(upgraded.name)) as old,
        psycopg.connect(clones.owner_of(os.environ["OTKLIK_TEST_TEMPLATE"])) as fresh,
    ):
        ours, theirs = upgrades.shape(old), upgrades.shape(fresh)
    for what in ours:
        assert ours[what] == theirs[what], what


def test_the_doctor_finds_nothing_wrong(upgraded):
    said = _doctor(upgraded, "--deep")
    assert said["ok"], said["findings"]
    assert {f["check"] for f in said["findings"]} <= {"calendar", "worker", "disk"}, said["findings"]


def test_migrating_twice_changes_nothing(upgraded):
    with psycopg.connect(clones.owner_of(upgraded.name)) as owner:
        tables = upgrades.columns(owner)
        before = {t: upgrades.rows(owner, t, c) for t, c in tables.items()}
    otklik(upgraded.name, upgraded.home, "migrate")
    with psycopg.connect(clones.owner_of(upgraded.name)) as owner:
        assert {t for t, c in tables.items() if upgrades.rows(owner, t, c) != before[t]} == set()


def test_cases_keep_their_regime_clocks_and_contacts(old_region):
    from otklik.cases.models import Case, Clock
    from otklik.residents.contacts import show
    from otklik.residents.models import Contact

    with acting(SYSTEM, read_only=True):
        assert Case.objects.count() == 69
        assert set(Case.objects.values_list("regime", flat=True)) == {"social"}
        assert not Clock.objects.filter(policy_version="").exists()
        answered = Case.objects.get(number=68)
        assert (answered.state, answered.scope.code) == ("answered", "gorod-kamyshin")
        phones = {show(contact) for contact in Contact.objects.filter(kind="phone")}
    assert "+79000000200" in phones


def test_work_goes_on_in_it(old_region, client):
    from django.utils import timezone

    from otklik.answers.approval import approve, send_to_review
    from otklik.answers.models import Answer
    from otklik.answers.publishing import publish
    from otklik.cases.models import Case
    from otklik.insight.rebuilding import differences
    from otklik.operations.beats import follow_journal, seal_journal
    from otklik.organisations.models import User
    from otklik.organisations.staffing import staff_actor
    from tests.making import send

    people = {user.username: user for user in User.objects.all()}
    coordinator = staff_actor(people["coordinator"], timezone.localdate())
    with acting(coordinator, read_only=True):
        draft = Answer.objects.get(case__number=69)
    send_to_review(coordinator, draft.pk)
    approve(staff_actor(people["approver"], timezone.localdate()), draft.pk)
    publish(coordinator, draft.pk)
    sent = send()
    with acting(SYSTEM, read_only=True):
        assert Case.objects.get(number=69).state == Case.State.ANSWERED
        assert Case.objects.get(pk=sent.case_id).number == 70
    client.force_login(people["coordinator"])
    for page in ("/desk/", "/desk/case/34-000069/", "/region/", "/"):
        assert client.get(page, follow=True).status_code == 200, page
    follow_journal(timezone.now())
    assert not differences(), "the figures were derived anew and are those of the cases"
    seal_journal(timezone.now())
    said = _doctor(old_region)
    assert said["ok"], said["findings"]


def _doctor(region: Upgraded, *arguments: str) -> dict[str, Any]:
    done = otklik(region.name, region.home, "doctor", "--json", *arguments, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
