"""On the desk: how sure a theme is, «не знаю», what belongs to it, and taking a triage back."""

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.classifier.models import NotToConfuse, Theme
from otklik.faces.templatetags.triage_tags import sureness
from otklik.organisations.staffing import staff_actor
from tests.making import SYSTEM, logged_in, make_user, reread, send

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


@pytest.fixture
def person():
    return make_user(("coordinator", HOME))


def page(person, case_id: int) -> str:
    answer = logged_in(person).get(f"/desk/case/{shown(reread(case_id).number)}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def suggest(case_id: int, *ps: float | None, abstains: bool = False) -> list[Theme]:
    chosen = list(Theme.objects.filter(retired=False).order_by("pk")[: len(ps)])
    told = [{"code": t.code, "p": p, "spans": []} for t, p in zip(chosen, ps, strict=True)]
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(suggestion={"themes": told, "abstains": abstains})
    return chosen


def test_sureness_is_said_in_words_and_percent(person):
    case_id = send("Опять", HOME).case_id
    suggest(case_id, 0.934, 0.41, 0.02)
    told = page(person, case_id)
    for words in ("почти наверняка, 93 %", "возможно, 41 %", "вряд ли, 2 %"):
        assert words in told
    assert "Не знаю" not in told and (sureness(None), sureness(0.7)) == ("", "скорее всего, 70 %")


def test_doubt_is_told_and_themes_of_before_percentages_show_none(person):
    case_id = send("Опять", HOME).case_id
    suggest(case_id, 0.3, abstains=True)
    assert "Не знаю: уверенности мало" in page(person, case_id)
    suggest(case_id, None)
    told = page(person, case_id)
    assert "Не знаю" not in told and "guess-sure" not in told


def test_what_belongs_to_a_theme_and_what_it_is_taken_for_open_beside_it(person):
    pair = NotToConfuse.objects.filter(theme__retired=False).select_related("theme", "other").first()
    client = logged_in(person)
    answer = client.get(f"/desk/themes/{pair.theme_id}/").content.decode()
    assert "Что сюда" in answer and "Не путать с" in answer and pair.other.name in answer
    assert pair.theme.name in client.get(f"/desk/themes/{pair.other_id}/").content.decode()
    assert client.get("/desk/themes/999999999/").status_code == 404
    case_id = send("Опять", HOME).case_id
    chosen = suggest(case_id, 0.5)
    assert f'hx-get="/desk/themes/{chosen[0].pk}/"' in page(person, case_id)


def test_a_triage_is_taken_back_by_its_button_and_only_while_nothing_else_happened(person):
    case_id = send("Опять", HOME).case_id
    theme = suggest(case_id, 0.5)[0]
    assert "data-undo" not in page(person, case_id)
    triage(staff_actor(person, timezone.localdate()), case_id, theme_id=theme.pk)
    assert "data-undo" in page(person, case_id) and "Карточка разобрана." in page(person, case_id)
    client, address = logged_in(person), f"/desk/case/{shown(reread(case_id).number)}/triage/undo/"
    assert "Разбор отменён." in client.post(address, follow=True).content.decode()
    assert (reread(case_id).state, reread(case_id).theme_id) == ("new", None)
    assert "сейчас невозможно" in client.post(address, follow=True).content.decode()
    assert logged_in(make_user(("coordinator", "gorod-volzhskiy"))).post(address).status_code == 404
