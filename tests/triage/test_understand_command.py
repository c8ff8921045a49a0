"""`otklik understand`: a JSON string a line in, an object a line out, whatever the string."""

import json

import pytest
from click.testing import CliRunner

from otklik.cli import cli
from otklik.failures import BadInput
from otklik.triage import Knowledge
from otklik.triage.model.base import make_base
from otklik.triage.model.reading import ThemeModel
from tests.triage.test_model import ENTRIES, OWN


@pytest.fixture
def say(monkeypatch):
    from otklik.operations.commands import understand

    known = Knowledge(ENTRIES, model=ThemeModel(make_base(OWN)))
    monkeypatch.setattr(understand, "_knowledge", lambda places: known)
    return lambda *lines, options=(): CliRunner().invoke(
        cli, ["understand", *options], input="\n".join(lines)
    )


def test_every_line_has_everything_the_programs_wait_for(say):
    text = "Не вывозят мусор, звоните 8 927 000-11-22, Иванов Пётр Сергеевич"
    answer = json.loads(say(json.dumps(text)).output)
    assert {"themes", "importance", "kind", "place", "personal", "redacted", "ms"} <= set(answer)
    assert answer["themes"][0]["code"] == "own.waste" and 0 < answer["themes"][0]["p"] <= 1
    kinds = {span["kind"]: text[span["start"] : span["end"]] for span in answer["personal"]}
    assert kinds["phone"] == "8 927 000-11-22" and "Иванов" in kinds["name"]
    assert "Иванов" not in answer["redacted"] and "927" not in answer["redacted"]


@pytest.mark.parametrize(
    "text",
    ["", "😀", "a\u200bb", "<script>alert(1)</script>", "https://example.org", "你好，没有水", "مياه", "\u202eдов",
     "\x00\x01", "нет воды " * 11_112, "\ud800", "A\U00017000"],
)  # fmt: skip
def test_any_text_gets_an_answer_in_bounded_time(say, text):
    shown = say(json.dumps(text))
    assert shown.exit_code == 0, shown.exception
    answer = json.loads(shown.output)
    assert answer["ms"] < 20_000 and len(answer["themes"]) <= 3


def test_lines_are_answered_one_by_one_and_empty_ones_passed_over(say):
    shown = say('"нет воды"', "", '"темно"')
    assert len(shown.output.splitlines()) == 2


@pytest.mark.parametrize("line", ["нет воды", "[1]", "12", "{", "null", '{"a": "b"}'])
def test_a_line_that_is_no_json_string_is_named_by_its_number(say, line):
    shown = say('"темно"', line)
    assert isinstance(shown.exception, BadInput) and "Строка 2" in str(shown.exception)


@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_several_processes_answer_in_the_order_of_the_lines(say, jobs):
    texts = [f"нет воды, дом {number} " + "и ещё " * (number % 7 * 40) for number in range(60)]
    shown = say(*map(json.dumps, texts), options=("--jobs", jobs))
    assert [json.loads(line)["redacted"] for line in shown.output.splitlines()] == texts


def test_what_stood_before_a_bad_line_is_answered_by_several_processes_too(say):
    shown = say('"темно"', '"сыро"', "нет воды", '"холодно"', options=("--jobs", "2"))
    assert isinstance(shown.exception, BadInput) and "Строка 3" in str(shown.exception)
    assert len(shown.output.splitlines()) == 2


@pytest.mark.parametrize("jobs", ["0", "-1", "65", "два"])
def test_a_number_of_processes_that_cannot_be_is_refused(say, jobs):
    assert say('"темно"', options=("--jobs", jobs)).exit_code != 0
