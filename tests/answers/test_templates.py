"""Templates behind their gate, their figures, and answers to like cases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.acting import acting, widened
from otklik.answers import templates
from otklik.answers.alike_answered import LOOKED_AT, alike_answered
from otklik.answers.approval import send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.figures import count_templates
from otklik.answers.models import TemplateFigure, TemplateUse, TemplateVersion
from otklik.answers.publishing import publish
from otklik.answers.templates import offered_for, reaction_of, retire, visible_templates
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case
from otklik.cases.reading import the_case
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from tests.cases.steps import answered, coordinator, o_clock, received
from tests.making import SYSTEM, make_staff, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


@pytest.fixture
def who(db):
    return coordinator()


def theme(code: str = "waste.not_collected") -> Theme:
    with acting(SYSTEM):
        return Theme.objects.filter(code=code, retired=False).first() or Theme.objects.order_by("pk")[0]


def sorted_case(who, text: str = "Не вывозят мусор из двора на Мира", **fields) -> Case:
    case_id = received(text, **fields).case_id
    triage(who, case_id, theme_id=theme().pk, importance=2, now=o_clock("10:05"))
    with acting(SYSTEM):
        return Case.objects.select_related("scope", "theme__group", "territory").get(pk=case_id)


def saved(who, name: str = "Вывоз", text: str = "Вывезем до {срок}.", **fields):
    usual = {"name": name, "text": text, "place_id": place(HOME).pk, "now": o_clock("09:00")}
    return templates.save(who, **(usual | fields))


def test_every_saving_is_a_version_and_an_entry_and_the_same_is_none(who):
    row = saved(who)
    saved(who, text="Вывезем завтра.", template_id=row.pk, base_version=1)
    saved(who, text="Вывезем завтра.", template_id=row.pk, base_version=2)
    with pytest.raises(BadInput, match="изменили"):
        saved(who, text="Третий", template_id=row.pk, base_version=1)
    retire(who, row.pk)
    retire(who, row.pk)
    with acting(SYSTEM):
        assert list(TemplateVersion.objects.values_list("number", flat=True)) == [1, 2]
        verbs = Entry.objects.filter(stream=f"template:{row.pk}").order_by("seq").values_list("verb", flat=True)
        assert list(verbs) == ["template_saved", "template_saved", "template_retired"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"), ({"text": ""}, "text"), ({"text": "{фамилия}"}, "text"),
        ({"text": "ю" * 10_001}, "text"), ({"name": "ю" * 121}, "name"), ({"theme": "no.such"}, "theme"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(who, fields, field):
    with pytest.raises(BadInput) as told:
        saved(who, **fields)
    assert told.value.field == field


def test_a_centre_keeps_its_own_and_the_region_everybodys(who):
    curator = make_staff(("curator", "volgograd"))
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    own, common = saved(who), saved(curator, place_id=None)
    with pytest.raises(Refused):
        saved(who, place_id=None)
    with pytest.raises(Refused):
        saved(make_staff(("operator", HOME)))
    for act in (lambda: saved(stranger, template_id=own.pk), lambda: retire(stranger, own.pk)):
        with pytest.raises(NotYours):
            act()
    with pytest.raises(Refused):
        saved(stranger, template_id=common.pk)
    with acting(stranger, read_only=True):
        assert [row.pk for row in visible_templates(stranger)] == [common.pk]


def test_the_theme_comes_first_then_its_group_then_any(who):
    found = theme()
    for name, code in (("любая", ""), ("группа", found.group.code), ("тема", found.code), ("другая", "road")):
        if code != "road" or found.group.code != "road":
            saved(who, name=name, theme=code)
    case = sorted_case(who)
    with acting(who, read_only=True):
        assert [row.name for row in offered_for(who, case)] == ["тема", "группа", "любая"]


def test_use_is_counted_once_an_answer_and_small_samples_are_hidden(who):
    row = saved(who)
    for n in range(6):
        case = sorted_case(who)
        text = f"Вывезли {n}."
        save_draft(who, case.pk, text=text, template=(row.pk, 1), now=o_clock("10:10"))
        answer = save_draft(who, case.pk, text=text, template=(row.pk, 1), base_version=1, now=o_clock("10:11"))
        if n == 5:
            continue
        send_to_review(who, answer.pk)
        with acting(SYSTEM), widened():
            answer.state = "published"
            answer.save()
            Case.objects.filter(pk=case.pk).update(fix="confirmed" if n < 4 else "refuted")
    assert count_templates(o_clock("12:00")) == 1
    with acting(SYSTEM):
        assert TemplateUse.objects.count() == 6
        figure = TemplateFigure.objects.get()
    assert (figure.used, figure.published, figure.confirmed, figure.refuted) == (6, 5, 4, 1)
    assert reaction_of(figure).share == 80
    figure.refuted = 0
    assert reaction_of(figure).share is None


def test_a_template_with_a_gap_is_neither_approved_nor_published(who):
    case = sorted_case(who)
    answer = save_draft(who, case.pk, text="Вывезем до {срок}.", now=o_clock("10:10"))
    for act in (send_to_review, publish):
        with pytest.raises((BadInput, Refused)):
            act(who, answer.pk)


def test_answers_to_like_cases_of_ones_own_centre_come_without_names_and_phones(who):
    like = sorted_case(who, "Мусор во дворе на Мира не вывозят", street="Мира")
    answered(who, like.pk, o_clock("10:30"), text="Вывезли в 9:00. Мастер Кузнецова Анна Петровна, +7 927 111-22-33.")
    other = sorted_case(who, "Совсем о другом: спасибо")
    answered(who, other.pk, o_clock("10:31"), text="Пожалуйста, пишите ещё в любой день.")
    away = make_staff(("coordinator", "gorod-volzhskiy"))
    foreign = received("Мусор во дворе на Мира не вывозят", code="gorod-volzhskiy").case_id
    triage(away, foreign, theme_id=theme().pk, importance=2, now=o_clock("10:05"))
    case = sorted_case(who, "Не вывозят мусор со двора на улице Мира", street="Мира")
    with acting(who, read_only=True):
        mine = the_case(who, case.pk)
        with CaptureQueriesContext(connection) as asked:
            found = alike_answered(who, mine)
        assert len(asked) <= 6
        assert found[0].case.pk == like.pk
        assert "Кузнецова" not in found[0].text and "111-22-33" not in found[0].text and found[0].hidden
        assert LOOKED_AT <= 300
    with acting(away, read_only=True):
        assert alike_answered(away, the_case(away, foreign)) == []
