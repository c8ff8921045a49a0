"""`otklik policy explain`: one JSON object or a readable text; bad input is one line on stderr and exit code 2."""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest
from click.testing import CliRunner, Result

from otklik.policy.cli import policy

SOCIAL = ("--regime", "social", "--received", "2026-03-13T17:00")


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(policy, ["explain", *arguments])


def test_json_is_one_object_with_offsets_in_every_moment() -> None:
    result = explain(*SOCIAL, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert [clock["kind"] for clock in report["clocks"]] == ["react", "answer"]
    for clock in report["clocks"]:
        assert {"kind", "due", "control", "why"} <= clock.keys()
        for moment in (clock["starts"], clock["due"], clock["control"], *clock["warn"]):
            assert datetime.fromisoformat(moment).utcoffset() is not None
        assert clock["why"]
        assert all(isinstance(sentence, str) for sentence in clock["why"])


def test_the_text_tells_date_control_date_and_reasons() -> None:
    text = explain(
        "--regime", "law59", "--received", "2026-04-08T09:00", "--registered", "2026-04-10T10:00"
    ).stdout
    assert "Ответ: в воскресенье 10.05.2026 в 23:59:59" in text
    assert "контрольная дата: в пятницу 08.05.2026" in text
    assert "часть 1 статьи 12 59-ФЗ" in text


def test_a_forecast_is_marked() -> None:
    arguments = ("--regime", "law59", "--received", "2026-04-08T09:00")
    clocks = json.loads(explain(*arguments, "--json").stdout)["clocks"]
    assert {clock["kind"]: clock["forecast"] for clock in clocks} == {
        "register": False,
        "forward": True,
        "answer": True,
    }
    assert "Ответ (прогноз)" in explain(*arguments).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--regime", "social"),
        ("--received", "2026-03-13T17:00"),
        ("--regime", "sms", "--received", "2026-03-13T17:00"),
        ("--regime", "social", "--received", "вчера"),
        ("--regime", "social", "--received", "2026-02-30T10:00"),
        ("--regime", "social", "--received", "0001-01-01T00:00+14:00"),
        ("--regime", "social", "--received", "9999-12-31T23:59"),
        ("--regime", "social", "--received", "1999-01-01T00:00"),
        ("--regime", "law59", "--received", "2100-12-20T00:00"),
        ("--regime", "law8", "--received", "2009-06-01T00:00"),
        ("--regime", "law59", "--received", "2026-03-13T17:00", "--registered", "2026-03-12T10:00"),
        ("--regime", "law59", "--received", "2026-03-13T17:00", "--registered", "13.03.2026"),
        (*SOCIAL, "--interim", "2026-03-01T10:00"),
        (*SOCIAL, "--importance", "5"),
        (*SOCIAL, "--importance", "-1"),
        (*SOCIAL, "--importance", "высокая"),
        (*SOCIAL, "--importance", "²"),
        (*SOCIAL, "--hours", "18:00-09:00"),
        (*SOCIAL, "--hours", "09:00"),
        (*SOCIAL, "--hours", "09:00-25:00"),
        (*SOCIAL, "--break", "07:00-08:00"),
        (*SOCIAL, "--importance"),
        (*SOCIAL, "--colour", "red"),
        (*SOCIAL, "лишнее"),
        (*SOCIAL, "--importance", "5", "--json"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(arguments: tuple[str, ...]) -> None:
    result = explain(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Ошибка: ")
    assert result.stderr.count("\n") == 1


def test_an_unknown_subcommand_is_one_clear_line_too() -> None:
    result = CliRunner().invoke(policy, ["explian"])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_it_needs_neither_django_nor_a_database_nor_a_russian_locale() -> None:
    program = (
        "import sys; from otklik.cli import main;"
        f"main(['policy', 'explain', *{list(SOCIAL)!r}, '--json']);"
        "sys.exit('django' in sys.modules and 'django was imported')"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "DJANGO", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "LANG": "C", "LC_ALL": "C"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout.decode("utf-8"))["clocks"][1]["due"] == "2026-03-16T16:00:00+03:00"


def test_an_unknown_region_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("nowhere", "../etc"):
        monkeypatch.setenv("OTKLIK_REGION", code)
        result = explain(*SOCIAL)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
