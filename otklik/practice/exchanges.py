"""Keeping the card of a meeting: planning, its words, the guest's sheet, how it ended.

Gates open `acting` themselves. The journal keeps which meeting, which fields and who.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.photos import CleanPhoto
from otklik.files.storage import store
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.exchange_reading import page_of, when_words
from otklik.practice.exchange_words import clock_between, programme_of, questions_of, retimed
from otklik.practice.models import Exchange, TrustedRegion
from otklik.practice.packet_reading import TakenRow
from otklik.practice.packet_taking import put_words
from otklik.practice.residents import refuse_at_meeting
from otklik.typed_text import line, typed, within

LONGEST = timedelta(days=5)  # of one visit
WORDS: Mapping[str, int] = {  # field of a card → so many letters at most
    "programme": 6000, "host_people": 4000, "guest_people": 4000, "questions": 6000, "minutes": 20000, "press": 10000,
    "guest_words": 6000,
}
PEOPLE = ("host_people", "guest_people")  # their names are meant to be there
State = Exchange.State


@dataclass(frozen=True)
class Meeting:
    """What is asked to plan a meeting. A side without a place is of another region: it has a name, or a partner."""

    topic: str
    way: str
    host_id: int | None
    guest_id: int | None
    begins_at: datetime
    ends_at: datetime
    outside_name: str = ""
    partner_id: int | None = None
    where: str = ""


def plan(actor: Actor, given: Meeting, *, now: datetime | None = None) -> Exchange:
    """Plan a meeting: the card begins with a programme and with questions of the guest's weakest themes.

    Raises `BadInput` beside the field, `Refused` for who keeps neither of the two centres.
    """
    now = now or timezone.now()
    with acting(actor), widened():
        allowed.require_keeper(actor, given.host_id, given.guest_id)
        row = Exchange(made_by_id=allowed.user_id(actor), made_at=now)
        _take_over(row, given)
        host, guest = row.host, row.guest
        refuse_at_meeting(row, [(row.topic, "topic")])
        row.programme = programme_of(row)
        row.questions = questions_of(guest, now) if guest else ""
        row.save()
        note(row, actor, "exchange_planned", now, host=row.host_id, guest=row.guest_id)
        people = [one for place in (host, guest) if place for one in allowed.people_of(place, "head", "coordinator")]
        notify([one for one in people if one != allowed.user_id(actor)], "exchange", case=None, now=now,
               words=f"{when_words(row)}: {row.host_name} — {row.guest_name}", link=page_of(row))
    return row


def move(actor: Actor, exchange_id: int, given: Meeting, *, version: int, now: datetime | None = None) -> Exchange:
    """Change topic, time or place of a meeting that has not been held. The two sides stay."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = locked(actor, exchange_id)
        _same_version(row, version)
        if row.state != State.PLANNED:
            raise Refused(_("Встреча уже прошла или отменена: время не изменить."))
        before = (row.topic, row.way, row.begins_at, row.ends_at, row.where)
        drafted = row.programme == programme_of(row)
        kept = Meeting(given.topic, given.way, row.host_id, row.guest_id, given.begins_at, given.ends_at,
                       row.guest_name if row.guest_id is None else row.host_name, row.partner_id, given.where)
        _take_over(row, kept)
        if row.topic != before[0]:
            refuse_at_meeting(row, [(row.topic, "topic")])
        if before != (row.topic, row.way, row.begins_at, row.ends_at, row.where):
            later = clock_between(before[2], row.begins_at)
            row.programme = programme_of(row) if drafted else retimed(row.programme, later)
            row.version += 1
            row.save()
            note(row, actor, "exchange_moved", now)
    return row


def write(
    actor: Actor, exchange_id: int, words: Mapping[str, str], *, version: int, photo: CleanPhoto | None = None,
    now: datetime | None = None,
) -> Exchange:
    """Change words of a card: programme, people, questions, minutes, press note with its photo. Names of `WORDS`."""
    now = now or timezone.now()
    given = {name: within(typed(words[name]), most, name) for name, most in WORDS.items() if name in words}
    with acting(actor), widened():
        row = locked(actor, exchange_id)
        _same_version(row, version)
        if row.state == State.CANCELLED:
            raise Refused(_("Встреча отменена: карточку больше не меняют."))
        changed = [name for name, text in given.items() if getattr(row, name) != text]
        for name in changed:
            setattr(row, name, given[name])
        refuse_at_meeting(row, [(given[name], name) for name in changed if name not in PEOPLE])
        if photo is not None:
            row.photo = store(photo, row.host_id or row.guest_id)
            changed.append("photo")
        if changed:
            row.version += 1
            row.save()
            note(row, actor, "exchange_changed", now, changed=changed)
    return row


