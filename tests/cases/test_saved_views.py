"""Saved views: whose they are, who sees them, and what becomes of them."""

import pytest

from otklik.acting import Staff, acting
from otklik.cases import saved_views
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from tests.making import SYSTEM, make_staff

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
QUERY = "tab=open&importance=3"


def operator(code: str = HOME, role: str = "operator") -> Staff:
    return make_staff((role, code))


def bar(actor: Staff) -> list[str]:
    with acting(actor, read_only=True):
        return [view.name for view in saved_views.views_of(actor)]


def first(actor: Staff) -> str:
    with acting(actor, read_only=True):
        return next((view.name for view in saved_views.views_of(actor) if view.is_first), "")


def test_ones_own_view_is_seen_by_nobody_else_and_a_shared_one_by_the_centre():
    me, colleague, stranger = operator(), operator(), operator("gorod-volzhskiy")
    curator = make_staff(("curator", "volgograd"))
    saved_views.save(me, name="Срочные", query=QUERY)
    saved_views.save(me, name="Наши дороги", query=QUERY, shared=True)
    assert sorted(bar(me)) == ["Наши дороги", "Срочные"]
    assert bar(colleague) == ["Наши дороги"]
    assert bar(stranger) == []
    assert bar(curator) == []


def test_the_same_name_is_the_same_view_anew():
    me = operator()
    saved_views.save(me, name="Срочные", query=QUERY)
    again = saved_views.save(me, name=" Срочные ", query="tab=mine")
    assert bar(me) == ["Срочные"]
    assert again.query == "tab=mine"


def test_renaming_and_deleting_are_the_owners_and_tidying_the_coordinators():
    me, colleague, coordinator = operator(), operator(), operator(role="coordinator")
    view = saved_views.save(me, name="Общий", query=QUERY, shared=True)
    own = saved_views.save(me, name="Свой", query=QUERY)
    with pytest.raises(Refused):
        saved_views.rename(colleague, view.pk, name="Мой теперь")
    with pytest.raises(Refused):
        saved_views.delete(colleague, view.pk)
    with pytest.raises(NotYours):
        saved_views.delete(colleague, own.pk)
    with pytest.raises(BadInput):
        saved_views.rename(me, view.pk, name="Свой")
    saved_views.rename(me, own.pk, name="Переименован")
    saved_views.delete(coordinator, view.pk)
    assert bar(me) == ["Переименован"]
    with acting(SYSTEM):
        verbs = list(Entry.objects.filter(stream__startswith="view:").order_by("id").values_list("verb", flat=True))
    assert verbs == ["view_saved", "view_saved", "view_renamed", "view_deleted"]


def test_one_view_opens_the_desk_and_goes_when_it_is_deleted():
    me, colleague = operator(), operator()
    view = saved_views.save(me, name="Общий", query=QUERY, shared=True, first=True)
    saved_views.open_with(colleague, view.pk)
    assert (first(me), first(colleague)) == ("Общий", "Общий")
    saved_views.open_with(me, None)
    assert (first(me), first(colleague)) == ("", "Общий")
    saved_views.delete(me, view.pk)
    assert first(colleague) == ""
    with pytest.raises(NotYours):
        saved_views.open_with(operator("gorod-volzhskiy"), view.pk)


@pytest.mark.parametrize("name", ["", "   ", "\x00", "д" * 61])
def test_a_name_is_there_and_short(name):
    with pytest.raises(BadInput):
        saved_views.save(operator(), name=name, query=QUERY)


def test_there_are_never_too_many():
    me = operator()
    for n in range(saved_views.MOST):
        saved_views.save(me, name=f"Вид {n}", query=QUERY)
    with pytest.raises(BadInput):
        saved_views.save(me, name="Ещё один", query=QUERY)
    saved_views.save(me, name="Вид 3", query="tab=mine")
    of_two = make_staff(("operator", HOME), ("operator", "gorod-volzhskiy"))
    with pytest.raises(Refused):
        saved_views.save(of_two, name="Ч", query="", shared=True)
