"""The command line says in one line what a person can do; no stack traces for what is not our fault."""

import os
import subprocess
import sys

import psycopg
import pytest

from tests import databases


def otklik(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "otklik", *words], env={**os.environ, **environment}, cwd=databases.ROOT,
        capture_output=True, text=True, check=False, timeout=60,
    )


def test_an_empty_database_is_told_to_be_migrated(tmp_path):
    owner, app = os.environ["OTKLIK_TEST_OWNER"], os.environ["OTKLIK_TEST_APP"]
    name = f"otklik_t_{os.getpid()}_empty"
    sheet = tmp_path / "s.csv"
    sheet.write_text("id,text\n1,Яма\n", encoding="utf-8")
    databases.clone(owner, "template1", name)
    try:
        done = otklik("import", str(sheet), "--into", "18701000", DATABASE_URL=databases.with_database(app, name))
    finally:
        with psycopg.connect(owner, autocommit=True) as connection:
            databases.drop(connection, name)
    assert done.returncode == 1
    assert "otklik migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_said_so(tmp_path):
    sheet = tmp_path / "s.csv"
    sheet.write_text("id,text\n1,Яма\n", encoding="utf-8")
    done = otklik(
        "import", str(sheet), "--into", "18701000",
        DATABASE_URL="postgresql://otklik_app@/otklik?host=/nonexistent",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Ошибка: База данных недоступна")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["--help"], ["import", "--help"], ["policy", "explain", "--help"], ["doctor", "--help"]]
)
def test_help_is_russian_and_needs_no_database_nor_a_utf8_locale(words):
    done = otklik(*words, LANG="C", LC_ALL="C", PYTHONUTF8="0", DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")
    assert done.returncode == 0, done.stderr


def test_a_wrong_command_is_exit_code_two():
    assert otklik("нет-такой").returncode == 2
