"""What the documents point to is there: links, paths named in backquotes, commands with their options, decisions."""

import re
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from otklik.cli import cli

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "bench" / "README.md"]
ROOMS = "|".join(path.name for path in (ROOT / "otklik").iterdir() if path.is_dir())
NAMED = re.compile(rf"`((?:otklik|tests|docs|scripts|bench|{ROOMS})/[\w./-]*\.(?:py|md|csv|toml|txt|js|css))`")
CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.DOTALL)
# «otklik unix» is the beginning of a line for Postfix.
COMMAND = re.compile(r"(?:^|bin/|-m |sudo -u otklik )otklik(?! unix)((?: [^\s;|&#<>]+)+)")
MODULE = re.compile(r"-m ((?:bench|otklik)\.[\w.]+)")
LINK = re.compile(r"\]\(([^)#:\s]+)(#[\w-]*)?\)|src=\"([^\":]+)\"")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link or source for link, _anchor, source in LINK.findall(text)]
    lost = [link for link in links if not (document.parent / link).exists()]
    named = [name for name in NAMED.findall(text) if not any((ROOT / top / name).exists() for top in ("", "otklik"))]
    assert not lost
    assert not named


def _lines_of_code(document: Path) -> list[str]:
    """What is to be typed: fenced shell and what stands in backquotes, without comments."""
    found = CODE.findall(document.read_text(encoding="utf-8"))
    return [line.split("#")[0].strip() for fenced, inline in found for line in (fenced or inline).splitlines()]


def _unknown(words: list[str]) -> str:
    """The first word of a call of `otklik` that the program does not know; empty when it knows all."""
    command: click.Command = cli
    context = click.Context(cli)
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        inner = command.get_command(context, words[0])
        if inner is None:
            return words[0]
        command, words = inner, words[1:]
    known = {"--help"}.union(*([*one.opts, *one.secondary_opts] for one in command.params))
    given = [word.strip("[]").partition("=")[0] for word in words]
    return next((word for word in given if word.startswith("--") and word not in known), "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_that_a_document_names_are_there(document: Path) -> None:
    lines = _lines_of_code(document)
    calls = [call for line in lines for call in COMMAND.findall(line)]
    modules = [name for line in lines for name in MODULE.findall(line)]
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    made = [name for line in lines for name in re.findall(r"^(?:\w+=\S+ )*make (\w+)", line)]
    assert [call for call in calls if _unknown(call.split())] == []
    assert [name for name in modules if not find_spec(name)] == []
    assert [name for name in made if name not in targets] == []


def test_every_decision_stands_in_the_list() -> None:
    listed = re.findall(r"\(decisions/([\w-]+\.md)\)", (ROOT / "docs" / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))


def test_every_job_stands_in_the_map_of_the_house() -> None:
    from procrastinate.contrib.django import app

    told = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    jobs = [name for name, task in app.tasks.items() if not task.func.__module__.startswith("procrastinate")]
    assert len(jobs) > 50
    assert [name for name in jobs if f"`{name}`" not in told] == []
