"""An answer of a sample is checked; a remark goes to the municipality, which answers it; the curator closes it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases.clock_rules import Rules, zone
from otklik.cases.noticing import notify
from otklik.cases.public_words import spans_of
from otklik.curating.checklists import MARKS, judge, lines_of
from otklik.curating.models import Example, SampledAnswer
from otklik.curating.people import CURATOR, curators_of, entry, of_centre, people_of, require_curator, user_id
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations import region_settings
from otklik.typed_text import line, typed, within

ACTOR = System("remarks")
DAYS_SETTING = "remark_days"  # working days in which a municipality answers a remark
MOST_WORDS = 2000
S = SampledAnswer.State


def check(
    actor: Actor, sampled_id: int, *, marks: Mapping[str, str], remark: str = "", now: datetime | None = None
) -> SampledAnswer:
    """Record the marks by all lines; with a remark the municipality must answer it. Raises `BadInput`, `Refused`."""
    now = now or timezone.now()
    remark = within(typed(remark), MOST_WORDS, "remark")
    with _locked(actor, sampled_id) as row:
        require_curator(actor, row.scope_id)
        if row.state not in (S.WAITING, S.CHECKED):
            raise Refused(_("Замечание уже у муниципалитета: закройте его или дождитесь ответа."))
        lines = lines_of(row.sample.checklist)
        missing = next((one for one in lines if marks.get(one.code) not in MARKS), None)
        if missing:
            raise BadInput(_("Отметьте каждую строку."), missing.code)
        row.marks = {one.code: marks[one.code] for one in lines}
        row.good = judge(lines, row.marks, row.sample.checklist.misses)
        if not row.good and not remark and any(one.grave and row.marks[one.code] == "no" for one in lines):
            raise BadInput(_("Напишите замечание: без него муниципалитет не узнает, что не так."), "remark")
        row.checked_by_id, row.checked_at, row.remark = user_id(actor), now, remark
        row.state = S.REMARKED if remark else S.CHECKED
        row.due_at = _due(row.scope_id, now) if remark else None
        row.save()
        missed = [code for code, mark in row.marks.items() if mark == "no"]
        entry(actor, f"sampled:{row.pk}", "answer_checked", now, good=row.good, missed=missed, remark=bool(remark))
        if remark:
            _tell_centre(row, now)
        return row


def reply(actor: Actor, sampled_id: int, *, words: str, now: datetime | None = None) -> None:
    """The municipality answers the remark."""
    now = now or timezone.now()
    words = within(typed(words), MOST_WORDS, "reply")
    with _locked(actor, sampled_id) as row:
        if not of_centre(actor, row.scope):
            raise Refused(_("На замечание отвечает сам муниципалитет."))
        if row.state != S.REMARKED:
            raise Refused(_("Это замечание ответа не ждёт."))
        if not words:
            raise BadInput(_("Напишите, что сделали или почему не согласны."), "reply")
        row.reply, row.replied_by_id, row.replied_at, row.state = words, user_id(actor), now, S.REPLIED
        row.save(update_fields=["reply", "replied_by", "replied_at", "state"])
        late = row.due_at is not None and now > row.due_at
        entry(actor, f"sampled:{row.pk}", "remark_replied", now, late=late)
        to = [row.checked_by_id] if row.checked_by_id else curators_of(row.scope, timezone.localdate(now))
        notify(to, "remark", case=None, now=now, words=_told(row), link=f"/region/samples/{row.pk}/")


def decide(actor: Actor, sampled_id: int, *, closes: bool, words: str, now: datetime | None = None) -> None:
    """The curator closes the remark, or sends it back with words for another reply."""
    now = now or timezone.now()
    words = within(typed(words), MOST_WORDS, "verdict")
    with _locked(actor, sampled_id) as row:
        require_curator(actor, row.scope_id)
        if row.state not in (S.REMARKED, S.REPLIED) or (not closes and row.state != S.REPLIED):
            raise Refused(_("С этим замечанием так поступить нельзя: посмотрите, что с ним сейчас."))
        if not closes and not words:
            raise BadInput(_("Напишите, чего не хватает."), "verdict")
        row.verdict = words
        if closes:
            row.state, row.ended_at = S.CLOSED, now
        else:
            row.state, row.due_at, row.alarmed = S.REMARKED, _due(row.scope_id, now), 0
        row.save(update_fields=["verdict", "state", "ended_at", "due_at", "alarmed"])
        entry(actor, f"sampled:{row.pk}", "remark_closed" if closes else "remark_sent_back", now)
        _tell_centre(row, now)


def learn(
    actor: Actor, sampled_id: int, *, good: bool, text: str, lesson: str, about: str = "", now: datetime | None = None
) -> Example:
    """Make a learning example for the whole network: the text as the curator edited it, without persons."""
    now = now or timezone.now()
    text, lesson = within(typed(text), 4000, "text"), line(lesson, 500, "lesson")
    if not text or not lesson:
        raise BadInput(_("Нужны текст и чему он учит."), "text" if not text else "lesson")
    found = next((span for words in (text, lesson) for span in spans_of(words) if span.firm), None)
    if found:
        raise BadInput(
            _("Пример увидят все: уберите «%(words)s» — %(what)s.") % {"words": found.words, "what": found.what}, "text"
        )
    with _locked(actor, sampled_id) as row:
        require_curator(actor, row.scope_id)
        codes = {one.code for one in lines_of(row.sample.checklist)}
        made = Example.objects.create(
            good=good, text=text, lesson=lesson, line=about if about in codes else "", made_by_id=user_id(actor),
            made_at=now,
        )
        entry(actor, f"example:{made.pk}", "example_made", now, good=good)
        return made


def put_away(actor: Actor, example_id: int, *, now: datetime | None = None) -> None:
    """Take an example away. Any curator may: nobody should learn from what turned out wrong."""
    now = now or timezone.now()
    if not isinstance(actor, Staff) or CURATOR not in actor.roles_at(None):
        raise Refused(_("Это делает куратор ЦУР."))
    with acting(actor), widened():
        row = Example.objects.select_for_update().filter(pk=example_id, active=True).first()
        if row is None:
            raise NotYours(_("Такого примера нет."))
        row.active = False
        row.save(update_fields=["active"])
        entry(actor, f"example:{row.pk}", "example_put_away", now)


def alarm_due(now: datetime) -> int:
    """The job: remarks whose day has come, or is over without a reply. Tells the centre once each. Returns how many."""
    told = 0
    with acting(ACTOR), widened():
        today = timezone.localdate(now)
        day_ends = datetime.combine(today, time.max, zone())
        rows = SampledAnswer.objects.select_for_update(skip_locked=True, of=("self",)).select_related("scope", "case")
        for row in rows.filter(state=S.REMARKED, due_at__lte=day_ends, alarmed__lt=2):
            stage = 2 if row.due_at is not None and row.due_at < now else 1
            if row.alarmed >= stage:
                continue
            row.alarmed = stage
            row.save(update_fields=["alarmed"])
            _tell_centre(row, now, late=stage == 2)
            if stage == 2 and row.checked_by_id:
                notify([row.checked_by_id], "remark", case=None, now=now, words=_told(row, late=True),
                       link=f"/region/samples/{row.pk}/")  # fmt: skip
            told += 1
    return told


def sampled(scopes: frozenset[int] | None) -> QuerySet[SampledAnswer]:
    """Answers of samples, as the actor sees them. Inside `acting`."""
    rows = SampledAnswer.objects.select_related(
        "sample__place", "sample__checklist", "case__theme", "scope", "answer", "checked_by", "replied_by"
    )
    return rows if scopes is None else rows.filter(scope_id__in=scopes)


def _due(scope_id: int, now: datetime) -> datetime:
    days = int(region_settings.get(DAYS_SETTING, scope_id))
    last = Rules().calendar_of(scope_id).add_working_days(timezone.localdate(now), days)
    return datetime.combine(last, time(23, 59, 59), zone())


def _tell_centre(row: SampledAnswer, now: datetime, *, late: bool = False) -> None:
    to = people_of(row.scope, timezone.localdate(now), {"coordinator", "head"})
    notify(to, "remark", case=None, now=now, words=_told(row, late=late), link=f"/desk/curator/remarks/{row.pk}/")


def _told(row: SampledAnswer, *, late: bool = False) -> str:
    """The program's own words for a notice: numbers and days."""
    from otklik.cases.numbers import shown

    with override("ru"):
        number = shown(row.case.number)
        if row.state == S.CLOSED:
            return _("Карточка %(number)s: замечание закрыто") % {"number": number}
        if row.state == S.REPLIED:
            return _("Карточка %(number)s: на замечание ответили") % {"number": number}
        due = timezone.localtime(row.due_at, zone()).strftime("%d.%m") if row.due_at else ""
        if late:
            return _("Карточка %(number)s: ответа на замечание ждали до %(due)s") % {"number": number, "due": due}
        return _("Карточка %(number)s: ответьте на замечание до %(due)s") % {"number": number, "due": due}


@contextmanager
def _locked(actor: Actor, sampled_id: int) -> Iterator[SampledAnswer]:
    """The row as this actor sees it, then locked and writable. `NotYours` for a stranger's and for a closed case."""
    with acting(actor):
        if not SampledAnswer.objects.filter(pk=sampled_id).exists():
            raise NotYours(_("Такого ответа в выборке нет."))
        with widened():
            rows = SampledAnswer.objects.select_for_update(of=("self",))
            yield rows.select_related("sample__checklist", "scope", "case").get(pk=sampled_id)
