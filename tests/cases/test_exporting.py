"""The queue as a file: what is in it, what never is, and who is told of it."""

import csv
import io
import tracemalloc
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases import exporting
from otklik.cases.actions.notes import note
from otklik.cases.actions.triage import triage
from otklik.cases.queue import Filters
from otklik.journal.models import Entry
from otklik.residents.hiding import COVER, without_contacts
from tests.making import SYSTEM, make_case, make_staff

pytestmark = pytest.mark.django_db
ALL = Filters(tab="all")


def staff(code: str = "gorod-kamyshin"):
    return make_staff(("coordinator", code))


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def exported(actor, filters: Filters = ALL, with_text: bool = False) -> list[dict[str, str]]:
    content = b"".join(exporting.parts(actor, filters, "csv", timezone.now(), with_text=with_text))
    head, *rows = read_csv(content)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_file_holds_the_cases_of_the_filter_and_of_ones_own_place():
    mine, other = make_case(), make_case("Яма на дороге")
    make_case(code="gorod-volzhskiy")
    actor = staff()
    triage(actor, mine.pk, title="Не горит фонарь", importance=3)
    rows = exported(actor)
    assert [row["Номер"] for row in rows] == [f"34-{mine.number:06d}", f"34-{other.number:06d}"]
    assert rows[0]["Заголовок"] == "Не горит фонарь"
    assert rows[0]["Состояние"] == "разобрана"
    assert len(exported(actor, Filters(tab="all", importance=3))) == 1
    assert exported(make_staff(("operator", "gorod-frolovo"))) == []


def test_contacts_names_and_notes_are_never_in_it_and_words_only_when_asked_for():
    words = "Звоните 8 (900) 000-11-22 или a@b.example, яма. Мастер Выдумкин И. И. груб, ул. Мира, 5, кв. 7. @nik_name"
    case = make_case(words, name="Непридуманова Ольга", phone="+79000001122")
    actor = staff()
    note(actor, case.pk, text="Скандальный житель, осторожно")
    for with_text in (False, True):
        content = b"".join(exporting.parts(actor, ALL, "csv", timezone.now(), with_text=with_text)).decode()
        secrets = (
            "Непридуманова", "000-11-22", "79000001122", "a@b.example", "Скандальный", "Выдумкин", "кв. 7", "nik_",
        )  # fmt: skip
        for secret in secrets:
            assert secret not in content
        assert ("яма" in content) == with_text
    assert exported(actor, with_text=True)[0]["Сообщение жителя (без личных данных)"] == (
        f"Звоните [телефон] или [почта], яма. Мастер [имя] груб, [адрес]. {COVER}"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("тел 89000001122.", f"тел {COVER}."), ("+7 900 000 11 22", COVER), ("8-900-000-11-22", COVER),
        ("дом 12, кв. 5", "дом 12, кв. 5"), ("04.03.2026 10:00", "04.03.2026 10:00"),
        ("с 2020 по 2026", "с 2020 по 2026"), ("пишите @nik_name", f"пишите {COVER}"),
        ("имя.фамилия@пример.рф!", f"{COVER}"),
    ],
)  # fmt: skip
def test_contacts_in_a_text_are_covered(text, shown):
    assert without_contacts(text) == shown


def test_a_cell_is_never_a_formula(tmp_path: Path):
    case = make_case("=cmd|' /C calc'!A1", street="+7(1)", house="@SUM(1)")
    actor = staff()
    triage(actor, case.pk, title="=HYPERLINK(1)")
    row = exported(actor, with_text=True)[0]
    for name in ("Заголовок", "Улица", "Дом", "Сообщение жителя (без личных данных)"):
        assert row[name].startswith("'"), name
    with acting(actor, read_only=True):
        exporting.write_xlsx(tmp_path / "book.xlsx", actor, ALL, timezone.now(), with_text=True)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert {cell.data_type for line in book.active.iter_rows() for cell in line} <= {"s", "n", "d"}


def test_the_sheet_has_dates_as_dates_and_numbers_as_numbers(tmp_path: Path):
    make_case()
    actor = staff()
    (tmp_path / "book.xlsx").write_bytes(b"".join(exporting.parts(actor, ALL, "xlsx", timezone.now())))
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    assert [cell.value for cell in sheet[1]] == exporting.headings(False)
    assert sheet["B2"].is_date
    assert sheet["M2"].value in range(5)


def test_an_export_stands_in_the_journal_before_anything_leaves_without_the_words_looked_for():
    make_case("Бродячие собаки")
    actor = staff()
    assert exporting.begin(actor, Filters(tab="all", text="собаки", state="new"), "csv", timezone.now()) == 1
    with acting(SYSTEM):
        entry = Entry.objects.get(stream=f"user:{actor.user_id}", verb="cases_exported")
    assert entry.fields == {
        "tab": "all", "state": "new", "kind": "csv", "rows": 1, "words": True, "with_text": False,
    }  # fmt: skip


def test_a_long_list_is_read_in_pieces():
    """Six thousand rows take no more memory than a few pieces."""
    case = make_case()
    many(case.pk, 6_000)
    actor = staff()
    size = 0
    with acting(actor, read_only=True):
        pieces = exporting.csv_parts(actor, ALL, timezone.now(), with_text=True)
        size += len(next(pieces))
        tracemalloc.start()
        size += sum(map(len, pieces))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert size > 1_500_000
    assert peak < 6_000_000


def many(case_id: int, count: int) -> None:
    """Copies of a case, by SQL (tests only)."""
    with acting(SYSTEM), widened(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ',') FROM pg_attribute WHERE attrelid = 'cases_case'::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('id', 'number')"
        )
        columns = cursor.fetchone()[0]
        cursor.execute(
            f"INSERT INTO cases_case (number, {columns})"
            f" SELECT 10000000 + n, {columns} FROM cases_case, generate_series(1, %s) AS n WHERE id = %s",
            [count, case_id],
        )
