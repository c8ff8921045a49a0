"""A place in an inner district brings the case to that district's people, with everything that hangs on it."""

import pytest
from django.db import connection

from otklik.acting import acting
from otklik.cases.actions.assign import assign
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case
from otklik.cases.reading import thread
from otklik.channels.models import Message
from otklik.residents.models import Contact
from tests.making import SYSTEM, make_staff, organisation, place, reread, send

pytestmark = pytest.mark.django_db
DISTRICT = "volgograd-sovetskiy-rayon"


def test_district_people_see_the_case_once_its_place_is_known(db):
    sent = send(code="gorod-volgograd", phone="+7 900 000-00-01", name="Пробный Пётр", answer_by="phone")
    other = send(code="gorod-volgograd", phone="+7 900 000-00-01", name="Пробный Пётр", answer_by="phone")
    city = make_staff(("coordinator", "gorod-volgograd"))
    district = make_staff(("operator", DISTRICT))
    assign(city, sent.case_id, organisation_id=organisation("adm-gorod-volgograd").pk, task="Осмотреть")
    with acting(district):
        assert not Case.objects.exists()
    triage(city, sent.case_id, territory_id=place(DISTRICT).pk)
    with acting(district):
        case = Case.objects.get()
        assert case.pk == sent.case_id
        assert case.resident and case.resident.name == "Пробный Пётр"
        assert Message.objects.count() == Contact.objects.count() == 1
        assert {item.kind for item in thread(case)} >= {"resident", "event"}
    with acting(city):
        assert set(Case.objects.values_list("pk", flat=True)) == {sent.case_id, other.case_id}
    assert reread(other.case_id).resident_id != reread(sent.case_id).resident_id


def test_no_row_of_the_case_is_left_in_the_old_scope(db):
    sent = send(code="gorod-volgograd")
    city = make_staff(("coordinator", "gorod-volgograd"))
    assign(city, sent.case_id, organisation_id=organisation("adm-gorod-volgograd").pk, task="Осмотреть")
    triage(city, sent.case_id, territory_id=place(DISTRICT).pk)
    from otklik.cases.rescoping import tables_of_a_case

    assert {"answers_answer", "cases_clock", "cases_assignment", "cases_casemessage"} <= set(tables_of_a_case())
    with acting(SYSTEM), connection.cursor() as cursor:
        for table in tables_of_a_case():
            cursor.execute(f"SELECT DISTINCT scope_id FROM {table} WHERE case_id = %s", [sent.case_id])
            assert {s for (s,) in cursor.fetchall()} <= {place(DISTRICT).pk}, table
