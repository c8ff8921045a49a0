"""Questions between centres: asked of all, answered by any, kept and found by words and theme.

Gates open `acting` themselves; readers are called inside it. Words that tell of a resident are not taken: everybody in
the network reads them.
"""

from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.cases.noticing import notify
from otklik.classifier.models import ThemeGroup
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.definitions import today
from otklik.insight.slices import crossed
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.league import last_days, like
from otklik.practice.models import CentreQuestion, CentreReply
from otklik.practice.residents import refuse_residents
from otklik.territory.models import Territory
from otklik.typed_text import line, typed, within

MOST_TEXT = 4000
TOLD = 3  # centres of the same size that do well in the theme: they are told of a question
LEAST = 10  # judged cases, below which doing well says nothing


def ask(
    actor: Actor, *, place_id: int | None, title: str, text: str = "", group: str = "", now: datetime | None = None
) -> CentreQuestion:
    """A centre asks the network. Told of it are centres of its size that answer in time on the theme."""
    now = now or timezone.now()
    title, text = line(title, 200, "title"), within(typed(text), MOST_TEXT, "text")
    if not title:
        raise BadInput(_("Напишите вопрос одной строкой."), "title")
    refuse_residents(title, "title")
    refuse_residents(text, "text")
    with acting(actor), widened():
        if place_id is None:
            raise BadInput(_("Выберите, какой центр спрашивает."), "place")
        allowed.require_keeper(actor, place_id)
        place = next((one for one in allowed.centres() if one.pk == place_id), None)
        if place is None:
            raise BadInput(_("Выберите, какой центр спрашивает."), "place")
        chosen = ThemeGroup.objects.filter(code=group).order_by("-version_id").first() if group else None
        if group and chosen is None:
            raise BadInput(_("Выберите тему из списка."), "group")
        row = CentreQuestion.objects.create(
            place=place, author_id=allowed.user_id(actor), group=group, title=title, text=text, at=now
        )
        _note(row, actor, "question_asked", now, place=place.pk, group=group)
        told = [one for centre in _who_knows(place, chosen, now) for one in allowed.people_of(centre, "coordinator")]
        notify(told, "exchange", case=None, now=now, words=f"{place.short_name} спрашивает: {title[:150]}",
               link=page_of(row))
    return row


def _who_knows(place: Territory, group: ThemeGroup | None, now: datetime) -> list[Territory]:
    """Centres of the same size that do best in the theme; nobody in particular without a theme."""
    if group is None:
        return []
    near = set(like(place, today(now)))
    found = []
    for (group_id, where), one in crossed(last_days(now), "group", "place", now).items():
        if group_id == group.pk and where in near and one.judged >= LEAST and (share := one.in_time_share) is not None:
            found.append((-share, where))
    return list(Territory.objects.filter(pk__in=[where for _share, where in sorted(found)[:TOLD]]))


def reply(
    actor: Actor, question_id: int, *, place_id: int | None, text: str, now: datetime | None = None
) -> CentreReply:
    """Answer for one's centre. Who asked is told."""
    now = now or timezone.now()
    text = within(typed(text), MOST_TEXT, "text")
    if not text:
        raise BadInput(_("Напишите ответ."), "text")
    refuse_residents(text, "text")
    with acting(actor), widened():
        row = _locked(question_id)
        if place_id is None or not allowed.may_keep(actor, place_id):
            raise BadInput(_("Выберите, от какого центра отвечаете."), "place")
        if row.closed_at is not None:
            raise Refused(_("Вопрос закрыт: на него уже ответили."))
        said = CentreReply.objects.create(
            question=row, place_id=place_id, author_id=allowed.user_id(actor), text=text, at=now
        )
        _note(row, actor, "question_answered", now, place=place_id)
        if row.author_id and row.author_id != allowed.user_id(actor):
            notify([row.author_id], "exchange", case=None, now=now, words=f"Ответили на ваш вопрос: {row.title[:150]}",
                   link=page_of(row))
    return said


def mark_helped(actor: Actor, reply_id: int, *, now: datetime | None = None) -> CentreReply:
    """«Помогло»: the centre that asked says which answer it was. A second press takes it back."""
    now = now or timezone.now()
    with acting(actor), widened():
        rows = CentreReply.objects.select_for_update(of=("self",)).select_related("question")
        said = rows.filter(pk=reply_id).first()
        if said is None:
            raise NotYours(_("Такого ответа нет."))
        if not allowed.may_keep(actor, said.question.place_id):
            raise Refused(_("«Помогло» отмечает центр, который спросил."))
        said.helped = not said.helped
        said.save(update_fields=["helped"])
        _note(said.question, actor, "question_helped", now, reply=said.pk, helped=said.helped)
    return said


def close(actor: Actor, question_id: int, *, now: datetime | None = None) -> CentreQuestion:
    """Close a question that was answered: it stays to be found. Twice is nothing."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(question_id)
        if not allowed.may_keep(actor, row.place_id):
            raise Refused(_("Закрывает вопрос центр, который спросил."))
        if row.closed_at is None:
            row.closed_at = now
            row.save(update_fields=["closed_at"])
            _note(row, actor, "question_closed", now)
    return row


def found(words: str = "", group: str = "", *, only_open: bool = False) -> QuerySet[CentreQuestion]:
    """Questions, the newest first: each of the words stands in the question or in an answer. Inside `acting`."""
    rows = CentreQuestion.objects.select_related("place", "author").annotate(
        said=Count("replies", distinct=True), helpful=Count("replies", filter=Q(replies__helped=True), distinct=True)
    )
    for word in typed(words).split()[:8]:
        inside = CentreReply.objects.filter(text__icontains=word).values("question_id")
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(pk__in=inside))
    if group:
        rows = rows.filter(group=group)
    if only_open:
        rows = rows.filter(closed_at=None)
    return rows.order_by("-at", "-pk")


def the_question(question_id: int) -> CentreQuestion:
    """One of them. `NotYours` when there is none."""
    row = CentreQuestion.objects.select_related("place", "author").filter(pk=question_id).first()
    if row is None:
        raise NotYours(_("Такого вопроса нет."))
    return row


def page_of(row: CentreQuestion) -> str:
    """The address of a question."""
    return f"/region/questions/{row.pk}/"


def _locked(question_id: int) -> CentreQuestion:
    row = CentreQuestion.objects.select_for_update(of=("self",)).select_related("place").filter(pk=question_id).first()
    if row is None:
        raise NotYours(_("Такого вопроса нет."))
    return row


def _note(row: CentreQuestion, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"question:{row.pk}", verb, actor.reference, now, fields))
