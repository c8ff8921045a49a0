"""Short ways through the gates for tests: a case brought to a state as people bring it."""

import io
from datetime import datetime
from typing import Any

from PIL import Image

from otklik.acting import Link, Staff, acting
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.models import Answer
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import assign
from otklik.cases.models import Assignment, Case, Clock
from otklik.cases.task_links import link_for, open_task
from otklik.files.photos import CleanPhoto, accept_photo
from otklik.intake.accepting import Accepted
from otklik.journal.models import Entry
from tests.making import SYSTEM, at, make_staff, organisation, send

WEDNESDAY = "2026-03-04"  # a working day; the working day is 9 to 18
RECEIVED = at(f"{WEDNESDAY} 10:00")


def o_clock(time: str, day: str = WEDNESDAY) -> datetime:
    """«11:30» of that day, the region's time."""
    return at(f"{day} {time}")


def coordinator() -> Staff:
    return make_staff(("coordinator", "gorod-kamyshin"), name="Коорд Ия Львовна")


def approver() -> Staff:
    return make_staff(("approver", "gorod-kamyshin"), name="Соглас Ян Ильич")


def received(text: str = "На улице Мира второй день не горит фонарь", **fields: Any) -> Accepted:
    return send(text, now=fields.pop("now", RECEIVED), **fields)


def assigned(who: Staff, case_id: int, now: datetime, **fields: Any) -> Assignment:
    wanted = {"organisation_id": organisation().pk, "task": "Заменить лампу"} | fields
    return assign(who, case_id, now=now, **wanted)


def executor(who: Staff, task: Assignment, now: datetime) -> Link:
    return open_task(link_for(who, task.pk, now=now), now)


def approved(who: Staff, case_id: int, now: datetime, **fields: Any) -> Answer:
    answer = save_draft(who, case_id, text=fields.pop("text", "Лампу заменили."), now=now, **fields)
    send_to_review(who, answer.pk, now=now)
    return approve(approver(), answer.pk, now=now)


def answered(who: Staff, case_id: int, now: datetime, **fields: Any) -> Answer:
    return publish(who, approved(who, case_id, now, **fields).pk, now=now)


def clock(case_id: int, kind: str, turn: int = 1) -> Clock:
    with acting(SYSTEM):
        return Clock.objects.filter(case_id=case_id, kind=kind, turn=turn).latest("id")


def running(case_id: int) -> set[str]:
    with acting(SYSTEM):
        return set(Clock.objects.filter(case_id=case_id, stopped_at=None).values_list("kind", flat=True))


def entries(case_id: int, verb: str = "") -> list[Entry]:
    with acting(SYSTEM):
        found = Entry.objects.filter(stream=f"case:{case_id}").order_by("seq")
        return list(found.filter(verb=verb) if verb else found)


def photo(colour: str = "green") -> CleanPhoto:
    out = io.BytesIO()
    Image.new("RGB", (32, 20), colour).save(out, "JPEG")
    return accept_photo(out.getvalue(), "снимок.jpg")


def tasks(case: Case | int) -> list[Assignment]:
    with acting(SYSTEM):
        return list(Assignment.objects.filter(case_id=getattr(case, "pk", case)).order_by("id"))
