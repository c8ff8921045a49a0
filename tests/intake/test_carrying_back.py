"""A list of what is to be carried back: only what the source does not know, never contacts; marked and taken back."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.utils import timezone

from otklik.acting import System, acting
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import published_by_hand
from otklik.cases import numbers
from otklik.cases.models import Case
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake import carrying, importing, taking
from otklik.intake.carrying_sheet import batch_file, columns
from otklik.intake.models import CarryBatch, SheetProfile
from otklik.journal.models import Entry
from tests.cases.steps import approved, assigned
from tests.making import logged_in, make_staff, make_user, organisation, place

pytestmark = pytest.mark.django_db
ACTOR = System("import")
HOME = "gorod-kamyshin"
PHONE = "+7 902 111-22-33"


@pytest.fixture
def loaded(tmp_path) -> list[Case]:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([
            ["ID", "Дата создания", "Текст", "1ый ответ ПИ", "Ссылка", "№ ПОС", "Телефон", "Автор"],
            ["7", "02.03.2026", "Яма", "", "https://example.org/7", "ПОС-1", PHONE, "Житель Пробный"],
            ["8", "02.03.2026", "Люк", "", "", "", "", ""],
        ])
    run = importing.begin(ACTOR, path, into=place(HOME), profile="Инцидент")
    taking.run(run.pk, path=path)
    with acting(ACTOR):
        return list(Case.objects.order_by("id"))


def coordinator():
    return make_staff(("coordinator", HOME))


def batch(**fields) -> CarryBatch:
    today = timezone.localdate()
    return carrying.make_batch(coordinator(), SheetProfile.objects.get().pk, today, today, **fields)


def lines(of: CarryBatch) -> list[dict[str, str]]:
    with acting(coordinator(), read_only=True):
        content = batch_file(of)
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows)]
    assert header == columns()
    return [dict(zip(header, ["" if cell is None else str(cell) for cell in row], strict=True)) for row in rows]


def test_an_approved_answer_comes_with_its_numbers_and_the_field_to_put_it_into(loaded):
    approved(coordinator(), loaded[0].pk, timezone.now(), text="Яму засыпали")
    (line,) = lines(batch())
    assert line == {
        "Система": "Инцидент", "Номер там": "7", "Другие номера": "ПОС № ПОС-1", "Ссылка": "https://example.org/7",
        "Наша карточка": numbers.shown(loaded[0].number), "Что изменилось": "Ответ (согласован)",
        "Новое значение": "Яму засыпали", "Куда перенести": "«1ый ответ ПИ»",
    }


def test_a_draft_is_nobodys_answer(loaded):
    save_draft(coordinator(), loaded[0].pk, text="Черновик")
    with pytest.raises(BadInput, match="переносить нечего"):
        batch()


def test_answer_state_date_and_executor_each_have_a_line(loaded):
    who, now = coordinator(), timezone.now()
    assigned(who, loaded[0].pk, now, organisation_id=organisation().pk)
    answer = approved(who, loaded[0].pk, now, text="Готово")
    published_by_hand(who, answer.pk, at=now, now=now)
    found = lines(batch())
    assert [line["Что изменилось"] for line in found] == ["Ответ (опубликован)", "Состояние", "Дата", "Исполнитель"]
    assert found[1]["Новое значение"] == "ответ дан" and found[3]["Новое значение"] == organisation().name


def test_neither_contacts_nor_the_residents_words_are_in_the_list(loaded):
    approved(coordinator(), loaded[0].pk, timezone.now(), text="Яму засыпали")
    with acting(coordinator(), read_only=True):
        pass
    text = str(lines(batch()))
    assert "902" not in text and "Житель" not in text and "'Яма'" not in text


def test_what_was_carried_is_not_listed_again_until_it_changes_or_is_taken_back(loaded):
    who, now = coordinator(), timezone.now()
    approved(who, loaded[0].pk, now, text="Яму засыпали")
    first = batch()
    assert len(lines(batch())) == 1, "not carried yet: it is in the next list too"
    carrying.mark_carried(who, first.pk, True)
    with pytest.raises(BadInput, match="переносить нечего"):
        batch()
    carrying.mark_carried(who, first.pk, False)
    assert len(lines(batch())) == 1
    carrying.mark_carried(who, first.pk, True)
    approved(who, loaded[1].pk, now, text="Люк закрыли")
    assert [line["Номер там"] for line in lines(batch())] == ["8"]
    with acting(ACTOR):
        verbs = list(Entry.objects.filter(stream=f"carry:{first.pk}").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["carry_made", "carried", "carry_undone", "carried"]


def test_a_list_keeps_what_it_said_when_it_was_made(loaded):
    who, now = coordinator(), timezone.now()
    answer = approved(who, loaded[0].pk, now, text="Первый")
    made = batch()
    published_by_hand(who, answer.pk, at=now, now=now)
    assert [line["Что изменилось"] for line in lines(made)] == ["Ответ (согласован)"]


def test_strangers_and_nonsense_are_refused(loaded):
    approved(coordinator(), loaded[0].pk, timezone.now())
    made = batch()
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    today = timezone.localdate()
    with pytest.raises(Refused):
        carrying.make_batch(stranger, made.profile_id, today, today)
    with pytest.raises(Refused):
        carrying.mark_carried(stranger, made.pk, True)
    with pytest.raises(NotYours):
        carrying.mark_carried(coordinator(), 10**9, True)
    for since, until in ((today, today - timedelta(days=1)), (date(2000, 1, 1), today)):
        with pytest.raises(BadInput, match="Период"):
            carrying.make_batch(coordinator(), made.profile_id, since, until)
    assert logged_in(make_user(("coordinator", "gorod-volzhskiy"))).get(
        f"/settings/imports/carry/{made.pk}/file/"
    ).status_code == 404


def test_the_pages_make_download_and_mark(loaded):
    approved(coordinator(), loaded[0].pk, timezone.now(), text="Яму засыпали")
    browser = logged_in(make_user(("coordinator", HOME)))
    today = timezone.localdate().isoformat()
    sent = {"profile": SheetProfile.objects.get().pk, "since": today, "until": today}
    made = browser.post("/settings/imports/carry/", sent)
    here = made.headers["Location"]
    assert made.status_code == 302 and "1 строка" in browser.get(here).content.decode()
    assert browser.get(f"{here}file/").content.startswith(b"PK")
    assert "Отменить отметку" in browser.post(f"{here}mark/", {"carried": "yes"}, follow=True).content.decode()
    again = browser.post("/settings/imports/carry/", sent)
    assert again.status_code == 422 and "переносить нечего" in again.content.decode()
    assert "перенесено" in browser.get("/settings/imports/carry/").content.decode()
