"""A sheet of another system in the demo: loaded twice, so that its cases moved, one conflict waits, an answer is ready.

Beside the stories and through the same gates as a real load: `importing.begin`, `taking.run`.
"""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from otklik.acting import acting
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.cases.actions.assign import assign
from otklik.cases.actions.triage import triage
from otklik.cases.clock_rules import zone
from otklik.cases.models import OutsideNumber
from otklik.intake import carrying, importing, taking
from otklik.intake.models import SheetProfile
from otklik.operations.demo_network import ACTOR
from otklik.operations.demo_steps import VOUCHED
from otklik.operations.demo_wide import Wide
from otklik.organisations.models import Organisation

SOURCE = "Инцидент (показательный)"
HEADERS = ("ID", "№ ПОС", "Дата создания", "Срок", "Тема", "Исполнитель", "Улица", "Дом", "Текст",
           "Текущий шаг инцидента", "Дата закрытия", "Ответ")  # fmt: skip
# id in the source → (text, street, house, their word for the theme)
ROWS: Mapping[str, tuple[str, str, str, str]] = {
    "26-200117": ("Во дворе третью неделю стоит вода, дети ходят в школу по доскам.", "ул. Лесная", "9", "Лужи"),
    "26-200118": ("Не горят фонари вдоль всей улицы, вечером идём с фонариком.", "ул. Речная", "31", "Освещение"),
    "26-200119": ("Автобус ходит через раз, на остановке ждали час.", "ул. Победы", "2", "Транспорт"),
    "26-200120": ("Контейнеры вывезли, спасибо, но площадка сломана.", "ул. Мира", "18", "Мусор"),
}
DISPUTED, ANSWERED, DONE_THERE = "26-200117", "26-200118", "26-200120"


def make_sheets(wide: Wide) -> int:
    """Load the source, work on it, load it again; returns how many cases came. A second run loads nothing."""
    with acting(ACTOR, read_only=True):
        if SheetProfile.objects.filter(code__startswith=SOURCE).exists():
            return len(ROWS)
    names = dict(Organisation.objects.values_list("pk", "name"))
    ours, other, third = (names[wide.executor(kind)] for kind in ("housing_company", "road_service", "landscaping"))
    first = {number: {"Исполнитель": ours} for number in ROWS}
    _load(wide, first, wide.ago(30))
    _work(wide, Organisation.objects.get(name=other).pk)
    closed = {"Текущий шаг инцидента": "Закрыт", "Дата закрытия": _said(wide.ago(4)), "Ответ": "Площадку починили."}
    again = first | {DISPUTED: {"Исполнитель": third}, DONE_THERE: {"Исполнитель": ours, **closed}}
    _load(wide, again, wide.ago(3))
    profile = SheetProfile.objects.get(code__startswith=SOURCE)
    today = wide.end.date()
    carrying.make_batch(wide.team.coordinator, profile.pk, today - timedelta(days=7), today, now=wide.ago(1))
    return len(ROWS)


def _work(wide: Wide, other: int) -> None:
    """Between the two loads: people give one case to another executor, and have an answer approved for another."""
    team = wide.team
    with acting(ACTOR, read_only=True):
        numbers = OutsideNumber.objects.filter(number__in=[DISPUTED, ANSWERED], case__scope=wide.town)
        ids = dict(numbers.values_list("number", "case_id"))
    theme = wide.stage.themes["yard.puddle"].id
    triage(team.operator, ids[DISPUTED], theme_id=theme, title="Вода во дворе на Лесной", importance=2,
           now=wide.ago(26))  # fmt: skip
    assign(team.coordinator, ids[DISPUTED], organisation_id=other, task="Откачать воду, прочистить ливнёвку",
           now=wide.ago(25))  # fmt: skip
    theme = wide.stage.themes["light.lamps_off"].id
    triage(team.operator, ids[ANSWERED], theme_id=theme, title="Не горят фонари на Речной", importance=2,
           now=wide.ago(26))  # fmt: skip
    answer = save_draft(
        team.coordinator, ids[ANSWERED], text="Здравствуйте! Кабель заменили, фонари на ул. Речной горят.",
        now=wide.ago(3),
    )
    if not team.one_person:
        send_to_review(team.coordinator, answer.pk, now=wide.ago(2.5))
        approve(team.approver, answer.pk, now=wide.ago(2), in_spite=VOUCHED)


def _load(wide: Wide, said: Mapping[str, Mapping[str, str]], now: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.csv"
        _write(path, [_row(wide, number, said[number]) for number in ROWS])
        run = importing.begin(
            ACTOR, path, into=wide.town, profile=SOURCE, file_name=f"инциденты {now:%d.%m}.csv", full=True, now=now
        )
        taking.run(run.pk, path=path, now=now)
    importing.accept_result(ACTOR, run.pk, now=now + timedelta(minutes=9))


def _row(wide: Wide, number: str, said: Mapping[str, str]) -> dict[str, str]:
    text, street, house, theme = ROWS[number]
    return {
        "ID": number, "№ ПОС": f"71{number[-6:]}" if number == DISPUTED else "", "Дата создания": _said(wide.ago(40)),
        "Срок": _said(wide.end + timedelta(days=4)), "Тема": theme, "Улица": street, "Дом": house, "Текст": text,
        **said,
    }


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADERS, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _said(moment: datetime) -> str:
    return moment.astimezone(zone()).strftime("%d.%m.%Y %H:%M")
