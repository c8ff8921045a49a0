"""Columns are recognised by the headers people have, or as they say."""

import pytest

from otklik.intake.sheets.columns import Field, MapRejected, header_key, parse_map, recognise
from otklik.intake.sheets.rows import Row

EXPORT = [
    "ID",
    "Номер инцидента",
    "Дата создания",
    "Дата закрытия",
    "Группа тем",
    "Тема",
    "Регион",
    "Муниципалитет",
    "Населенный пункт",
    "Улица",
    "Дом",
    "Исполнитель",
    "Тип инцидента",
    "Текущий шаг инцидента",
    "Итог",
    "Теги",
    "Текст инцидента",
    "1ый ответ ПИ",
]
MEANING = [
    "id",
    "number",
    "created",
    "closed",
    "theme_group",
    "theme",
    "region",
    "municipality",
    "settlement",
    "street",
    "house",
    "executor",
    "kind",
    "step",
    "outcome",
    "tags",
    "text",
    "answer",
]
TRIAL = ["id", "text", "theme", "executor", "category", "dup_group", "orig"]


def test_the_export_of_the_incident_system_is_known_whole():
    known = recognise(EXPORT)
    assert dict(zip(MEANING, EXPORT, strict=True)) == {
        str(field): column for field, column in known.columns.items()
    }
    assert known.unused == ()


def test_case_yo_spaces_and_punctuation_do_not_matter():
    known = recognise(["  id ", "ТЕКСТ  инцидента:", "Населённый пункт", "№ ИНЦИДЕНТА", "Телефон", "Срок*"])
    assert known.column(Field.SETTLEMENT) == "Населённый пункт"
    assert known.column(Field.NUMBER) == "№ ИНЦИДЕНТА"
    assert known.column(Field.DUE) == "Срок*"


@pytest.mark.parametrize(
    "header,field",
    [
        ("Срок", "due"),
        ("Дата ответа", "answered"),
        ("Ссылка", "url"),
        ("Автор", "author"),
        ("Телефон", "phone"),
        ("Канал", "channel"),
        ("Источник", "channel"),
        ("Важность", "importance"),
        ("Статус", "step"),
        ("Категория", "theme_group"),
    ],
)
def test_other_usual_headers(header, field):
    assert recognise(["ID", "Текст", header]).column(Field(field)) == header


def test_of_two_columns_for_one_field_the_surer_wins():
    known = recognise(["ID", "Описание", "Текст инцидента", "Дата", "Дата создания"])
    assert known.column(Field.TEXT) == "Текст инцидента"
    assert known.column(Field.CREATED) == "Дата создания"
    assert known.unused == ("Описание", "Дата")


def test_without_an_id_the_number_serves():
    assert recognise(["Номер инцидента", "Текст"]).column(Field.ID) == "Номер инцидента"


def test_without_id_or_text_it_is_said_what_there_is():
    with pytest.raises(MapRejected) as refused:
        recognise(["Дата создания", "Тема"])
    assert "id, text" in refused.value.message and "«Дата создания», «Тема»" in refused.value.message


def test_a_written_map_with_an_alias():
    known = parse_map("id=id,text=text,theme=theme,organisation=executor", TRIAL)
    assert known.columns == {
        Field.ID: "id",
        Field.TEXT: "text",
        Field.THEME: "theme",
        Field.EXECUTOR: "executor",
    }
    assert known.unused == ("category", "dup_group", "orig")


def test_a_written_map_may_name_columns_with_commas_and_in_another_case():
    known = parse_map("id=ид, text=Что, где и когда", ["Ид", "Что, где и когда"])
    assert known.column(Field.TEXT) == "Что, где и когда"


@pytest.mark.parametrize(
    "written,words",
    [
        ("id=id,text=text,colour=theme", ["«colour» нет", "theme_group"]),
        ("id=id,text=body", ["«body» в файле нет", "«dup_group»"]),
        ("id=id", ["text"]),
        ("", ["id, text"]),
        ("id", ["поле=столбец"]),
        ("id=id,text=text,id=orig", ["дважды"]),
    ],
)
def test_a_bad_map_is_refused_with_what_exists(written, words):
    with pytest.raises(MapRejected) as refused:
        parse_map(written, TRIAL)
    assert all(word in refused.value.message for word in words)


def test_values_are_taken_by_field():
    known = parse_map("id=id,text=text", ["id", "text"])
    row = Row(2, {"id": " 7 ", "text": "a\n"})
    assert (known.text(row, Field.ID), known.value(row, Field.TEXT), known.value(row, Field.DUE)) == (
        "7",
        "a\n",
        "",
    )


def test_header_key_keeps_the_number_sign():
    assert header_key("№ п/п") == "№ п п"
    assert header_key("1-ый  Ответ_ПИ.") == header_key("1 ый ответ пи")
