"""Killed outright in the middle of a long act: nothing is half done, and the same again brings it to its end."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.intake import importing, taking
from otklik.intake.erasing.erase import erase
from otklik.intake.erasing.finding import ask
from otklik.intake.erasing.models import Erasure
from otklik.intake.models import ImportRun
from otklik.intake.staff_list.applying import apply
from otklik.intake.staff_list.reading import read_list
from otklik.operations.beats import follow_journal, seal_journal
from otklik.operations.doctor import examine
from otklik.organisations.models import RoleAssignment, User
from otklik.residents.models import Contact
from tests.making import SYSTEM, place, send

HOME = "gorod-kamyshin"
DELAYS = (0.02, 0.15, 0.5)  # seconds after the act began
CHAINS = {"streams", "positions", "seals", "references", "threads"}
START = """
import sys, django
django.setup()
from otklik.acting import System
{act}
"""


def killed_at(delay: float, act: str) -> None:
    """Run this code in a process of its own and kill it so long after it said that it begins."""
    child = subprocess.Popen(
        [sys.executable, "-c", START.format(act=act)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "begin"
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.wait(20)
    child.stdout.close()


def is_whole() -> None:
    now = timezone.now()
    follow_journal(now)
    seal_journal(now)
    told = [found.text for name, found in examine(now).found if name in CHAINS and found.level == "problem"]
    assert told == []


@pytest.mark.parametrize("delay", DELAYS)
def test_a_staff_list(committed, tmp_path: Path, delay: float):
    path = tmp_path / "staff.csv"
    rows = [f"Пробный Ян {n};user-of-list-{n};оператор;Камышин" for n in range(150)]
    path.write_text("\n".join(["Фамилия, имя, отчество;Имя для входа;Роль;Где", *rows]), encoding="utf-8")
    act = (
        "from otklik.intake.staff_list.applying import apply\n"
        "from otklik.intake.staff_list.reading import read_list\n"
        f"rows = read_list(open({str(path)!r}, 'rb'), 'staff.csv')\n"
        "print('begin', flush=True)\n"
        "apply(System('test'), rows)\n"
    )
    killed_at(delay, act)
    ours = User.objects.filter(username__startswith="user-of-list-")
    assert ours.count() in (0, 150) and RoleAssignment.objects.filter(user__in=ours).count() == ours.count()
    with path.open("rb") as again:
        apply(SYSTEM, read_list(again, "staff.csv"))
    assert ours.count() == 150 == RoleAssignment.objects.filter(user__in=ours).count()
    is_whole()


@pytest.mark.parametrize("delay", DELAYS)
def test_an_erasure(committed, delay: float):
    for n in range(12):
        send(f"Пробная Ия пишет в {n}-й раз", HOME, name="Пробная Ия", phone="+79005550014")
    asked = ask(SYSTEM, sought="+79005550014", reason="заявление")
    act = (
        "from otklik.intake.erasing.erase import erase\n"
        "print('begin', flush=True)\n"
        f"erase(System('test'), {asked.pk}, confirmed='стереть', whole=True)\n"
    )
    killed_at(delay, act)
    with acting(SYSTEM):
        erased = Case.objects.filter(salt=b"").count()
        assert (erased, Contact.objects.count()) in ((0, 1), (12, 0))
        assert (Erasure.objects.get().state == Erasure.State.DONE) == (erased == 12)
    erase(SYSTEM, asked.pk, confirmed="стереть", whole=True)
    with acting(SYSTEM):
        assert (Case.objects.filter(salt=b"").count(), Contact.objects.count()) == (12, 0)
    is_whole()


@pytest.mark.parametrize("delay", DELAYS)
def test_a_sheet_that_moves_its_cases(committed, tmp_path: Path, delay: float):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    _sheet(first, "")
    _sheet(second, "05.03.2026 10:00")
    run = importing.begin(SYSTEM, first, into=place(HOME), profile="инцидент")
    taking.run(run.pk, path=first)
    run = importing.begin(SYSTEM, second, into=place(HOME), profile="инцидент")
    act = (
        "from pathlib import Path\n"
        "from otklik.intake import taking\n"
        "taking.BATCH = 5\n"
        "print('begin', flush=True)\n"
        f"taking.run({run.pk}, path=Path({str(second)!r}))\n"
    )
    killed_at(delay, act)
    with acting(SYSTEM):
        row = ImportRun.objects.get(pk=run.pk)
        assert Case.objects.filter(state="closed").count() == row.changed <= 60
    done = taking.run(run.pk, path=second)
    with acting(SYSTEM):
        assert Case.objects.filter(state="closed").count() == 60 == Case.objects.count()
    assert (done.changed, done.existing, done.created, done.conflicts) == (60, 60, 0, 0)
    is_whole()


def _sheet(path: Path, closed: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, ["ID", "Дата создания", "Дата закрытия", "Текст"])
        sheet.writeheader()
        for n in range(60):
            sheet.writerow({
                "ID": n, "Дата создания": "02.03.2026 10:00", "Дата закрытия": closed, "Текст": f"Яма у дома {n}",
            })  # fmt: skip
