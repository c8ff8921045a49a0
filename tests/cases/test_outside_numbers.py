"""Numbers in other systems are written and taken away by hand, with the journal, and the case is found by any."""

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases import numbers
from otklik.cases.actions.outside_numbers import add_number, remove_number
from otklik.cases.models import OutsideNumber
from otklik.cases.queue import Filters, page
from otklik.failures import BadInput, NotYours, Refused
from tests.cases.steps import entries
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def operator():
    return make_staff(("operator", HOME))


def of(case) -> list[tuple[str, str]]:
    with acting(SYSTEM):
        return list(OutsideNumber.objects.filter(case=case).order_by("id").values_list("system", "number"))


def test_a_case_is_found_by_any_of_its_numbers():
    case, who = make_case(), operator()
    for system, number in (("ПОС", "7-777"), ("СЭД", "О-15"), ("Инцидент", "900100")):
        add_number(who, case.pk, system=system, number=number)
    for sought in ("7-777", "О-15", "900100"):
        with acting(who, read_only=True):
            found = page(who, Filters(tab="all", text=sought), timezone.now()).rows
        assert [row.pk for row in found] == [case.pk]


def test_the_journal_names_the_system_and_never_the_number():
    case, who = make_case(), operator()
    made = add_number(who, case.pk, system="ПОС", number="7-777")
    add_number(who, case.pk, system="ПОС", number="7-777")
    remove_number(who, case.pk, number_id=made.pk)
    (added,), (removed,) = entries(case.pk, "number_added"), entries(case.pk, "number_removed")
    assert added.fields["system"] == removed.fields["system"] == "ПОС"
    assert "777" not in str(added.fields) + str(removed.fields)
    assert of(case) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [({"system": " "}, "system"), ({"number": ""}, "number"), ({"url": "javascript:1"}, "url"),
     ({"number": "9" * 500}, "number")],
)
def test_nonsense_is_refused_beside_its_field(given, field):
    with pytest.raises(BadInput) as refused:
        add_number(operator(), make_case().pk, **({"system": "ПОС", "number": "1", "url": ""} | given))
    assert refused.value.field == field


def test_a_number_of_another_case_stays_with_it():
    first, second, who = make_case(), make_case("Другая яма"), operator()
    add_number(who, first.pk, system="ПОС", number="1")
    with pytest.raises(BadInput, match="у другой карточки"):
        add_number(who, second.pk, system="ПОС", number="1")
    with pytest.raises(NotYours):
        with acting(SYSTEM):
            number_id = OutsideNumber.objects.get().pk
        remove_number(who, second.pk, number_id=number_id)


def test_strangers_and_those_without_the_role_write_nothing():
    case = make_case()
    with pytest.raises(NotYours):
        add_number(make_staff(("operator", "gorod-volzhskiy")), case.pk, system="ПОС", number="1")
    with pytest.raises(Refused):
        add_number(make_staff(("approver", HOME)), case.pk, system="ПОС", number="1")


def test_the_page_writes_and_takes_away():
    case, browser = make_case(), logged_in(make_user(("operator", HOME)))
    here = f"/desk/case/{numbers.shown(case.number)}/"
    assert browser.post(f"{here}outside/", {"system": "ПОС", "number": "7-777"}).status_code == 302
    page_text = browser.get(here).content.decode()
    assert "ПОС № 7-777" in page_text and "Записан номер в другой системе" in page_text
    assert browser.post(f"{here}outside/", {"system": "", "number": "1"}).status_code == 422
    with acting(SYSTEM):
        made = OutsideNumber.objects.get()
    assert browser.post(f"{here}outside/{made.pk}/remove/").status_code == 302
    assert of(case) == []
