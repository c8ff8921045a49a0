"""The folder of a region is judged as a whole: every fault is named with its file and line, and nothing is loaded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from otklik import regions
from otklik.failures import BadInput, Failure
from otklik.operations import region_sample
from otklik.operations.region_making import check
from tests.databases import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    region_sample.write(tmp_path / "region")
    return tmp_path / "region"


def said(folder: Path) -> list[str]:
    return [str(fault) for fault in check(folder)]


def test_the_sample_and_the_shipped_region_are_good(folder):
    assert said(folder) == []
    assert said(regions.SHIPPED / regions.DEFAULT) == []


def test_the_sample_is_written_only_into_a_new_folder(folder):
    with pytest.raises(Failure, match="не пуста"):
        region_sample.write(folder)


# Each line: the file, what is added or replaced in it, and what must be said.
WRONG = [
    ("region.toml", ('"Europe/Moscow"', '"Europe/Nowhere"'), "region.toml: zone «Europe/Nowhere»: нет такого"),
    ("region.toml", ('subject_code = "00"', 'subject_code = "АБ"'), "region.toml: subject_code «АБ»"),
    ("region.toml", ('code = "primer"', 'code = "При мер"'), "region.toml: code «При мер»"),
    ("region.toml", ('oktmo = "00000000"', ""), "region.toml: не заполнено «oktmo»"),
    ("region.toml", ("{short_genitive}", "{nominative}"), "неизвестная вставка {nominative}"),
    ("region.toml", ('code = "cur"', ""), "[centre_of_region]: не заполнено «code»"),
    ("region.toml", ("[phones]", "[phones"), "region.toml: не читается"),
    ("municipalities.csv", ("code,oktmo", "kod,oktmo"), "municipalities.csv, строка 1: нет столбцов: code"),
    ("municipalities.csv", ("00701000", "00701"), "municipalities.csv, строка 2: oktmo «00701»: восемь цифр"),
    ("municipalities.csv", (",55.7,", ",155.7,"), "municipalities.csv, строка 2: latitude «155.7»"),
    ("municipalities.csv", (",100000,", ",много,"), "municipalities.csv, строка 2: population «много»"),
    ("municipalities.csv", ("+", "лишь,два\n"), "municipalities.csv, строка 3: число столбцов"),
    ("municipalities.csv", ("*", ""), "municipalities.csv, строка 3: code «gorod-primersk» уже есть"),
    ("municipalities.csv", ("*", ""), "municipalities.csv, строка 3: oktmo «00701000» уже есть в строке 2"),
    ("settlements.csv", (",gorod-primersk,", ",gorod-drugoy,"), "settlements.csv, строка 2: municipality «gorod-d"),
    ("bodies.csv", (",regional_body,", ",ministry,"), "bodies.csv, строка 2: kind «ministry»"),
    ("bodies.csv", (",primer,", ",nowhere,"), "bodies.csv, строка 2: territory «nowhere»"),
    ("aliases.csv", ("+", "primer,\n"), "aliases.csv, строка 2: не заполнено «alias»"),
    ("codes.csv", ("+", "primer,oktmo,1,2024-13-01,,\n"), "codes.csv, строка 2: valid_from «2024-13-01»"),
]


@pytest.mark.parametrize(("name", "change", "wanted"), WRONG, ids=[wanted for *_rest, wanted in WRONG])
def test_a_fault_is_named_with_its_file_and_line(folder, name, change, wanted):
    path, (old, new) = folder / name, change
    text = path.read_text()
    if old == "+":
        text += new
    elif old == "*":
        text += text.splitlines()[-1] + "\n"
    else:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    assert any(wanted in line for line in said(folder)), said(folder)


def test_all_faults_are_named_at_once(folder):
    for name, (old, new), _wanted in WRONG[:4]:
        path = folder / name
        path.write_text(path.read_text().replace(old, new))
    (folder / "settlements.csv").write_bytes("name".encode("utf-16"))
    (folder / "policies").mkdir()
    (folder / "policies" / "social.toml").write_text("regime = 1\n")
    (folder / "calendar").mkdir()
    (folder / "calendar" / "2026.toml").write_text("year = \n")
    (folder / "classifier").mkdir()
    (folder / "staff.xlsx").write_bytes(b"")
    files = [fault.file for fault in check(folder)]
    assert files.count("region.toml") == 4
    assert {"settlements.csv", "policies/social.toml", "calendar/2026.toml", "classifier/version.toml",
            "staff.csv"} <= set(files)  # fmt: skip


def test_no_folder_is_one_line(tmp_path):
    with pytest.raises(BadInput, match="нет"):
        check(tmp_path / "nothing")


def test_check_loads_nothing_and_its_exit_code_tells(folder, tmp_path):
    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "otklik", "region", "init", "--check", "--json", str(folder)], cwd=ROOT,
            env={"OTKLIK_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
            check=False,
        )

    done = run()
    assert (done.returncode, json.loads(done.stdout)) == (0, {"ok": True, "faults": []}), done.stderr
    (folder / "municipalities.csv").unlink()
    done = run()
    assert done.returncode == 1 and json.loads(done.stdout)["faults"][0]["file"] == "municipalities.csv"
    assert not (tmp_path / "home").exists()


def test_names_of_regions_never_meet():
    made = [regions.names(code) for code in ("volgograd", "primer", "primer-2", "primer2")]
    assert len({name.database for name in made}) == len({name.app for name in made}) == len(made)
    for wrong in ("", "Primer", "a", "primer_2", "../x", "x" * 60, "пример", "primer-"):
        assert not regions.CODE.fullmatch(wrong)
