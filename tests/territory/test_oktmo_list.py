"""A list of the classifier is read line by line; what is wrong is named by line, column and reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.failures import BadInput
from otklik.territory.oktmo import check_digit, read_oktmo
from tests.territory.region_places import OKTMO_LIST, oktmo_list

HEAD = "oktmo,check_digit,name\n"


def line(code: str, name: str) -> str:
    quoted = name.replace('"', '""')
    return f'{code},{check_digit(code)},"{quoted}"\n'


SECTION = "Населенные пункты, входящие в состав сельского поселения Пробное Пробного муниципального района"


def test_settlements_and_settlement_bodies_are_read() -> None:
    text = (
        HEAD
        + line("18602405000", SECTION)
        + line("18602405101", "ст-ца Пробная")
        + line("18602405106", 'п свх "АМО"')
    )
    file = read_oktmo(text.encode())
    assert [(s.type_name, s.name, s.municipality_oktmo) for s in file.settlements] == [
        ("станица", "Пробная", "18602000"),
        ("посёлок", 'свх "АМО"', "18602000"),
    ]
    body = file.bodies[0]
    assert (body.name, body.genitive) == ("Пробное сельское поселение", "Пробного сельского поселения")
    assert body.oktmo == "18602405"
    assert file.rejected == ()


def test_a_town_that_gives_its_name_to_a_settlement_body_keeps_it() -> None:
    section = (
        "Населенные пункты, входящие в состав городского поселения город Пробск "
        "Пробского муниципального района"
    )
    body = read_oktmo((HEAD + line("18608101000", section)).encode()).bodies[0]
    assert body.name == "городское поселение город Пробск"
    assert body.genitive == "городского поселения город Пробск"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_do_not_matter(encoding: str, delimiter: str) -> None:
    text = (
        f"ОКТМО{delimiter}КЧ{delimiter}Наименование\n18602405101{delimiter}9{delimiter}ст-ца Алексеевская\n"
    )
    assert read_oktmo(text.encode(encoding)).settlements[0].name == "Алексеевская"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("1860240510,9,х Плес", "oktmo", "11 цифр"),
        ("18602405101,8,х Плес", "check_digit", "должно быть 9"),
        ("18602405101,9,", "name", "нет названия"),
        ("18602405101,9,х ***", "name", "нет букв"),
        ("18602405101", "", "столбцов меньше"),
        ("18602405000,7,что-то", "name", "раздел"),
        ("18602405101,9," + "а" * 300, "name", "длиннее"),
    ],
)
def test_a_wrong_line_is_rejected_with_its_place(row: str, column: str, reason: str) -> None:
    file = read_oktmo((HEAD + "\n" + row + "\n").encode())
    assert file.settlements == ()
    rejected = file.rejected[0]
    assert (rejected.number, rejected.column) == (3, column)
    assert reason in rejected.reason


def test_a_code_given_twice_is_rejected_the_second_time() -> None:
    file = read_oktmo((HEAD + line("18602405101", "х Первый") + line("18602405101", "х Второй")).encode())
    assert [s.name for s in file.settlements] == ["Первый"]
    assert "уже был в строке 2" in file.rejected[0].reason


@pytest.mark.parametrize("content", [b"", b"\x00\x00", "имя;фамилия\nа;б\n".encode()])
def test_another_file_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(BadInput):
        read_oktmo(content)


@given(st.binary(max_size=400))
def test_any_bytes_after_the_header_never_fail(content: bytes) -> None:
    file = read_oktmo(HEAD.encode() + content)
    assert file.lines >= len(file.settlements) + len(file.bodies)


@pytest.mark.skipif(not OKTMO_LIST.exists(), reason="trial list of settlements is not there")
def test_the_whole_list_of_the_region_is_read() -> None:
    file = oktmo_list()
    assert file.lines == 1938
    assert file.rejected == ()
    assert len(file.settlements) == 1494
    assert len({line.municipality_oktmo for line in file.settlements}) == 38
