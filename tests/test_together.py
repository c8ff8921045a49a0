"""Several questions in one statement come back as the objects that each would have given alone."""

import pytest
from django.db import connection
from django.db.models import Count, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from otklik.acting import acting
from otklik.cases.models import Assignment, Case, CaseMessage, Clock, Remark
from otklik.cases.outcome_filling import earlier_question, stops_question
from otklik.cases.reading import OF_THREAD
from otklik.faces.desk.case_ahead import OF_EVERY_CASE
from otklik.journal.models import Entry
from otklik.together import _written, about, ahead, asked, counted, together
from tests.cases.steps import answered, assigned, coordinator, o_clock, received
from tests.making import SYSTEM, reread

pytestmark = pytest.mark.django_db


def test_every_value_and_everything_joined_is_the_same_as_one_by_one():
    who, case_id = coordinator(), received().case_id
    assigned(who, case_id, o_clock("10:10"))
    answered(who, case_id, o_clock("12:00"))
    case = reread(case_id)
    questions = {
        "clocks": Clock.objects.filter(case=case).order_by("-id"),
        "tasks": Assignment.objects.filter(case=case).select_related("organisation__territory", "assigned_by"),
        "messages": CaseMessage.objects.filter(case=case).select_related("message__delivery", "message__resident"),
        "entries": Entry.objects.filter(stream=f"case:{case_id}").order_by("seq"),
        "counted": Case.objects.annotate(n=Count("clocks"), word=Value("да")).order_by("id"),
        "wide": Clock.objects.filter(case=case).select_related("case__territory", "case__scope", "case__account"),
        "none": Remark.objects.filter(case=case, verb="никогда"),
        "of none": Clock.objects.filter(case__in=[]).select_related("case"),
    }
    with acting(SYSTEM, read_only=True):
        with CaptureQueriesContext(connection) as queries:
            found = together(questions)
        assert len(queries) == 1
        numbers = counted({"of none": questions["of none"], "clocks": questions["clocks"]})
        assert numbers == {"of none": 0, "clocks": len(found["clocks"])}
        for name, query in questions.items():
            alone = list(query.all())
            assert [_plain(one) for one in found[name]] == [_plain(one) for one in alone], name
        assert found["tasks"][0].organisation.territory.name == list(questions["tasks"])[0].organisation.territory.name
        assert (found["counted"][0].n, found["counted"][0].word) == (len(found["clocks"]), "да")
        with CaptureQueriesContext(connection) as queries:
            assert found["messages"][-1].message.delivery.state == "done"
            assert found["tasks"][0].assigned_by is not None
        assert len(queries) == 0


def _plain(one):
    values = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
    return {name: bytes(v) if isinstance(v, memoryview) else v for name, v in values.items()}


def test_what_was_asked_ahead_is_not_asked_again_and_what_was_not_is():
    case = reread(received().case_id)
    clocks = Clock.objects.filter(case=case).order_by("id")
    with acting(SYSTEM, read_only=True):
        ahead(case, {"clocks": clocks})
        with CaptureQueriesContext(connection) as queries:
            assert [one.pk for one in asked(case, "clocks", lambda _case: clocks)] and not queries.captured_queries
            assert asked(case, "remarks", lambda of: Remark.objects.filter(case=of)) == []
        assert len(queries) == 1


def test_a_question_that_is_written_once_asks_of_each_case_what_it_would_have_asked_alone():
    who = coordinator()
    told = {"Яма на дороге": "+7 900 555-66-77", "Не горит фонарь": "+7 900 555-66-78"}
    first, second = (reread(received(text, phone=phone).case_id) for text, phone in told.items())
    answered(who, second.pk, o_clock("12:00"))
    questions = OF_EVERY_CASE | OF_THREAD | {"stops": stops_question, "stops_earlier": earlier_question}
    with acting(SYSTEM, read_only=True):
        for case in (first, reread(second.pk)):
            written = about(case, questions)
            for name, question in questions.items():
                alone = _written(question(case))
                assert (written[name].sql, written[name].params) == (alone.sql, alone.params), name


def test_where_a_number_is_missing_or_more_than_numbers_is_asked_nothing_wrong_is_put():
    case = reread(received().case_id)
    assert case.owner_id is None
    with acting(SYSTEM, read_only=True):
        asked_as_it_stands = about(case, {"of": _of_the_owner})["of"]
        assert isinstance(asked_as_it_stands, QuerySet)
        with pytest.raises(Case.DoesNotExist):
            about(case, {"like": _with_the_text})


def _of_the_owner(case):
    return Case.objects.filter(owner_id=case.owner_id) if case.owner_id else Case.objects.none()


def _with_the_text(case):
    return Case.objects.filter(text=case.text)
