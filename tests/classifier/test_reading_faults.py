"""A broken file of a classifier is refused with its name, line and column."""

import shutil
from pathlib import Path

import pytest

from otklik.classifier.reading import SHIPPED, ClassifierError, read_classifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "own"))


def spoil(folder: Path, file: str, line: int, old: str, new: str) -> ClassifierError:
    """Change one line of a file and give the error that reading then raises."""
    lines = (folder / file).read_text(encoding="utf-8").split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    (folder / file).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ClassifierError) as caught:
        read_classifier(folder)
    return caught.value


def test_a_good_folder_is_read_as_it_is(folder: Path) -> None:
    assert len(read_classifier(folder).themes) > 200


def test_a_file_saved_by_a_spreadsheet_with_a_mark_at_its_start_is_read(folder: Path) -> None:
    themes = folder / "themes.csv"
    themes.write_text("\ufeff" + themes.read_text(encoding="utf-8"), encoding="utf-8")
    assert len(read_classifier(folder).themes) > 200


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "column"),
    [
        ("themes.csv", 2, "house.roof_leak", "House Roof", "code"),
        ("themes.csv", 2, "house.roof_leak", "water.roof_leak", "code"),
        ("themes.csv", 2, ",house,", ",castle,", "group"),
        ("themes.csv", 2, ",3,1,", ",5,1,", "importance"),
        ("themes.csv", 2, ",3,1,", ",много,1,", "importance"),
        ("themes.csv", 2, ",3,1,", ",3,да,", "fast"),
        ("themes.csv", 2, "housing_company", "wizard", "executor_kind"),
        ("themes.csv", 2, "крыша течёт|", "крыша течёт||", "synonyms"),
        ("themes.csv", 2, "крыша течёт|", "крыша течёт|Крыша течёт|", "synonyms"),
        ("themes.csv", 2, "Течёт крыша", " ", "name"),
        ("themes.csv", 2, ",housing_company", "", "executor_kind"),
        ("themes.csv", 3, "house.flooded_flat", "house.roof_leak", "code"),
        ("themes.csv", 3, "Жильё залили сверху", "Течёт крыша", "name"),
        ("themes.csv", 1, "synonyms", "слова", "synonyms"),
        ("groups.csv", 2, "house", "Дом", "code"),
        ("groups.csv", 2, ",2", ",важно", "importance_hint"),
        ("executor_kinds.csv", 2, "Управляющая компания или товарищество", "", "name"),
        ("not_to_confuse.csv", 2, "water.no_supply", "water.nothing", "theme"),
        ("not_to_confuse.csv", 2, "water.hot_none", "water.no_supply", "other"),
    ],
)
def test_a_fault_names_file_line_and_column(
    folder: Path, file: str, line: int, old: str, new: str, column: str
) -> None:
    error = spoil(folder, file, line, old, new)
    assert (error.file, error.line, error.column) == (file, line, column)
    assert file in str(error) and f"строка {line}" in str(error) and column in str(error)


def test_a_pair_given_twice_even_turned_round_is_a_fault(folder: Path) -> None:
    pairs = folder / "not_to_confuse.csv"
    text = pairs.read_text(encoding="utf-8")
    pairs.write_text(text + "water.hot_none,water.no_supply,Эта пара уже была\n", encoding="utf-8")
    with pytest.raises(ClassifierError, match="уже есть в строке 2") as caught:
        read_classifier(folder)
    assert caught.value.line == text.count("\n") + 1


def test_a_line_after_a_cell_of_two_lines_is_counted_rightly(folder: Path) -> None:
    groups = folder / "groups.csv"
    head, first, second, rest = groups.read_text(encoding="utf-8").split("\n", 3)
    code, name, _, hint = first.split(",")[0], first.split(",")[1], None, first.rsplit(",", 1)[1]
    groups.write_text(
        "\n".join(
            [head, f'{code},{name},"первая\nвторая",{hint}', second.replace("payments", "ПЛАТА"), rest]
        ),
        encoding="utf-8",
    )
    with pytest.raises(ClassifierError) as caught:
        read_classifier(folder)
    assert (caught.value.line, caught.value.column) == (4, "code")


def test_quotes_left_open_are_a_fault_with_its_line(folder: Path) -> None:
    assert spoil(folder, "themes.csv", 2, "Течёт крыша", '"Течёт крыша"х').line == 2


def test_another_encoding_is_a_fault_with_its_line(folder: Path) -> None:
    themes = folder / "themes.csv"
    themes.write_bytes(themes.read_text(encoding="utf-8").encode("cp1251", errors="replace"))
    with pytest.raises(ClassifierError, match="UTF-8") as caught:
        read_classifier(folder)
    assert caught.value.line == 2


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "groups.csv").unlink()
    with pytest.raises(ClassifierError, match=r"groups\.csv"):
        read_classifier(folder)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ('code = "otklik-1"', 'code = "Отклик 1"', "code"),
        ("valid_from = 2025-01-01", 'valid_from = "с января"', "valid_from"),
        ('name = "', 'title = "', "name"),
    ],
)
def test_a_bad_version_file_names_the_key(folder: Path, old: str, new: str, column: str) -> None:
    version = folder / "version.toml"
    version.write_text(version.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ClassifierError) as caught:
        read_classifier(folder)
    assert (caught.value.file, caught.value.column) == ("version.toml", column)
