"""A sheet comes in once, resumes after a kill at any row, and loses nothing without saying so."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.jobs import understand_waiting
from otklik.cases.models import Alarm, Case, Clock, OutsideNumber
from otklik.classifier.models import Theme
from otklik.failures import BadInput, Refused
from otklik.insight.following import derive
from otklik.intake import importing, mapping, taking
from otklik.intake.models import ImportRun, OutsideWord
from otklik.intake.report import rejected_file
from otklik.organisations import region_settings
from otklik.organisations.models import Organisation
from otklik.territory.tree import by_oktmo
from tests.cases.invariants import check
from tests.making import make_staff, organisation, place

pytestmark = pytest.mark.django_db
ACTOR = System("import")
HEADERS = ["ID", "Дата создания", "Дата закрытия", "Срок", "Муниципалитет", "Тема", "Исполнитель",
           "Текущий шаг инцидента", "Текст инцидента", "1ый ответ ПИ"]


@pytest.fixture
def sheet(tmp_path):
    """Writes a CSV of the export people have; rows are dictionaries of what differs from an ordinary one."""

    def write(*rows: dict[str, str], name: str = "sheet.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADERS, restval="")
            writer.writeheader()
            for number, row in enumerate(rows, 1):
                writer.writerow({"ID": str(number), "Текст инцидента": f"Яма у дома {number}", **row})
        return path

    return write


def load(path: Path, code: str = "gorod-kamyshin", **fields) -> ImportRun:
    run = importing.begin(ACTOR, path, into=place(code), **fields)
    return taking.run(run.pk, path=path)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.rows, run.created, run.existing, run.rejected


def cases() -> list[Case]:
    with acting(ACTOR):
        return list(Case.objects.select_related("theme", "executor", "territory").order_by("id"))


def test_a_second_import_creates_nothing(sheet):
    path = sheet({}, {}, {})
    assert counts(load(path)) == (3, 3, 0, 0)
    assert counts(load(path)) == (3, 0, 3, 0)
    assert len(cases()) == 3


def test_a_run_killed_in_the_middle_goes_on_where_it_stopped(sheet, monkeypatch):
    monkeypatch.setattr(taking, "BATCH", 2)
    path = sheet(*({} for _ in range(7)))
    run = importing.begin(ACTOR, path, into=place("gorod-kamyshin"))

    class Killed(BaseException):
        pass

    def kill(row: ImportRun) -> None:
        if row.rows == 4:
            raise Killed

    with pytest.raises(Killed):
        taking.run(run.pk, path=path, progress=kill)
    again = importing.begin(ACTOR, path, into=place("gorod-kamyshin"))
    assert again.pk == run.pk
    assert counts(taking.run(again.pk, path=path)) == (7, 7, 0, 0)
    assert sorted(c.text for c in cases()) == sorted(f"Яма у дома {n}" for n in range(1, 8))


def test_the_sheets_states_and_dates_win(sheet):
    load(sheet(
        {"Дата создания": "01.03.2026 10:00", "Дата закрытия": "03.03.2026 12:00", "Текущий шаг инцидента": "Закрыт",
         "1ый ответ ПИ": "Яму засыпали"},
        {"Дата создания": "02.03.2026 10:00", "Срок": "10.03.2026"},
    ))
    closed, opened = cases()
    assert closed.state == Case.State.CLOSED
    assert timezone.localtime(closed.closed_at).strftime("%d.%m.%Y %H:%M") == "03.03.2026 12:00"
    assert opened.state == Case.State.NEW
    with acting(ACTOR):
        clock = Clock.objects.get(case=opened)
        assert not Clock.objects.filter(case=closed).exists()
    assert (clock.kind, clock.policy_version) == ("answer", "source")
    assert timezone.localtime(clock.due_at).strftime("%d.%m.%Y %H:%M:%S") == "10.03.2026 23:59:59"


def test_an_import_before_go_live_never_raises_alarms_or_counts(sheet):
    path = sheet({"Дата создания": "01.03.2026 10:00", "Текст инцидента": "Оголённый провод висит над тротуаром"})
    load(path)
    understand_waiting(timezone.now())
    (case,) = cases()
    assert case.importance == 4
    assert not case.notifies
    with acting(ACTOR):
        assert not Alarm.objects.exists()


def test_after_go_live_imported_danger_is_an_alarm(sheet):
    region_settings.put(ACTOR, "go_live", "2026-01-01")
    load(sheet({"Дата создания": "01.03.2026 10:00", "Текст инцидента": "Оголённый провод висит над тротуаром"}))
    understand_waiting(timezone.now())
    with acting(ACTOR):
        assert Alarm.objects.count() == 1


def test_unknown_words_stay_empty_until_mapped_once_for_all(sheet):
    before = Organisation.objects.count()
    load(sheet({"Тема": "Ямы да канавы", "Исполнитель": "Горхоз"}, {"Тема": "Ямы да канавы", "Исполнитель": "Горхоз"}))
    assert Organisation.objects.count() == before
    assert [(c.theme, c.executor) for c in cases()] == [(None, None)] * 2
    words = {w.kind: w for w in OutsideWord.objects.all()}
    assert {w.word: w.seen for w in words.values()} == {"Ямы да канавы": 2, "Горхоз": 2}
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    first = Theme.objects.order_by("id")[0]
    mapping.map_word(coordinator, words["theme"].pk, theme_id=first.pk)
    mapping.map_word(coordinator, words["organisation"].pk, organisation_id=organisation().pk)
    assert mapping.apply_word(words["theme"].pk) == mapping.apply_word(words["organisation"].pk) == 2
    assert {(c.theme_id, c.executor_id) for c in cases()} == {(first.pk, organisation().pk)}
    with pytest.raises(Refused):
        mapping.map_word(make_staff(("operator", "gorod-volzhskiy")), words["theme"].pk, theme_id=first.pk)


def test_a_word_equal_to_our_own_name_maps_itself(sheet):
    load(sheet({"Исполнитель": organisation().name}))
    assert cases()[0].executor == organisation()


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"ID": ""}, "ID", "Нет номера"),
        ({"Текст инцидента": "  "}, "Текст инцидента", "Пустой текст"),
        ({"Дата создания": "вчера"}, "Дата создания", "вчера"),
        ({"Дата создания": "01.03.2090"}, "Дата создания", "ещё не наступила"),
        ({"Дата создания": "05.03.2026", "Дата закрытия": "01.03.2026"}, "Дата закрытия", "раньше"),
        ({"Муниципалитет": "Городской округ город Волжский"}, "Муниципалитет", "Другой муниципалитет"),
    ],
)
def test_a_bad_row_is_listed_with_number_column_and_reason(sheet, row, column, words):
    run = load(sheet({}, row, {}))
    assert counts(run) == (3, 2, 0, 1)
    with acting(ACTOR):
        (bad,) = run.rejected_rows.all()
        assert (bad.row, bad.column) == (3, column)
        assert words in bad.reason


def test_the_report_of_rejected_rows_can_be_mended_and_imported_again(sheet, tmp_path):
    run = load(sheet({}, {"Дата создания": "вчера"}))
    with acting(ACTOR):
        content = rejected_file(run, "csv").decode("utf-8-sig")
    mended = tmp_path / "mended.csv"
    mended.write_text(content.replace("вчера", "01.03.2026"), encoding="utf-8")
    assert counts(load(mended)) == (1, 1, 0, 0)


def test_one_number_with_two_texts_is_never_silently_one_case(sheet):
    run = load(sheet({"ID": "7", "Текст инцидента": "Одно"}, {"ID": "7", "Текст инцидента": "Другое"}))
    assert counts(run) == (2, 1, 0, 1)


def test_both_the_id_and_the_number_that_people_quote_find_the_case(tmp_path):
    path = tmp_path / "two_numbers.csv"
    path.write_text("ID,Номер инцидента,Текст инцидента\n901,И-77,Яма\n902,901,Люк\n", encoding="utf-8")
    assert counts(load(path)) == (2, 2, 0, 0)
    with acting(ACTOR):
        found = dict(OutsideNumber.objects.values_list("number", "case__text"))
    assert found == {"901": "Яма", "И-77": "Яма", "902": "Люк"}


def test_people_of_another_centre_may_not_import_here(sheet):
    path = sheet({})
    with pytest.raises(Refused):
        importing.begin(make_staff(("operator", "gorod-volzhskiy")), path, into=place("gorod-kamyshin"))
    assert importing.begin(make_staff(("operator", "gorod-kamyshin")), path, into=place("gorod-kamyshin")).pk


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"%PDF-1.7", b"\x00\x01\x02" * 50])
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(tmp_path, content):
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        importing.begin(ACTOR, path, into=place("gorod-kamyshin"))
    assert len(str(refused.value)) > 20


def test_the_real_file_comes_in_whole(trial_data):
    path = trial_data / "messages" / "kursk_dev.csv"
    into = by_oktmo("18701000")
    written = "id=id,text=text,theme=theme,organisation=executor"
    run = importing.begin(ACTOR, path, into=into, written_map=written)
    assert counts(taking.run(run.pk, path=path)) == (2392, 2392, 0, 0)
    run = importing.begin(ACTOR, path, into=into, written_map=written)
    assert counts(taking.run(run.pk, path=path)) == (2392, 0, 2392, 0)
    with acting(ACTOR), widened():
        assert OutsideNumber.objects.count() == 2392
        late = Case.objects.filter(control_at__lt=timezone.now() - timedelta(days=1))
        assert not late.exists()


def test_an_answer_without_a_date_is_neither_in_time_nor_late(sheet):
    """The source says «ответ дан» and not when: figures must not praise or blame what nobody knows."""
    region_settings.put(ACTOR, "go_live", "2026-01-01")
    load(sheet(
        {"Дата создания": "01.03.2026 10:00", "Срок": "05.03.2026", "Текущий шаг инцидента": "Закрыт"},
        {"Дата создания": "01.03.2026 10:00", "Срок": "05.03.2026", "Текущий шаг инцидента": "Закрыт",
         "Дата закрытия": "03.03.2026 12:00", "1ый ответ ПИ": "Сделали"},
    ))
    with acting(ACTOR):
        facts = {f.case_id: f.verdict for f in derive([c.pk for c in Case.objects.all()])}
    undated, dated = cases()
    assert (undated.state, dated.state) == (Case.State.CLOSED, Case.State.CLOSED)
    assert (facts[undated.pk], facts[dated.pk]) == ("", "in_time")


def test_who_works_there_sees_the_run_of_their_own_sheet(sheet):
    settlement = place("gorod-kamyshin").children.filter(kind="settlement").first()
    run = importing.begin(ACTOR, sheet({}), into=settlement or place("gorod-kamyshin"))
    with acting(make_staff(("operator", "gorod-kamyshin"))):
        assert ImportRun.objects.filter(pk=run.pk).exists()
    with acting(make_staff(("operator", "gorod-volzhskiy"))):
        assert not ImportRun.objects.filter(pk=run.pk).exists()


def test_a_theme_that_a_word_brings_has_its_own_limits(sheet):
    load(sheet({"Дата создания": "02.03.2026 10:00", "Тема": "Ямы да канавы"}))
    word = OutsideWord.objects.get(kind="theme")
    mapping.map_word(ACTOR, word.pk, theme_id=Theme.objects.filter(retired=False).order_by("id")[0].pk)
    before = cases()[0].due_at
    assert mapping.apply_word(word.pk) == 1
    check(cases()[0].pk)
    assert cases()[0].due_at == before, "the shipped regulation has no limits by theme"
