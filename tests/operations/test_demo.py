"""The demo region: repeatable, lively, and made by the same gates."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import Count

from otklik.acting import System, acting
from otklik.cases.models import (
    Alarm,
    Assignment,
    Case,
    CaseMessage,
    Clock,
    Mention,
    Registration,
    SavedView,
    UpperRequest,
)
from otklik.cases.problem_models import Problem, PublicNews, PublicProblem
from otklik.curating.models import AskPart, OfficialPage, SampledAnswer
from otklik.insight.models import PublicFigure
from otklik.intake.models import CarryBatch, Conflict, OutsideWord
from otklik.journal.models import Entry, Pending, Position, Seal
from otklik.operations.demo import stage_at
from otklik.operations.demo_curator import make_curated
from otklik.operations.demo_exchange import make_exchange
from otklik.operations.demo_logins import LOGINS, PASSWORD, demo_logins
from otklik.operations.demo_sheets import make_sheets
from otklik.operations.demo_wide import Wide, make_wide
from otklik.organisations import region_settings
from otklik.organisations.directories import duty_for
from otklik.organisations.models import Absence, User
from otklik.territory.tree import municipalities
from tests.databases import ROOT
from tests.making import at
from tests.operations import clones

SYSTEM = System("test")


def test_the_same_number_and_seed_give_the_same_digest_on_any_day(demo_region, django_db_blocker, tmp_path):
    now = "2027-01-03 23:30"  # a Sunday night in the New Year's holidays
    with django_db_blocker.unblock(), clones.clone_of(os.environ["OTKLIK_TEST_TEMPLATE"]) as name:
        assert clones.demo_in(name, tmp_path / "files", now=at(now)) == demo_region.digest


def test_every_municipality_has_cases_a_centre_phone_and_a_duty_person(patient):
    with acting(SYSTEM, read_only=True):
        with_cases = set(Case.objects.values_list("scope__municipality_id", flat=True)) - {None}  # the ЦУР's own
    places = list(municipalities())
    assert with_cases == {place.pk for place in places}
    assert all(duty_for(place) and region_settings.get("centre_phone", place.pk) for place in places)


def test_all_states_are_there_with_threads_promises_and_replies(patient):
    with acting(SYSTEM, read_only=True):
        assert set(Case.objects.values_list("state", flat=True)) == set(Case.State.values)
        assert Case.objects.filter(turn=2).exists()
        assert CaseMessage.objects.filter(turn=2, message__direction="in").exists()
        assert Clock.objects.filter(kind="fix", stopped_at=None).exists()
        assert OfficialPage.objects.count() == 24 and AskPart.objects.filter(state="replied").count() == 1
        assert SampledAnswer.objects.filter(good=True).exists()
        verbs = set(Entry.objects.values_list("verb", flat=True))
    assert verbs >= {"reply", "word", "redirect", "refute", "confirm", "silence", "set_aside", "link", "approve"}


def test_one_danger_waits_for_the_duty_person_and_the_others_are_taken_over(patient):
    with acting(SYSTEM, read_only=True):
        assert Alarm.objects.filter(confirmed_at=None).count() == 1
        alarm = Alarm.objects.get(confirmed_at=None)
        assert timedelta() < clones.NOW - alarm.raised_at < timedelta(minutes=10)
        assert all(Alarm.objects.exclude(pk=alarm.pk).values_list("taken_by", flat=True))


def test_five_percent_missed_their_date(patient):
    with acting(SYSTEM, read_only=True):
        clocks = Clock.objects.filter(kind__in=("answer", "final"))
        missed = {clock.case_id for clock in clocks if (clock.stopped_at or clones.NOW) > clock.due_at}
    assert len(missed) == 3 == round(0.05 * clones.CASES)


def test_nothing_lies_in_the_future(patient):
    with acting(SYSTEM, read_only=True):
        assert not Case.objects.filter(received_at__gte=clones.NOW).exists()
        assert not Entry.objects.filter(stream__startswith="case:", at__gte=clones.NOW).exists()


def test_everything_is_numbered_sealed_and_counted(patient):
    with acting(SYSTEM, read_only=True):
        assert not Pending.objects.exists()
        assert Seal.objects.get().last == Position.objects.count() == Entry.objects.count()
        from otklik.insight.models import CaseFact

        assert CaseFact.objects.count() == clones.STANDING


def test_somebody_can_log_in_in_each_role_and_nobody_else_has_a_password(patient):
    users = {user.username: user for user in User.objects.all()}
    with clones.light_passwords():
        for _label, username, password in demo_logins():
            assert password == PASSWORD and users[username].check_password(password)
    assert {login.role for login in LOGINS} == {
        "operator", "coordinator", "approver", "head", "curator", "analyst", "administrator", "security"
    }
    others = set(users) - {login.username for login in LOGINS}
    assert others and not any(users[name].has_usable_password() for name in others)


def test_the_region_says_that_it_is_a_demo(patient):
    assert region_settings.get("demo")["state"] == "ready"


def test_an_interrupted_demo_is_finished_and_a_finished_one_left_alone(django_db_blocker, tmp_path):
    from otklik.operations import demo

    class Cut(Exception):
        pass

    def cut(done: int, _all: int) -> None:
        if done == 15:
            raise Cut

    with (
        django_db_blocker.unblock(), clones.clone_of(os.environ["OTKLIK_TEST_TEMPLATE"]) as name,
        clones.inside(name, tmp_path / "files"), clones.light_passwords(),
    ):
        assert demo.is_empty() and demo.unfinished() is None
        with pytest.raises(Cut):
            demo.make_demo(40, 3, now=clones.NOW, progress=cut)
        assert demo.unfinished() is not None
        made = demo.make_demo(40, 3, now=clones.NOW, resume=True)
        with acting(SYSTEM, read_only=True):
            assert Case.objects.count() == 40 + clones.STANDING - clones.CASES
        assert (made.skipped, made.cases) == (15, 25)
        assert demo.unfinished() is None and demo.is_demo() and not demo.is_empty()


def test_the_command_makes_it_once_in_several_processes_with_the_same_digest(demo_region, django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), clones.clone_of(os.environ["OTKLIK_TEST_TEMPLATE"]) as name:
        ask = ["demo", "--cases", str(clones.CASES), "--seed", str(clones.SEED), "--json"]
        made = json.loads(otklik(name, tmp_path, *ask).stdout)
        assert made["digest"] == demo_region.digest and made["cases"] == clones.CASES
        again = json.loads(otklik(name, tmp_path, *ask, "--first").stdout)
        assert again["cases"] == 0


def test_the_command_does_not_mix_inventions_into_a_real_region(db, tmp_path):
    with clones.clone_of(os.environ["OTKLIK_TEST_TEMPLATE"]) as name:
        import psycopg

        with psycopg.connect(clones.owner_of(name), autocommit=True) as owner:
            owner.execute(
                "INSERT INTO organisations_user (username, full_name, password, position, phone, email, is_active,"
                " created_at) VALUES ('real', 'Настоящая', '!', '', '', '', true, now())"
            )
        refused = otklik(name, tmp_path, "demo", "--cases", "5", check=False)
        assert refused.returncode == 1 and "--yes" in refused.stderr
        assert otklik(name, tmp_path, "demo", "--cases", "5", "--first", "--json").returncode == 0


def otklik(name: str, home, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Run the command line on a database of ours."""
    environment = os.environ | {
        "DATABASE_URL": clones.app_of(name), "DATABASE_OWNER_URL": clones.owner_of(name), "OTKLIK_HOME": str(home),
    }
    if not (home / "secrets" / "contacts").exists():  # of who sealed the contacts of that database
        environment["OTKLIK_CONTACT_KEY"] = settings.OTKLIK_CONTACT_KEY
    done = subprocess.run(
        [sys.executable, "-m", "otklik", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def test_most_centres_have_problems_and_show_them_with_figures(patient):
    with acting(SYSTEM, read_only=True):
        shown = set(PublicProblem.objects.values_list("municipality_id", flat=True))
        assert Problem.objects.count() >= PublicProblem.objects.count() > 10
        assert len(shown) > 8
        assert set(PublicProblem.objects.values_list("state", flat=True)) >= {"open", "fixed"}
        assert PublicProblem.objects.filter(same__gt=0).exists() and PublicNews.objects.exists()
        assert PublicFigure.objects.filter(group=None, received__isnull=False).exists()


def test_what_stories_do_not_come_to_is_shown_too(patient):
    """Two registers, a register of one's own, a joint matter, requests to the ЦУР, notes, views, leave, mirrors."""
    with acting(SYSTEM, read_only=True):
        assert set(Registration.objects.values_list("regime", flat=True)) == {"law59", "law8", "pos"}
        assert Registration.objects.filter(own=True, serial=1).count() == 1
        two = Registration.objects.filter(ended_at=None).values("case").annotate(n=Count("id")).filter(n__gt=1)
        assert two.exists()
        assert set(Case.objects.values_list("regime", flat=True)) == {"social", "law59", "law8"}
        assert Assignment.objects.filter(part="co_executor").exclude(due_at=None).count() == 2
        assert UpperRequest.objects.filter(state="open").count() == 1
        assert Case.objects.filter(scope__kind="region").count() == 1
        assert Mention.objects.filter(seen_at=None).count() == 2
        assert SavedView.objects.filter(shared_with__isnull=False).exists() and Absence.objects.count() == 2
        assert Conflict.objects.filter(settled_at=None, aspect="executor").count() == 1
        assert Case.objects.filter(outside_numbers__isnull=False).distinct().count() >= 5
        assert CarryBatch.objects.get().rows and not OutsideWord.objects.filter(theme__isnull=False).exists()
        verbs = set(Entry.objects.values_list("verb", flat=True))
    assert verbs >= {"transfer", "register", "register_own", "hand_over", "ask_upper", "note", "mirror", "not_ours"}


def test_what_stands_beside_the_stories_is_made_once(patient):
    stage = stage_at(clones.SEED, clones.NOW)
    with acting(SYSTEM, read_only=True):
        before = Case.objects.count(), Entry.objects.filter(stream__startswith="case:").count()
    make_wide(Wide(stage))
    make_sheets(Wide(stage))
    assert make_curated(Wide(stage)) == 0 and make_exchange(Wide(stage)) == 0
    with acting(SYSTEM, read_only=True):
        assert (Case.objects.count(), Entry.objects.filter(stream__startswith="case:").count()) == before
