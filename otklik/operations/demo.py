"""The demo region: cases of our own making for every municipality, through the same gates as any other.

The plan (`demo_plan`) is pure and speaks in relative times; the ways (`demo_ways`) call the gates with the moments
they happen at; the digest (`demo_digest`) is over what then stands in the database. With several processors the
places are shared out among processes: each case stands alone, so the result is the same.
"""

import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections
from django.utils.translation import gettext as _

from otklik.acting import acting
from otklik.cases import alarms
from otklik.cases.clocks import zone
from otklik.cases.knowledge import knowledge
from otklik.cases.models import Alarm, Case
from otklik.classifier.loading import current
from otklik.failures import Failure
from otklik.insight.jobs import follow_journal, publish_figures
from otklik.journal.sequencing import seal, sequence
from otklik.operations import demo_network
from otklik.operations.demo_answers import make_answers
from otklik.operations.demo_courses import Course
from otklik.operations.demo_curator import make_curated
from otklik.operations.demo_digest import digest
from otklik.operations.demo_exchange import make_exchange
from otklik.operations.demo_moments import received_at
from otklik.operations.demo_network import ACTOR
from otklik.operations.demo_places import Places
from otklik.operations.demo_plan import Story, ThemeFacts, plan
from otklik.operations.demo_practices import make_practices
from otklik.operations.demo_problems import make_problems
from otklik.operations.demo_radar import hear, make_burst
from otklik.operations.demo_rating import make_rating
from otklik.operations.demo_reports import make_reports
from otklik.operations.demo_sheets import make_sheets
from otklik.operations.demo_steps import Stage, ThemeRow
from otklik.operations.demo_texts import THEMES
from otklik.operations.demo_texts.matters import matters
from otklik.operations.demo_ways import live
from otklik.operations.demo_wide import Wide, make_wide
from otklik.organisations import region_settings
from otklik.organisations.models import User
from otklik.organisations.staffing import staff_actor
from otklik.policy.loading import calendar_for, policy_for

DEFAULT_CASES = 900
DEFAULT_SEED = 34
STAFF_BEFORE = timedelta(days=100)  # staff was invited before the first case
MARGIN = timedelta(minutes=3)  # the demo ends a little before now: nothing in it lies in the future
READY, MAKING = "ready", "making"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """What a run made. `skipped`: cases that an interrupted run had already made (then there is no digest)."""

    cases: int
    skipped: int
    digest: str
    seconds: float


def is_demo() -> bool:
    """Whether this database holds a demo region."""
    return bool(region_settings.get("demo"))


def is_empty() -> bool:
    """Whether nobody works here yet: no case and no member of staff."""
    with acting(ACTOR, read_only=True):
        return not Case.objects.exists() and not User.objects.exists()


def unfinished() -> dict[str, Any] | None:
    """What an interrupted run was making, or None."""
    state = region_settings.get("demo")
    return state if state and state["state"] == MAKING else None


def make_demo(
    count: int, seed: int, *, now: datetime, processes: int = 1, progress: Progress | None = None, resume: bool = False
) -> Made:
    """Make a demo region of `count` cases that ends at `now` (aware). See the module.

    `resume` goes on with an interrupted run: of each place, as many cases as it has are taken as made.
    """
    started = time.monotonic()
    end = (now - MARGIN).astimezone(zone()).replace(second=0, microsecond=0)
    _mark(MAKING, count, seed)
    stage = stage_at(seed, end)
    stories = plan(count, seed, list(stage.spots.values()), _facts(stage))
    dated = [(received_at(story, end, stage.calendar), story) for story in stories]
    dated.sort(key=lambda pair: (pair[0], pair[1].index))
    skipped = 0
    if resume:
        dated, skipped = _without_made(dated)
    knowledge()  # built once, before the processes part
    made = _live_all(dated, stage, max(1, min(processes, len(dated) or 1)), progress or (lambda _done, _all: None))
    _settle_alarms(stories, made, end)
    make_problems(stage)
    content = "" if skipped else digest(dict(made.values()), end)
    wide = Wide(stage)
    make_wide(wide)
    make_sheets(wide)
    make_answers(wide)
    make_curated(wide)
    make_burst(wide)
    _mark(READY, count, seed, content)
    _follow(now)
    hear(now)
    make_practices(wide)
    make_exchange(wide)  # its questions and its passport are drawn from figures
    make_rating(now)
    make_reports(wide, now)
    _catch_up(now)  # what the radar and the reports said has its place in the journal, too
    return Made(len(made), skipped, content, time.monotonic() - started)


