"""Inside `acting` the database itself knows who asks; outside of it, it shows nothing."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import InternalError

from otklik.acting import Link, NestedActors, NotActing, System, Visitor, acting, current_actor, widened
from otklik.cases.models import Case
from otklik.cases.resident_links import open_link
from otklik.journal.models import Entry
from tests.making import make_case, make_staff, send

pytestmark = pytest.mark.django_db


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def test_outside_of_acting_content_is_refused(db):
    make_case()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Case.objects.count()


def test_a_visitor_may_not_read_content(db):
    make_case()
    with pytest.raises(ProgrammingError, match="permission denied"), acting(Visitor()):
        Case.objects.count()


def test_staff_see_their_scope_and_nobody_elses(db):
    own, other = make_case(code="gorod-kamyshin"), make_case(code="gorod-volzhskiy")
    with acting(make_staff(("operator", "gorod-kamyshin"))):
        assert set(Case.objects.values_list("pk", flat=True)) == {own.pk}
    with acting(make_staff(("operator", "gorod-kamyshin"), ("head", "gorod-volzhskiy"))):
        assert set(Case.objects.values_list("pk", flat=True)) == {own.pk, other.pk}
    with acting(make_staff(("curator", "volgograd"))):
        assert set(Case.objects.values_list("pk", flat=True)) == {own.pk, other.pk}


@pytest.mark.parametrize("name", ["administrator", "security"])
def test_roles_without_content_see_none(db, name):
    make_case()
    with acting(make_staff((name, "volgograd"))):
        assert not Case.objects.exists()


def test_somebody_without_any_role_sees_nothing(db):
    make_case()
    with acting(make_staff()):
        assert not Case.objects.exists()


def test_a_link_sees_its_one_case(db):
    first, _second = send(), send()
    link = open_link(first.token)
    with acting(link):
        assert list(Case.objects.values_list("pk", flat=True)) == [first.case_id]
    with acting(Link(first.case_id + 10_000, "resident", 1)):
        assert not Case.objects.exists()


def test_staff_and_links_cannot_write_past_the_gate(db):
    sent = send()
    for actor in (make_staff(("coordinator", "gorod-kamyshin")), open_link(sent.token)):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(actor):
            Case.objects.filter(pk=sent.case_id).update(title="мимо")


def test_role_and_scope_are_restored_on_leaving(db):
    before = role()
    with acting(System("test")):
        assert role() == "otklik_wide"
    assert role() == before
    staff = make_staff(("operator", "gorod-kamyshin"))
    with acting(staff):
        assert role() == "otklik_staff"
        with widened():
            assert role() == "otklik_wide"
        assert role() == "otklik_staff"
    assert role() == before


def test_role_is_restored_after_an_error(db):
    before = role()
    with pytest.raises(ZeroDivisionError), acting(System("test")), widened():
        _ = 1 / 0
    assert role() == before
    with pytest.raises(NotActing):
        current_actor()


def test_an_error_caught_inside_leaves_nobody_widened(db):
    """A gate that failed inside a wider transaction must not leave its writer's rights to whoever reads on."""
    other = make_case(code="gorod-volzhskiy")
    with acting(make_staff(("operator", "gorod-kamyshin"))):
        with pytest.raises(ZeroDivisionError), widened():
            _ = 1 / 0
        assert role() == "otklik_staff"
        assert not Case.objects.filter(pk=other.pk).exists()
        with pytest.raises(ProgrammingError), transaction.atomic(), widened(), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        assert role() == "otklik_staff"


def test_a_link_reads_nothing_of_the_journal(db):
    sent = send()
    with pytest.raises(ProgrammingError, match="permission denied"), acting(open_link(sent.token)):
        Entry.objects.count()


def test_nobody_acts_inside_another(db):
    with acting(System("one")), pytest.raises(NestedActors), acting(System("two")):
        pass


def test_read_only_refuses_writing_and_leaves_a_test_transaction_writable(db):
    sent = send()
    with pytest.raises(InternalError, match="read-only"), acting(System("test"), read_only=True):
        Case.objects.filter(pk=sent.case_id).update(title="нет")
    with acting(System("test")):
        assert Case.objects.filter(pk=sent.case_id).update(title="да") == 1


def test_the_journal_is_append_only_for_everybody(db):
    make_case()
    for act in (lambda: Entry.objects.update(verb="x"), lambda: Entry.objects.all()._raw_delete("default")):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(System("test")):
            act()


def test_every_table_with_a_scope_of_content_is_closed_by_the_database(db):
    """A new table with a scope column cannot be forgotten open. Directories and figures hold no content."""
    open_on_purpose = {
        "territory_territory", "insight_cell", "insight_timecell", "insight_hourcount", "cases_readerweek",
        "reports_reporttemplate", "reports_morningsent",  # forms are settings; that a head was written to
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE a.attname = 'scope_id' AND c.relkind = 'r' AND NOT c.relrowsecurity"
        )
        assert {name for (name,) in cursor.fetchall()} == open_on_purpose


def test_only_the_log_in_pages_are_exempt_from_the_read_only_transaction(db):
    from otklik.acting.middleware import EXEMPT_PREFIXES

    assert EXEMPT_PREFIXES == ("/accounts/",)