def draw_questions(actor: Actor, exchange_id: int, *, version: int, now: datetime | None = None) -> Exchange:
    """The questions anew from the guest's weakest themes as they are now; what people wrote stays above."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = locked(actor, exchange_id)
        _same_version(row, version)
        if row.guest is None:
            raise Refused(_("Гость из другой области: его цифр у нас нет. Его вопросы придут с листом гостя."))
        drawn = [one for one in questions_of(row.guest, now).splitlines() if one not in row.questions.splitlines()]
        if drawn:
            row.questions = within("\n".join(filter(None, [row.questions, *drawn])), WORDS["questions"], "questions")
            row.version += 1
            row.save()
            note(row, actor, "exchange_changed", now, changed=["questions"])
    return row


def finish(actor: Actor, exchange_id: int, *, held: bool, now: datetime | None = None) -> Exchange:
    """«Встреча прошла» (not before it begins), or «Отменить». Twice is nothing."""
    now = now or timezone.now()
    wanted = State.HELD if held else State.CANCELLED
    with acting(actor), widened():
        row = locked(actor, exchange_id)
        if row.state == wanted:
            return row
        if row.state != State.PLANNED:
            raise Refused(_("Встреча уже прошла или отменена."))
        if held and now < row.begins_at:
            raise Refused(_("Встреча ещё не началась. Если она прошла раньше, исправьте время."))
        row.state = wanted
        row.version += 1
        row.save()
        note(row, actor, "exchange_held" if held else "exchange_cancelled", now)
    return row


def type_sheet(
    actor: Actor, exchange_id: int, *, people: str, questions: str, words: str, taken: Sequence[TakenRow],
    now: datetime | None = None,
) -> Exchange:
    """Type in the sheet that a guest without Otklik sent back. Typed again, it replaces what it said before."""
    now = now or timezone.now()
    people, questions = within(typed(people), 4000, "people"), within(typed(questions), 6000, "questions")
    words = within(typed(words), 6000, "words")
    with acting(actor), widened():
        row = locked(actor, exchange_id)
        if not row.leaves:
            raise Refused(_("Лист гостя — для гостя из другой области. Свои центры пишут прямо в карточку."))
        if row.state == State.CANCELLED:
            raise Refused(_("Встреча отменена: лист гостя уже не нужен."))
        things = [(one.what, f"what{n}") for n, one in enumerate(taken, 1)]
        said = [(questions, "questions"), (words, "words"), *things]
        refuse_at_meeting(row, said, *people.splitlines(), *(one.who for one in taken))
        put_words(row, people=people, questions=questions, words=words, taken=list(taken))
        note(row, actor, "exchange_sheet", now)
    return row


def _take_over(row: Exchange, given: Meeting) -> None:
    if given.way not in Exchange.Way.values:
        raise BadInput(_("Выберите: ВКС или выезд."), "way")
    row.topic, row.way, row.where = line(given.topic, 200, "topic"), given.way, line(given.where, 300, "where")
    if not row.topic:
        raise BadInput(_("Напишите тему встречи."), "topic")
    if given.ends_at <= given.begins_at:
        raise BadInput(_("Конец раньше начала."), "ends_at")
    if given.ends_at - given.begins_at > LONGEST:
        raise BadInput(_("Дольше пяти дней встреч не бывает: проверьте дни."), "ends_at")
    row.begins_at, row.ends_at = given.begins_at, given.ends_at
    if given.host_id is None and given.guest_id is None:
        raise BadInput(_("Одна из сторон — наш центр: выберите его."), "host")
    if given.host_id == given.guest_id:
        raise BadInput(_("Хозяин и гость — один и тот же центр."), "guest")
    known = {one.pk: one for one in allowed.centres()}
    for side, place_id in (("host", given.host_id), ("guest", given.guest_id)):
        if place_id is not None and place_id not in known:
            raise BadInput(_("Выберите центр из списка."), side)
    row.host, row.guest = known.get(given.host_id or 0), known.get(given.guest_id or 0)
    outside = ""
    if given.host_id is None or given.guest_id is None:
        row.partner = TrustedRegion.objects.filter(pk=given.partner_id or 0, ended_at=None).first()
        if given.partner_id and row.partner is None:
            raise BadInput(_("Этой области больше не доверяют: выберите другую."), "partner")
        outside = line(given.outside_name, 200, "outside_name") or (row.partner.name if row.partner else "")
        if not outside:
            raise BadInput(_("Назовите, кто приедет из другой области."), "outside_name")
    row.host_name = allowed.centre_name(row.host) if row.host else outside
    row.guest_name = allowed.centre_name(row.guest) if row.guest else outside


def locked(actor: Actor, exchange_id: int) -> Exchange:
    """The card, locked, for who keeps one of its centres. Inside a gate."""
    row = Exchange.objects.select_for_update(of=("self",)).select_related("host", "guest", "partner").filter(
        pk=exchange_id).first()
    if row is None:
        raise NotYours(_("Такой встречи нет."))
    allowed.require_keeper(actor, row.host_id, row.guest_id)
    return row


def _same_version(row: Exchange, version: int) -> None:
    if row.version != version:
        raise BadInput(_("Карточку только что изменили. Ваши слова остались на странице: сравните."), "version")


def note(row: Exchange, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    """An entry of the journal about a meeting. Inside a gate."""
    append(NewEntry(f"exchange:{row.pk}", verb, actor.reference, now, fields))
