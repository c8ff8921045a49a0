"""Twenty people at one desk: `python -m bench.twenty [--people 20] [--cases 200] [--set 100000] [--json]`.

They work on one queue of a set of cases through the real web process, with no browser and without a pause. Each
takes the next case of the list that they have before them, so several go for the same one; opens it, triages it,
keeps an answer as it grows in two windows of theirs, takes it to an executor, now and then takes that back.
Afterwards every case is looked at: nothing assigned twice, nothing typed lost, every clock, state and chain of the
journal as the invariants of the tests want them. A refusal is an answer; an error is not.
"""

import argparse
import asyncio
import os
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.home import Place, copy_of_set
from bench.lines import Line, show
from bench.load import Request, ask

TOKEN = "x" * 32
ROW = re.compile(rb'class="case-row"[^>]*data-number="([^"]+)"')
THEME = re.compile(rb'name="theme" value="(\d+)"')
ORGANISATION = re.compile(rb'name="organisation" value="(\d+)"')
REVISION = re.compile(rb'"revision": ?(\d+)')


@dataclass
class Seen:
    """What came of it: milliseconds by kind of request, statuses, what each person typed last into which case."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    typed: dict[tuple[int, str], str] = field(default_factory=dict)
    assigned: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Person:
    """One of them, with an open session."""

    user_id: int
    cookies: str


async def work(port: int, who: Person, seen: Seen, left: list[int], rng: random.Random) -> None:
    """One person's stint: until the common count of cases is used up."""
    page = await _do(port, seen, "queue", who, "/desk/?tab=triage")
    while left[0] > 0:
        rows = ROW.findall(page)
        if not rows:
            return
        left[0] -= 1
        number = rng.choice(rows[:6]).decode()  # what stands first is what everybody goes for
        await _one_case(port, who, seen, number, rng)
        page = await _do(port, seen, "list", who, "/desk/changes/?tab=triage&seen=0.x")


async def _one_case(port: int, who: Person, seen: Seen, number: str, rng: random.Random) -> None:
    at = f"/desk/case/{number}/"
    page = await _do(port, seen, "case", who, at)
    theme = THEME.search(page)
    if theme:
        page = await _do(port, seen, "triage", who, f"{at}triage/", {"theme": theme[1].decode()})
    words = f"Посмотрим на месте, {who.user_id}: {rng.randrange(10**9)}"
    kept = await _do(port, seen, "keep", who, f"{at}keep/", {"text": words[:20], "base": "", "revision": ""})
    revision = REVISION.search(kept)
    if revision:
        told = {"text": words, "base": "", "revision": revision[1].decode()}
        kept = await _do(port, seen, "keep", who, f"{at}keep/", told)
        if REVISION.search(kept):
            seen.typed[who.user_id, number] = words
        # The same person's other window, which knows nothing of this, must not write over it.
        await _do(port, seen, "window", who, f"{at}keep/", {"text": "Другое окно", "base": "", "revision": ""})
    if rng.random() < 0.3:
        form = {"text": words, "kind": "final", "base_version": "", "then": "save"}
        await _do(port, seen, "draft", who, f"{at}draft/", form)
    executor = ORGANISATION.search(page)
    if not executor:
        return
    form = {"organisation": executor[1].decode(), "task": "Посмотреть и исправить", "address": "", "due_at": ""}
    if await _did(port, seen, "assign", who, f"{at}assign/", form):
        seen.assigned[number] += 1
        if rng.random() < 0.2:
            seen.undone[number] += await _did(port, seen, "undo", who, f"{at}undo/", {})


async def _do(
    port: int, seen: Seen, kind: str, who: Person, path: str, form: dict[str, str] | None = None
) -> bytes:
    """The answer, whatever it says; an error of the program ends the run."""
    return (await _asked(port, seen, kind, who, path, form))[1]


async def _did(port: int, seen: Seen, kind: str, who: Person, path: str, form: dict[str, str]) -> bool:
    """Whether it was done: a refusal comes with 422."""
    return (await _asked(port, seen, kind, who, path, form))[0] == 200