def hasten() -> None:
    """Settings of this process's connection: plans of queries are kept, and commits need not reach the disk one by one.

    A power cut during the making loses the last cases of a demo, never the order of what is there.
    """
    connection.close()
    connection.settings_dict["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _mark(state: str, count: int, seed: int, content: str = "") -> None:
    wanted = {"state": state, "cases": count, "seed": seed, "digest": content}
    if region_settings.get("demo") != wanted:
        region_settings.put(ACTOR, "demo", wanted)


def stage_at(seed: int, end: datetime) -> Stage:
    """What the demo plays on at that moment: places, rules, people, themes."""
    places = Places()
    spots = places.spots()
    network = demo_network.build(places, spots, end - STAFF_BEFORE, end.date())
    rows = current().themes.filter(code__in=THEMES)
    themes = {t.code: ThemeRow(t.pk, t.importance, t.executor_kind) for t in rows}
    return Stage(
        seed, end, calendar_for(), policy_for("social", end.date()), places, {s.code: s for s in spots}, network, themes
    )


def _facts(stage: Stage) -> dict[str, ThemeFacts]:
    return {
        code: ThemeFacts(row.importance, bool(matters()[code].task))
        for code, row in stage.themes.items()
    }


def _without_made(dated: list[tuple[datetime, Story]]) -> tuple[list[tuple[datetime, Story]], int]:
    """Leave out as many stories of each place as the place has cases: an interrupted run made them in this order."""
    with acting(ACTOR, read_only=True):
        have: dict[str, int] = {}
        for code in Case.objects.values_list("scope__code", flat=True):
            have[code] = have.get(code, 0) + 1
    left, skipped = [], 0
    for pair in dated:
        if have.get(pair[1].spot, 0) > 0:
            have[pair[1].spot] -= 1
            skipped += 1
        else:
            left.append(pair)
    return left, skipped


Dated = Sequence[tuple[datetime, Story]]
Outcome = dict[int, tuple[int, str]]  # story → (case, relative time)


def _live_all(dated: Dated, stage: Stage, processes: int, progress: Progress) -> Outcome:
    if processes == 1:
        made: Outcome = {}
        for received, story in dated:
            made[story.index] = (live(story, received, stage), story.when)
            progress(len(made), len(dated))
        return made
    return _live_in_processes(dated, stage, processes, progress)


def _shares(dated: Dated, stage: Stage, processes: int) -> list[Dated]:
    """Whole municipalities for each process, about equal in work: cases of one place never meet each other."""
    load: dict[str, int] = {}
    for _received, story in dated:
        load[story.spot] = load.get(story.spot, 0) + 1
    groups: list[set[str]] = [set() for _n in range(processes)]
    sizes = [0] * processes
    for spot in sorted(load, key=lambda code: (-load[code], code)):
        smallest = sizes.index(min(sizes))
        groups[smallest].add(spot)
        sizes[smallest] += load[spot]
    return [[pair for pair in dated if pair[1].spot in group] for group in groups]


def _live_in_processes(dated: Dated, stage: Stage, processes: int, progress: Progress) -> Outcome:
    connections.close_all()
    gc.collect()
    gc.freeze()
    fork = multiprocessing.get_context("fork")  # what was read so far is shared, not read again
    reports: Any = fork.SimpleQueue()
    children = [
        fork.Process(target=_child, args=(share, stage, reports), daemon=True)
        for share in _shares(dated, stage, processes)
    ]
    for child in children:
        child.start()
    made: Outcome = {}
    waiting = len(children)
    try:
        while waiting:
            report = reports.get()
            if report is None:
                waiting -= 1
            elif isinstance(report, str):
                raise Failure(_("Показательный регион не получился: %(why)s") % {"why": report})
            else:
                index, case_id, when = report
                made[index] = (case_id, when)
                progress(len(made), len(dated))
    finally:
        for child in children:
            if waiting:
                child.terminate()
            child.join()
    return made


def _child(share: Dated, stage: Stage, reports: Any) -> None:
    """One process: live its stories and report each, while whoever started it lives. Errors are reported, too."""
    parent = os.getppid()
    try:
        hasten()
        for received, story in share:
            if os.getppid() != parent:
                return
            reports.put((story.index, live(story, received, stage), story.when))
        reports.put(None)
    except BaseException as error:
        reports.put(f"{type(error).__name__}: {error}")
        raise
    finally:
        connections.close_all()


def _settle_alarms(stories: Sequence[Story], made: Outcome, end: datetime) -> None:
    """Only the fresh alarm of the plan stays open."""
    fresh = {made[s.index][0] for s in stories if s.course == Course.ALARM_FRESH and s.index in made}
    ours = {case_id for case_id, _when in made.values()}
    with acting(ACTOR, read_only=True):
        unconfirmed = Alarm.objects.filter(confirmed_at=None, case_id__in=ours)
        left = list(unconfirmed.exclude(case_id__in=fresh).values_list("pk", flat=True))
    for alarm in left:
        curator = staff_actor(User.objects.get(username="curator"), end.date())
        alarms.confirm(curator, alarm, taken_by="дежурный смены", now=end)


def _catch_up(now: datetime) -> None:
    """Positions, aggregates and one seal, so that everything is there when the pages open."""
    _follow(now)
    publish_figures(now)
    with acting(ACTOR):
        seal(now)


def _follow(now: datetime) -> None:
    with acting(ACTOR):
        while sequence():
            pass
    follow_journal(now)


def processors() -> int:
    """How many processes pay off here: one for each processor, four at most."""
    try:
        return min(4, len(os.sched_getaffinity(0)))
    except AttributeError:
        return min(4, os.cpu_count() or 1)


