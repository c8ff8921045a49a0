"""Photos that show a matter before and after: kept with their hints, and what the hints say beside the case.

Hints help a person to look; nothing is refused or closed by them, since anybody can write any EXIF.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.cases.gate import Passage
from otklik.cases.models import Case, Evidence, TaskReply
from otklik.files.photo_hints import NEAR, Hints, apart, look_of, parts_of
from otklik.files.photos import CleanPhoto
from otklik.files.storage import store
from otklik.territory.whereabouts import kilometres

ON_THE_SPOT = 0.3  # km: phones err by tens of metres, points of cases by a house or two
AHEAD = timedelta(hours=1)  # a telephone's clock may go wrong by this much without a word
COMPARED = 60  # earlier photos that may look alike, the newest first


@dataclass(frozen=True)
class Word:
    """One hint in words. `tone`: "good" speaks for the photo, "warn" asks to look, "plain" is neither."""

    tone: Literal["good", "warn", "plain"]
    text: str
    number: int | None = None  # of the other case with the same photo, where this person may see it


def keep(gate: Passage, photo: CleanPhoto, moment: str, reply: TaskReply | None) -> Evidence:
    """Put a photo beside the case, with its hints. Inside an open gate: other cases' photos are compared, too."""
    hints = photo.hints or Hints()
    look = look_of(photo.data)
    return Evidence.objects.create(
        case=gate.case, scope_id=gate.case.scope_id, file=store(photo, gate.case.scope_id), moment=moment, reply=reply,
        added_at=gate.now, taken_at=hints.taken_at, latitude=hints.latitude, longitude=hints.longitude, look=look,
        look_parts=parts_of(look), same_as=_seen_before(gate.case, photo.sha256, look),
    )


def _seen_before(case: Case, sha256: str, look: int | None) -> Evidence | None:
    """The same photo, or a copy of it, at another case: one of the same problem shows the same thing rightly."""
    same = Q(file__sha256=sha256)
    if look is not None:
        same |= Q(look_parts__overlap=parts_of(look))
    others = Evidence.objects.filter(same).exclude(case=case)
    if case.problem_id is not None:
        others = others.exclude(case__problem_id=case.problem_id)
    for other in others.select_related("file").order_by("-id")[:COMPARED]:
        near = look is not None and other.look is not None and apart(look, other.look) <= NEAR
        if near or other.file.sha256 == sha256:
            return other
    return None


def words_of(photo: Evidence, case: Case, assigned_at: datetime | None, others: Sequence[Evidence]) -> list[Word]:
    """What the hints of one photo say. Pure, but for the number of the other case, which `others_numbers` gives.

    `assigned_at`: when the work was given; `others`: all photos of this case.
    """
    words = [*_time_words(photo, assigned_at, others), *_place_words(photo, case)]
    if any(_is_copy(photo, one) for one in others if one.pk != photo.pk and one.moment != photo.moment):
        words.append(Word("warn", _("фото «до» и «после» — одна и та же фотография")))
    return words


def _time_words(photo: Evidence, assigned_at: datetime | None, others: Sequence[Evidence]) -> list[Word]:
    taken = photo.taken_at
    if taken is None:
        return []
    if taken > photo.added_at + AHEAD:
        return [Word("warn", _("время на телефоне неверное: снято позже, чем прислано"))]
    if photo.moment != Evidence.Moment.AFTER:
        return []
    if assigned_at is not None and taken < assigned_at:
        return [Word("warn", _("снято до поручения"))]
    before = [one.taken_at for one in others if one.moment == Evidence.Moment.BEFORE and one.taken_at]
    if before and taken < max(before) and photo.reply_id in {one.reply_id for one in others if one.taken_at}:
        return [Word("warn", _("фото «после» снято раньше фото «до»"))]
    return [Word("good", _("снято после поручения"))] if assigned_at is not None else []


def _place_words(photo: Evidence, case: Case) -> list[Word]:
    if photo.latitude is None or photo.longitude is None or case.latitude is None or case.longitude is None:
        return []
    away = kilometres(photo.latitude, photo.longitude, case.latitude, case.longitude)
    if away <= ON_THE_SPOT:
        return [Word("good", _("снято на месте"))]
    shown = _("%(m)s м") % {"m": round(away * 1000, -2)} if away < 1 else _("%(km)s км") % {"km": round(away)}
    return [Word("warn", _("снято за %(away)s отсюда") % {"away": shown.replace(".0", "")})]


def _is_copy(one: Evidence, other: Evidence) -> bool:
    if one.file_id == other.file_id or one.file.sha256 == other.file.sha256:
        return True
    return one.look is not None and other.look is not None and apart(one.look, other.look) <= NEAR // 2


@dataclass(frozen=True)
class Shot:
    """One photo as the desk shows it: what it shows, when it was taken, what its hints say."""

    photo: Evidence
    words: Sequence[Word]


def shots_of(photos: Sequence[Evidence], case: Case, replies: Mapping[int, TaskReply]) -> dict[int, list[Shot]]:
    """All photos of a case by the reply they came with, before ones first, each with what its hints say.

    Asks the database only where a photo stood at another case: its number is told to whom the database shows it.
    """
    numbers = others_numbers(photos)
    found: dict[int, list[Shot]] = {}
    for photo in sorted(photos, key=lambda one: (one.moment != Evidence.Moment.BEFORE, one.pk)):
        reply = replies.get(photo.reply_id or 0)
        if reply is not None:
            words = _all_words(photo, case, reply.assignment.assigned_at, photos, numbers)
            found.setdefault(reply.pk, []).append(Shot(photo, words))
    return found


def _all_words(
    photo: Evidence, case: Case, assigned_at: datetime, photos: Sequence[Evidence], numbers: dict[int, int]
) -> list[Word]:
    words = words_of(photo, case, assigned_at, photos)
    if photo.same_as_id is not None:
        number = numbers.get(photo.same_as_id)
        text = _("такое фото уже было у карточки") if number else _("такое фото уже было в другом муниципалитете")
        words.append(Word("warn", text, number))
    if photo.taken_at is None and photo.latitude is None:
        words.append(Word("plain", _("телефон не записал ни времени, ни места")))
    return words


def others_numbers(photos: Sequence[Evidence]) -> dict[int, int]:
    """The numbers of the cases where the same photos stood before, as far as this person may see them."""
    wanted = [one.same_as_id for one in photos if one.same_as_id is not None]
    return dict(Evidence.objects.filter(pk__in=wanted).values_list("pk", "case__number")) if wanted else {}
