"""Another classifier: by a sheet, compared, mapped, adopted; open cases follow, old ones keep their theme."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.actions.close import close
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case, Responsibility
from otklik.cases.queue import Filters, narrowed
from otklik.classifier import loading, storing
from otklik.classifier.models import ClassifierDraft, ClassifierVersion, Theme
from otklik.classifier.reading import ClassifierError, shipped
from otklik.classifier.tabular import COLUMNS, TableRow, edition_of, fields_of, rows_of, slug
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake import importing
from otklik.intake.editions import adopting
from otklik.intake.editions.sheet import read_edition, read_mapping, write_edition, write_mapping
from otklik.intake.models import OutsideWord
from otklik.journal.models import Entry
from otklik.territory.models import Kind, Territory
from tests.cases.invariants import check
from tests.cases.steps import answered, assigned, coordinator
from tests.making import logged_in, make_case, make_staff, make_user, organisation, place, reread

pytestmark = pytest.mark.django_db
ACTOR = System("classifier")


def today() -> date:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate()


def administrator():
    return make_staff(("administrator", Territory.objects.get(kind=Kind.REGION).code))


def theme(code: str) -> Theme:
    return Theme.objects.get(code=code, version=loading.current())


def case_with(code: str, **fields) -> Case:
    made = make_case(**fields)
    triage(coordinator(), made.pk, theme_id=theme(code).pk)
    return reread(made.pk)


def table(tmp_path: Path, *rows: dict[str, str], name: str = "themes.csv") -> Path:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, restval="", delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


VODA = {"Группа": "Вода", "Код группы": "voda"}
NEW = (
    VODA | {"Код темы": "voda.net", "Тема": "Нет воды совсем", "Слова жителей": "нет воды"},
    VODA | {"Код темы": "voda.ploho", "Тема": "Плохая вода", "Не путать с": "voda.net: совсем нет"},
    {"Группа": "Пути", "Тема": "Ямы ★"},
)
ROAD, WATER, LEAK = "road.pothole", "water.no_supply", "water.low_pressure"


def draft(tmp_path: Path, mapping: dict[str, list[str]] | None = None, day: date | None = None) -> ClassifierDraft:
    with table(tmp_path, *NEW).open("rb") as file:
        since = day or today()
        return adopting.upload(administrator(), file, file_name="themes.csv", valid_from=since, mapping=mapping)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_edition_goes_out_and_comes_back_the_same(tmp_path, kind):
    with acting(ACTOR, read_only=True):
        spec = storing.edition(loading.current())
    path = tmp_path / f"themes.{kind}"
    path.write_bytes(write_edition(spec, kind))
    again = read_edition(path, valid_from=spec.valid_from, known=spec)
    assert again.themes == spec.themes and again.groups == spec.groups
    assert {frozenset((e.theme, e.other)) for e in again.not_to_confuse} == {
        frozenset((e.theme, e.other)) for e in spec.not_to_confuse
    }


def test_json_of_an_edition_comes_back_the_same():
    assert storing.from_json(storing.to_json(shipped())) == shipped()


def test_two_columns_are_enough_and_known_names_keep_their_codes():
    known = shipped()
    first = known.themes[0]
    group = next(g for g in known.groups if g.code == first.group)
    rows = [{"name": first.name, "group": group.name}, {"name": "Новая беда", "group": "Новая группа"}]
    spec = edition_of(
        [TableRow(n, row) for n, row in enumerate(rows, 2)], code="x", name="x", valid_from=today(), known=known
    )
    assert spec.themes[0] == first
    assert (spec.themes[1].code, spec.themes[1].importance) == ("novaya_gruppa.novaya_beda", 2)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"Тема": ""}, "столбец «Тема»"), ({"Группа": ""}, "столбец «Группа»"), ({"Важность": "9"}, "от 0 до 4"),
        ({"Решается быстро": "иногда"}, "«да» или «нет»"), ({"Кто обычно исправляет": "кто-то"}, "вида «кто-то» нет"),
        ({"Код темы": "другая.тема"}, "латиница"), ({"Не путать с": "нет такой"}, "в таблице нет"),
        ({"Тема": "Я" * 151}, "длиннее 150"),
    ],
)
def test_a_fault_is_named_with_line_and_column(tmp_path, row, words):
    path = table(tmp_path, {"Группа": "Вода", "Тема": "Нет воды"} | row)
    with pytest.raises(ClassifierError) as refused:
        read_edition(path, valid_from=today())
    assert "строка 2" in str(refused.value) and words in str(refused.value)


def test_a_repeated_theme_and_a_sheet_without_themes_are_refused(tmp_path):
    with pytest.raises(ClassifierError, match="уже есть в строке 2"):
        read_edition(table(tmp_path, *({"Группа": "Вода", "Тема": "Нет воды"},) * 2), valid_from=today())
    with pytest.raises(ClassifierError, match="ни одной темы"):
        read_edition(table(tmp_path), valid_from=today())
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    with pytest.raises(ClassifierError, match="нет столбца «Тема»"):
        read_edition(tmp_path / "a.csv", valid_from=today())


def test_a_mapping_table_goes_out_and_comes_back(tmp_path):
    path = tmp_path / "map.xlsx"
    path.write_bytes(write_mapping([["a.b", "Б", "x.y"], ["a.c", "В", "требует разбора"], ["a.d", "Г", "x.y | x.z"],
                                    ["a.e", "Д", ""]], "xlsx"))
    assert read_mapping(path) == {"a.b": ["x.y"], "a.c": [], "a.d": ["x.y", "x.z"]}


def test_nothing_is_adopted_while_open_cases_would_lose_their_theme(tmp_path):
    case_with(ROAD)
    made = draft(tmp_path)
    with acting(ACTOR, read_only=True), widened():
        _spec, difference = adopting.comparison(made)
    assert [line.theme.code for line in difference.blocking] == [ROAD]
    with pytest.raises(Refused, match="остались бы без темы"):
        adopting.adopt(administrator(), made.pk)
    assert ClassifierVersion.objects.count() == 1
    adopting.set_mapping(administrator(), made.pk, {ROAD: []})
    assert adopting.adopt(administrator(), made.pk).valid_from == today()


def test_open_cases_follow_closed_ones_keep_and_lists_show_both(tmp_path):
    who, now = coordinator(), timezone.now()
    opened, old = case_with(ROAD), case_with(ROAD, text="Старая яма")
    assigned(who, old.pk, now)
    answered(who, old.pk, now)
    close(who, old.pk, outcome="explained", now=timezone.now())
    before = old.theme_id
    made = draft(tmp_path, {ROAD: ["puti.yamy"]})
    adopting.adopt(administrator(), made.pk)
    assert adopting.follow() == 1
    assert adopting.follow() == 0
    new = theme("puti.yamy")
    assert reread(opened.pk).theme_id == new.pk and reread(old.pk).theme_id == before
    with acting(who, read_only=True):
        by_theme = narrowed(who, Filters(tab="all", theme=new.pk), now)
        assert set(by_theme.values_list("pk", flat=True)) == {opened.pk, old.pk}
        by_group = narrowed(who, Filters(tab="all", group=new.group_id), now)
        assert set(by_group.values_list("pk", flat=True)) == {opened.pk, old.pk}
    with acting(ACTOR):
        entry = Entry.objects.get(verb="retheme")
    assert entry.fields["theme"] == [before, new.pk]
    check(opened.pk)


def test_a_split_asks_a_person_with_the_choices_at_hand(tmp_path):
    case = case_with(WATER)
    made = draft(tmp_path, {WATER: ["voda.net", "voda.ploho"]})
    adopting.adopt(administrator(), made.pk)
    assert adopting.follow() == 1
    case = reread(case.pk)
    assert case.theme_id is None
    assert [one["code"] for one in case.suggestion["themes"]] == ["voda.net", "voda.ploho"]


def test_two_themes_may_become_one_and_the_map_of_responsibility_adds_up(tmp_path):
    who = coordinator()
    for code in (WATER, LEAK):
        assigned(who, case_with(code).pk, timezone.now())
    word = OutsideWord.objects.create(profile=_profile(tmp_path), kind="theme", word="Вода", theme=theme(WATER))
    made = draft(tmp_path, {WATER: ["voda.net"], LEAK: ["voda.net"]})
    adopting.adopt(administrator(), made.pk)
    adopting.follow()
    new = theme("voda.net")
    with acting(ACTOR):
        assert Case.objects.filter(theme=new).count() == 2
    row = Responsibility.objects.get(theme=new)
    assert (row.assigned, row.organisation_id) == (2, organisation().pk)
    word.refresh_from_db()
    assert word.theme_id == new.pk


def _profile(tmp_path):
    (tmp_path / "rows.csv").write_text("ID,Текст\n1,Яма\n")
    return importing.begin(System("import"), tmp_path / "rows.csv", into=place("gorod-kamyshin")).profile


def test_an_edition_of_tomorrow_changes_nothing_today(tmp_path):
    case = case_with(ROAD)
    made = draft(tmp_path, {ROAD: ["puti.yamy"]}, today() + timedelta(days=1))
    adopting.adopt(administrator(), made.pk)
    assert loading.current().code == "otklik-1" and adopting.follow() == 0
    assert reread(case.pk).theme_id == case.theme_id
    assert loading.current(today() + timedelta(days=1)).draft == made


def test_cases_follow_over_two_editions(tmp_path):
    case = case_with(ROAD)
    ClassifierVersion.objects.update(valid_from=today() - timedelta(days=9))
    first = draft(tmp_path, {ROAD: ["puti.yamy"]}, today() - timedelta(days=2))
    adopting.adopt(administrator(), first.pk)
    with table(tmp_path, {"Группа": "Дороги и тротуары", "Тема": "Ямы и выбоины"}).open("rb") as file:
        second = adopting.upload(administrator(), file, file_name="b.csv", valid_from=today(),
                                 mapping={"puti.yamy": ["dorogi_i_trotuary.yamy_i_vyboiny"]})
    adopting.adopt(administrator(), second.pk)
    adopting.follow()
    assert reread(case.pk).theme.name == "Ямы и выбоины"


def test_codes_that_are_nowhere_and_days_in_the_past_are_refused(tmp_path):
    with pytest.raises(ClassifierError, match="в новой редакции нет"):
        draft(tmp_path, {ROAD: ["no.such"]})
    with pytest.raises(ClassifierError, match="в действующей редакции нет"):
        draft(tmp_path, {"no.such": ["voda.net"]})
    with pytest.raises(BadInput):
        draft(tmp_path, day=loading.current().valid_from)
    assert not ClassifierDraft.objects.exists()


def test_only_the_administrator_of_the_region_changes_themes(tmp_path):
    made = draft(tmp_path)
    for who in (make_staff(("administrator", "gorod-kamyshin")), coordinator()):
        for act in (lambda w: adopting.adopt(w, made.pk), lambda w: adopting.drop(w, made.pk),
                    lambda w: adopting.set_mapping(w, made.pk, {})):
            with pytest.raises(Refused):
                act(who)
    adopting.drop(administrator(), made.pk)
    with pytest.raises(NotYours):
        adopting.adopt(administrator(), made.pk)


def test_a_list_of_another_region_is_read(trial_data):
    spec = read_edition(trial_data / "messages" / "themes_of_another_region.csv", valid_from=today(), known=shipped())
    assert len(spec.themes) == 195 and len(spec.groups) == 26
    assert any(one.fast for one in spec.themes)
    assert list(fields_of(COLUMNS)) and len(list(rows_of(spec))) == 195


def test_names_make_readable_codes():
    assert slug("Не горит фонарь") == "ne_gorit_fonar" and slug("2-й подъезд").startswith("t_2")
    assert logged_in(make_user(("operator", "gorod-kamyshin"))).get("/settings/themes/").status_code == 200
