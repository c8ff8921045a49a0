"""Which column means what: recognised, corrected on the page, remembered by source, seen before anything is taken."""

import csv
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.acting import System, acting
from otklik.cases.models import Case, OutsideNumber
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake import importing, layouts, taking
from otklik.intake.models import ImportRun, SheetLayout, SheetProfile
from otklik.intake.previewing import look_into
from otklik.intake.sheets.numbers import guessed_numbers, system_of
from tests.making import logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
ACTOR = System("import")
HOME = "gorod-kamyshin"
HEADERS = ["Шифр", "Что пишут", "Когда", "№ ПОС", "Район города"]
ROWS = [["1", "Яма", "01.03.2026", "ПОС-7", ""], ["2", "Люк", "вчера", "", ""], ["3", "Фонарь", "02.03.2026", "-", ""]]


def written(path: Path, headers: list[str] = HEADERS, rows: list[list[str]] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([headers, *rows])
    return path


def uploaded(tmp_path: Path, name: str = "инцидент", **fields) -> ImportRun:
    path = written(tmp_path / "a.csv")
    upload = SimpleUploadedFile("a.csv", path.read_bytes())
    return importing.prepare(make_staff(("operator", HOME)), upload, place(HOME).pk, name, **fields)


MEANINGS = ["id", "text", "created", "number_elsewhere", ""]


def test_a_person_says_what_columns_mean_and_the_source_remembers(tmp_path):
    run = uploaded(tmp_path)
    assert "id" not in run.columns
    operator = make_staff(("operator", HOME))
    importing.set_columns(operator, run.pk, MEANINGS)
    done = taking.run(run.pk)
    assert (done.rows, done.created, done.rejected) == (3, 2, 1)
    again = importing.begin(ACTOR, written(tmp_path / "b.csv", rows=[["9", "Новое", "", "", ""]]),
                            into=place(HOME), profile="инцидент")
    assert again.columns == done.columns == {
        "id": "Шифр", "text": "Что пишут", "created": "Когда", "number:ПОС": "№ ПОС",
    }


def test_columns_in_another_order_are_the_same_sheet(tmp_path):
    run = uploaded(tmp_path)
    importing.set_columns(make_staff(("operator", HOME)), run.pk, MEANINGS)
    turned = written(tmp_path / "b.csv", HEADERS[::-1], [row[::-1] for row in ROWS])
    assert importing.begin(ACTOR, turned, into=place(HOME), profile="инцидент").columns["text"] == "Что пишут"


def test_another_centre_has_its_own_source_of_the_same_name(tmp_path):
    run = uploaded(tmp_path)
    importing.set_columns(make_staff(("operator", HOME)), run.pk, MEANINGS)
    with pytest.raises(BadInput, match="Не найдены столбцы"):
        importing.begin(ACTOR, tmp_path / "a.csv", into=place("gorod-volzhskiy"), profile="инцидент")
    other = importing.begin(ACTOR, tmp_path / "a.csv", into=place("gorod-volzhskiy"), profile="инцидент",
                            written_map="id=Шифр,text=Что пишут")
    assert SheetProfile.objects.filter(code="инцидент").count() == 2
    taking.run(run.pk)
    taking.run(other.pk, path=tmp_path / "a.csv")
    with acting(ACTOR):
        assert Case.objects.count() == 5  # two of three there (a date is nonsense), all three here
        assert set(OutsideNumber.objects.filter(number="1").values_list("system", flat=True)) == {
            "инцидент", "инцидент (gorod-volzhskiy)",
        }


def test_the_first_rows_are_shown_as_they_would_be_taken(tmp_path):
    run = uploaded(tmp_path)
    operator = make_staff(("operator", HOME))
    with acting(operator, read_only=True):
        look = look_into(run)
    assert look.samples[1] == ["Яма", "Люк", "Фонарь"] and not look.rows
    run = importing.set_columns(operator, run.pk, MEANINGS)
    with acting(operator, read_only=True):
        look = look_into(run)
        assert not Case.objects.exists()
    assert [(row.number, row.text, row.column) for row in look.rows] == [
        (2, "Яма", ""), (3, "", "Когда"), (4, "Фонарь", ""),
    ]
    assert look.rows[0].numbers == [("ПОС", "ПОС-7")] and look.rows[2].numbers == []
    assert "вчера" in look.rows[1].reason and look.bad == 1


def test_nonsense_is_refused_and_keeps_what_was_chosen(tmp_path):
    run = uploaded(tmp_path)
    operator = make_staff(("operator", HOME))
    with pytest.raises(BadInput, match="«Шифр» и «Что пишут» значат одно и то же"):
        importing.set_columns(operator, run.pk, ["id", "id"])
    with pytest.raises(BadInput, match="из списка"):
        importing.set_columns(operator, run.pk, ["id", "password"])
    importing.set_columns(operator, run.pk, ["id", ""])
    with pytest.raises(BadInput, match="с номером и с текстом"):
        importing.start(operator, run.pk)
    with pytest.raises((Refused, NotYours)):
        importing.set_columns(make_staff(("operator", "gorod-volzhskiy")), run.pk, MEANINGS)


def test_what_a_source_remembers_is_corrected_and_forgotten(tmp_path):
    run = uploaded(tmp_path)
    operator = make_staff(("operator", HOME))
    importing.set_columns(operator, run.pk, MEANINGS)
    layout = SheetLayout.objects.get()
    layouts.correct(operator, layout.pk, ["number", "text", "", "", "municipality"])
    assert SheetLayout.objects.get().columns == {
        "id": "Шифр", "number": "Шифр", "text": "Что пишут", "municipality": "Район города",
    }
    stranger = make_staff(("operator", "gorod-volzhskiy"))
    for act in (lambda: layouts.correct(stranger, layout.pk, MEANINGS), lambda: layouts.forget(stranger, layout.pk)):
        with pytest.raises(Refused):
            act()
    layouts.forget(operator, layout.pk)
    assert not SheetLayout.objects.exists()


def test_headers_that_name_a_system_are_its_numbers():
    headers = ["ID", "№ ПОС", "Номер в СЭД", "№ Инцидент", "Номер дома", "Рег. номер", "Номер телефона", "N ССТУ.РФ"]
    assert guessed_numbers(headers) == {
        "ПОС": "№ ПОС", "СЭД": "Номер в СЭД", "Инцидент": "№ Инцидент", "ССТУ": "N ССТУ.РФ",
    }
    assert system_of("№ Наш портал") == "Наш портал"


def test_the_page_shows_columns_corrects_them_and_starts(tmp_path):
    operator = make_user(("operator", HOME))
    browser = logged_in(operator)
    written(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open("rb") as file:
        answer = browser.post("/settings/imports/", {"file": file, "into": place(HOME).pk, "profile": "инцидент"})
    address = answer.headers["Location"]
    page = browser.get(address).content.decode()
    assert "Шифр" in page and "Яма · Люк · Фонарь" in page
    sent = {f"meaning_{at}": meaning for at, meaning in enumerate(MEANINGS)}
    assert browser.post(address, {**sent, "act": "look"}).status_code == 302
    page = browser.get(address).content.decode()
    assert "Так возьмём первые строки" in page and "вчера" in page and "1 строка" in page
    refused = browser.post(address, {**sent, "meaning_4": "text", "act": "start"})
    assert refused.status_code == 422 and "значат одно и то же" in refused.content.decode()
    assert browser.post(address, {**sent, "act": "start"}).status_code == 302
    with acting(ACTOR):
        assert ImportRun.objects.get().state == ImportRun.State.RUNNING
    layout = SheetLayout.objects.get()
    assert "инцидент" in browser.get("/settings/imports/profiles/").content.decode()
    there = f"/settings/imports/profiles/{layout.pk}/"
    assert browser.post(there, {**sent, "meaning_4": "street"}).status_code == 302
    assert SheetLayout.objects.get().columns["street"] == "Район города"
    assert logged_in(make_user(("operator", "gorod-volzhskiy"))).get(there).status_code == 404
    assert browser.post(f"{there}forget/").status_code == 302


def test_a_sheet_of_a_book_is_chosen_on_the_page(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    for name, text in (("Март", "Яма"), ("Апрель", "Люк")):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["ID", "Текст"])
        sheet.write_row(1, 0, ["1", text])
    book.close()
    upload = SimpleUploadedFile("a.xlsx", (tmp_path / "a.xlsx").read_bytes())
    operator = make_staff(("operator", HOME))
    run = importing.prepare(operator, upload, place(HOME).pk, "книга")
    assert run.tab == "Март"
    importing.set_columns(operator, run.pk, ["id", "text"], tab="Апрель")
    taking.run(run.pk)
    with acting(ACTOR):
        assert [case.text for case in Case.objects.all()] == ["Люк"]


def test_a_source_is_known_whatever_the_case_of_its_letters(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("ID,Текст\n7,Яма\n", encoding="utf-8")
    for name in ("Инцидент Менеджмент", "инцидент  МЕНЕДЖМЕНТ"):
        run = taking.run(importing.begin(ACTOR, path, into=place("gorod-kamyshin"), profile=name).pk, path=path)
    assert (run.created, run.existing, run.profile.code) == (0, 1, "Инцидент Менеджмент")