async def _asked(
    port: int, seen: Seen, kind: str, who: Person, path: str, form: dict[str, str] | None = None
) -> tuple[int, bytes]:
    began = time.perf_counter()
    headers = {"X-CSRFToken": TOKEN, "HX-Request": "true"} if form is not None or kind != "queue" else {}
    status, _size, text = await ask(port, Request(path, f"{who.cookies}; csrftoken={TOKEN}", form, headers))
    seen.times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    seen.statuses[f"{kind} {status}"] += 1
    assert status < 500, f"{status} {path}\n{text.decode(errors='replace')[:2000]}"
    return status, text


def measure(place: Place, people: int, cases: int) -> list[Line]:
    """Let them work, then look at everything they touched. Raises AssertionError for what must not be."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from bench.serving import make_person, web

    staff = []
    for _one in range(people):
        user, cookies = make_person(("coordinator", "gorod-volgograd"), ("operator", "gorod-volgograd"))
        staff.append(Person(user.pk, cookies))
    seen, left = Seen(), [cases]
    with web(place) as site:
        asyncio.run(_warm(site.port, staff))
        began, spent = time.perf_counter(), site.spent()
        asyncio.run(_all(site.port, staff, seen, left))
        seconds, cpu = time.perf_counter() - began, site.spent() - spent
    touched = look(seen)
    told = f"{touched} cases; " + ", ".join(f"{name} {n}" for name, n in sorted(seen.statuses.items()))
    print(told, f"{seconds:.0f} s, CPU web {cpu:.0f} s", flush=True)
    return [
        Line(f"twenty {kind}", *_middle(times), round(len(times) / seconds, 1), 0, 0.0, "")
        for kind, times in sorted(seen.times.items())
    ]


async def _warm(port: int, staff: list[Person]) -> None:
    """The process has run for a while: models are read, connections are open."""
    for who in staff[:4]:
        for path in ("/desk/?tab=triage", "/desk/call/"):
            await ask(port, Request(path, who.cookies))


async def _all(port: int, staff: list[Person], seen: Seen, left: list[int]) -> None:
    rng = random.Random(20261126)
    await asyncio.gather(
        *(work(port, who, seen, left, random.Random(rng.random())) for who in staff)
    )


def _middle(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return round(ordered[len(ordered) // 2], 1), round(ordered[max(0, -(-len(ordered) * 95 // 100) - 1)], 1)


def look(seen: Seen) -> int:
    """No double assignment, no lost draft, no wrong clock. Returns how many cases were looked at."""
    from otklik.acting import System, acting
    from otklik.answers.models import AnswerVersion
    from otklik.cases import numbers
    from otklik.cases.models import Assignment, Case, KeptText
    from tests.cases import invariants

    touched = sorted({number for _who, number in seen.typed} | set(seen.assigned))
    for number in touched:
        with acting(System("bench"), read_only=True):
            case = Case.objects.get(number=numbers.parse(number) or 0)
            at_work = Assignment.objects.filter(case=case, part=Assignment.Part.RESPONSIBLE)
            standing = at_work.exclude(state=Assignment.State.WITHDRAWN).count()
        given = seen.assigned[number] - seen.undone[number]
        assert given <= 1, f"{number} was assigned {given} times"
        assert standing == given, f"{number}: {standing} responsible for {given} assignments"
        invariants.check(case.pk)
    for (user_id, number), words in seen.typed.items():
        with acting(System("bench"), read_only=True):
            case = Case.objects.get(number=numbers.parse(number) or 0)
            kept = KeptText.objects.filter(case=case, user_id=user_id, text=words).exists()
            saved = AnswerVersion.objects.filter(case=case, author_id=user_id, text=words).exists()
        assert kept or saved, f"{number}: what {user_id} typed is lost"
    return len(touched)


def main() -> None:
    """Let them work and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=20)
    options.add_argument("--cases", type=int, default=200)
    options.add_argument("--set", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with copy_of_set(given.set) as place:
        show(measure(place, given.people, given.cases), given.json, cases=given.set)


if __name__ == "__main__":
    main()
