"""Every command × every kind of bad value in each argument and option: one Russian line, exit code 1 or 2."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest
from django.db import transaction

from otklik.cli import cli, main
from tests.bad_input.table import Kind, kinds_for
from tests.bad_input.trying import changed, digest

# Commands that start servers, change the host or take minutes: their arguments are tried where they live.
ELSEWHERE = {
    "up": "starts servers (tests/operations/test_up.py)", "web": "starts a server", "worker": "starts a server",
    "database": "starts a server", "migrate": "works as the owner", "backup": "works as the owner",
    "restore": "works as the owner", "demo": "fills the database", "doctor": "reads everything for minutes",
    "bench": "takes minutes",
}  # fmt: skip
RIGHT: dict[str, list[str]] = {
    "import": ["{sheet}", "--into", "18715000"],
    "policy explain": ["--regime", "social", "--received", "2026-03-13T17:00"],
    "staff import": ["{staff}"],
    "region new": ["{folder}/new"],
    "region init": ["{folder}/no-such", "--check"],
    "region list": [],
    "understand": ["--no-places"],
    "train": ["--train", "{labelled}", "--out", "{folder}/model"],
    "evaluate": ["themes", "--test", "{labelled}", "--json"],
    "classifier export": ["{folder}/out.csv"],
    "classifier import": ["{themes}", "--check"],
    "territory settlements": ["{settlements}"],
    "territory boundaries": ["{boundaries}"],
    "territory streets": ["{streets}"],
    "territory learned": [],
    "channels list": [],
    "channels replay": ["site", "{form}"],
    "mail deliver": ["--account", "nobody"],
    "rating check": [],
    "rating draft": ["2020-01"],
    "insight check": ["--json"],
    "insight rebuild": ["--json"],
}  # fmt: skip
OWN_CODES = {"mail deliver": 75}  # EX_TEMPFAIL: the mail server keeps the letter


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command of the program by its words."""
    context = click.Context(cli)

    def walk(group: click.Group, words: str) -> Iterator[tuple[str, click.Command]]:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command
            if isinstance(command, click.Group):
                yield from walk(command, f"{words}{name} ")
            else:
                yield f"{words}{name}", command

    for words, command in walk(cli, ""):
        if words.split()[0] not in ELSEWHERE:
            yield words, command


def said(words: list[str]) -> tuple[int, str, str]:
    """Run it in this process and undo what it did: exit code, what it said, and what broke."""
    out, wrong = io.StringIO(), io.StringIO()
    code, thrown = 0, ""
    with transaction.atomic():
        try:
            with redirect_stdout(out), redirect_stderr(wrong):
                main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except Exception as error:
            code, thrown = 1, f"{type(error).__name__}: {error}"[:200]
        transaction.set_rollback(True)
    return code, out.getvalue() + wrong.getvalue(), thrown


def files(folder: Path) -> dict[str, str]:
    """Right files for the base cases."""
    written = {
        "sheet": ("s.csv", "id,text\n1,Яма у дома\n"),
        "staff": ("p.csv", "Фамилия, имя, отчество;Имя для входа;Роль;Где\nПроба Ия;proba;оператор;Камышин\n"),
        "themes": ("t.csv", "Группа;Тема\nПути;Ямы\nПути;Лужи\n"),
        "settlements": ("n.csv", "oktmo,check_digit,name\n"),
        "boundaries": ("b.geojson", '{"type": "FeatureCollection", "features": []}'),
        "streets": ("s.osm", "<osm></osm>"),
        "form": ("f.json", '{"id": "1", "text": "Яма"}'),
        "labelled": ("l.csv", "text,label\n" + "Яма на дороге,a\nНет воды в доме,b\n" * 12),
    }
    found = {"folder": str(folder)}
    for name, (file, text) in written.items():
        (folder / file).write_text(text, encoding="utf-8")
        found[name] = str(folder / file)
    return found


def bad_ways(command: click.Command, right: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """(parameter, kind, words) of every bad value in every parameter."""
    kinds = [one for one in kinds_for("argument") if "\0" not in one.value]  # no system passes NUL in a word
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.is_flag:
            continue
        for kind in kinds:
            value = os.fsdecode(_bytes(kind))
            if isinstance(parameter, click.Option):
                option = parameter.opts[0]
                at = right.index(option) if option in right else None
                rest = right if at is None else [*right[:at], *right[at + 2 :]]
                yield option, kind.name, [*rest, f"{option}={value}"]
            else:
                yield str(parameter.name), kind.name, [*right[1:], "--", value]
        if isinstance(parameter, click.Option):
            yield parameter.opts[0], "no value", [*right, parameter.opts[0]]
    yield "", "an option of another program", [*right, "--no-such-option"]
    yield "", "one word too many", [*right, "лишнее"]


def _bytes(kind: Kind) -> bytes:
    from tests.bad_input.table import as_bytes

    return as_bytes(kind.value)


@pytest.mark.django_db
def test_bad_words_of_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = files(tmp_path)
    deep = tmp_path / "1/2/3/4/5"  # a path upwards stays inside
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    before, holes, count = digest(), [], 0
    for words, command in commands():
        assert words in RIGHT, f"no base case for «otklik {words}»"
        right = [one.format(**made) for one in RIGHT[words]]
        for parameter, kind, bad in bad_ways(command, right):
            count += 1
            code, text, thrown = said([*words.split(), *bad])
            if thrown or "Traceback" in text:
                holes.append(f"otklik {words} {parameter} · {kind} · {thrown or text[-200:]}")
            elif code not in (0, 1, 2, OWN_CODES.get(words, 0)):
                holes.append(f"otklik {words} {parameter} · {kind} · exit code {code}")
            elif code and not any("а" <= sign <= "я" for sign in text.lower()):
                holes.append(f"otklik {words} {parameter} · {kind} · says nothing in Russian: {text[:200]!r}")
    assert not changed(before)
    print(f"\n{count} commands", file=sys.stderr)
    assert not holes, "\n" + "\n".join(holes)
