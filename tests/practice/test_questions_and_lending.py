"""Questions between centres are kept and found; lent templates remember their source; the quarter is told by data."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.answers import templates
from otklik.answers.models import AnswerTemplate, TemplateFigure
from otklik.cases.models import Notice
from otklik.failures import BadInput, Refused
from otklik.practice import allowed, exchange_taking, exchanges, lending, questions
from otklik.practice.exchanges import Meeting
from otklik.practice.models import TemplateCopy
from otklik.practice.papers import made
from otklik.practice.reviewing import Quarter, paper_of, quarter_of, read_quarter, review
from tests.making import logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"


@pytest.fixture
def here():
    return make_staff(("coordinator", HOME), name="Лугова Мария Игоревна")


@pytest.fixture
def there():
    return make_staff(("coordinator", OTHER), name="Степной Павел Олегович")


def test_a_question_is_answered_found_and_closed(here, there):
    asked = questions.ask(here, place_id=place(HOME).pk, title="Кто чистит дворы ночью?", text="Снег идёт с вечера")
    said = questions.reply(there, asked.pk, place_id=place(OTHER).pk, text="Дежурная бригада подрядчика")
    assert Notice.objects.get(user_id=here.user_id).link == f"/region/questions/{asked.pk}/"
    with pytest.raises(Refused):
        questions.mark_helped(there, said.pk)
    questions.mark_helped(here, said.pk)
    with acting(make_staff(("analyst", "volgograd")), read_only=True):
        for words in ("дворы", "СНЕГ вечера", "бригада ночью"):
            assert [(one.pk, one.said, one.helpful) for one in questions.found(words)] == [(asked.pk, 1, 1)], words
        assert not questions.found("снег весной").exists() and not questions.found(group="roads").exists()
    with pytest.raises(Refused):
        questions.close(there, asked.pk)
    questions.close(here, asked.pk)
    with pytest.raises(Refused, match="закрыт"):
        questions.reply(there, asked.pk, place_id=place(OTHER).pk, text="ещё")


def test_nothing_of_a_resident_goes_to_the_whole_network(here, there):
    with pytest.raises(BadInput, match="о жителе") as refused:
        questions.ask(here, place_id=place(HOME).pk, title="Как ответить?", text="Звонила Иванова, +7 902 000-00-05")
    assert refused.value.field == "text"
    asked = questions.ask(here, place_id=place(HOME).pk, title="Как ответить?")
    with pytest.raises(BadInput, match="о жителе"):
        questions.reply(there, asked.pk, place_id=place(OTHER).pk, text="Напишите на anna@example.test")


def test_a_template_that_tells_of_a_resident_is_neither_lent_nor_taken(here, there):
    home, told = place(HOME).pk, "Спасибо, Петрова Мария Ивановна. Двор уберём."
    bad = templates.save(here, name="Ответ", text=told, place_id=home)
    with pytest.raises(BadInput, match="о жителе"):
        lending.lend(here, bad.pk)
    good = templates.save(here, name="Снег", text="Спасибо. Двор уберём. Лугова М. И.", place_id=home)
    with pytest.raises(BadInput, match="о жителе") as refused:
        lending.lend(here, good.pk, note="Как для Петровой Марии Ивановны")
    assert refused.value.field == "note"
    lent = lending.lend(here, good.pk)
    templates.save(here, name="Снег", text=told, place_id=home, template_id=good.pk)
    with pytest.raises(BadInput, match="о жителе"):
        lending.take_copy(there, lent.pk, place_id=place(OTHER).pk)
    with acting(there, read_only=True):
        assert lending.lent_templates() == []


@pytest.mark.parametrize(("used", "told"), [(1, "1 раз "), (2, "2 раза "), (5, "5 раз "), (21, "21 раз ")])
def test_how_often_a_lent_template_began_an_answer_is_told_in_words_that_agree(here, there, used, told):
    source = templates.save(here, name="Снег", text="Спасибо. Двор уберём.", place_id=place(HOME).pk)
    lending.lend(here, source.pk)
    TemplateFigure.objects.create(template=source, used=used, counted_at=timezone.now())
    page = logged_in(make_user(("analyst", "volgograd"))).get("/region/exchange/templates/").content.decode()
    assert f"начинали ответ {told}" in page


def test_one_speaks_for_ones_own_centre_only(here, there):
    with pytest.raises(Refused):
        questions.ask(here, place_id=place(OTHER).pk, title="От чужого имени")
    asked = questions.ask(here, place_id=place(HOME).pk, title="Вопрос")
    with pytest.raises(BadInput):
        questions.reply(there, asked.pk, place_id=place(HOME).pk, text="От чужого имени")


def test_a_lent_template_is_taken_and_remembers_its_source(here, there):
    source = templates.save(here, name="Снег во дворе", text="Спасибо. Двор уберём {срок}.", place_id=place(HOME).pk)
    with pytest.raises(BadInput):
        lending.lend(there, source.pk)
    lent = lending.lend(here, source.pk, note="Когда снег идёт вторые сутки")
    with pytest.raises(BadInput, match="вашего же"):
        lending.take_copy(here, lent.pk, place_id=place(HOME).pk)
    taken = lending.take_copy(there, lent.pk, place_id=place(OTHER).pk)
    copy = AnswerTemplate.objects.get(pk=taken.template_id)
    assert (copy.text, copy.place_id, taken.version) == (source.text, place(OTHER).pk, 1)
    assert lending.take_copy(there, lent.pk, place_id=place(OTHER).pk).pk == taken.pk, "twice is nothing"
    at = timezone.now()
    TemplateFigure.objects.create(template=source, used=7, published=6, confirmed=5, refuted=1, counted_at=at)
    TemplateFigure.objects.create(template=copy, used=3, counted_at=at)
    with acting(there, read_only=True):
        shown = lending.lent_templates()[0]
        assert (shown.used, shown.own.share, len(shown.copies)) == (10, 83, 1)
        assert TemplateCopy.objects.get(template=copy).lent.template.place.short_name == "Камышин"
        assert lending.lendable(there) == [copy]
    templates.save(here, name="Снег во дворе", text="Спасибо. Двор уберём завтра.", place_id=place(HOME).pk,
                   template_id=source.pk)
    with acting(there, read_only=True):
        assert lending.lent_templates()[0].outdated == {taken.pk}
    assert lending.take_copy(there, lent.pk, place_id=place(OTHER).pk).version == 2
    copy.refresh_from_db()
    assert copy.text == "Спасибо. Двор уберём завтра." and copy.version == 2
    with pytest.raises(Refused):
        lending.withdraw(there, lent.pk)
    lending.withdraw(here, lent.pk)
    with acting(there, read_only=True):
        assert lending.lent_templates() == []
    with pytest.raises(Refused):
        lending.take_copy(there, lent.pk, place_id=place(OTHER).pk)


def test_a_quarter_is_what_the_calendar_says():
    assert quarter_of(date(2026, 12, 31)) == Quarter(2026, 4) and Quarter(2026, 4).after == date(2027, 1, 1)
    assert Quarter(2026, 1).before == Quarter(2025, 4) and Quarter(2026, 3).first == date(2026, 7, 1)
    day = date(2026, 11, 26)
    assert read_quarter("2026-2", day) == Quarter(2026, 2)
    for nonsense in ("", "2027-1", "2026-5", "1000-1", "٢٠٢٦-1", "2026-44", "x"):
        assert read_quarter(nonsense, day) == Quarter(2026, 4)


def test_the_review_of_a_quarter_is_built_from_what_happened(here, there):
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    home, end = place(HOME).pk, now.replace(hour=10)
    row = exchanges.plan(here, Meeting("Снег", "call", place(OTHER).pk, home, now, end), now=now)
    exchanges.finish(here, row.pk, held=True, now=now)
    taken = exchange_taking.take(
        here, row.pk, what="Шаблон", due=date(2026, 12, 1), name="Лугова", place_id=home, now=now
    )
    exchange_taking.answer(here, taken.pk, applied=True, now=now)
    asked = questions.ask(here, place_id=place(HOME).pk, title="Вопрос", now=now)
    questions.reply(there, asked.pk, place_id=place(OTHER).pk, text="Ответ", now=now)
    with acting(here, read_only=True):
        found, empty = review(Quarter(2026, 4), now), review(Quarter(2026, 1), now)
        assert found.centres == len(allowed.centres()), "as many as the list of passports has"
    told = (len(found.met), found.calls, len(found.taken), found.applied, found.asked, found.with_reply)
    assert told == (1, 1, 1, 1, 1, 1)
    assert not empty.met and "не встречались" in str(paper_of(empty).blocks)
    assert made(paper_of(found), "pdf")[:5] == b"%PDF-" and made(paper_of(found), "docx")[:2] == b"PK"
