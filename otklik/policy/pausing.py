"""Why a limit may stand still, and for how long: a list of reasons and caps, as data of a policy. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.speaking import gettext as _

MOST_REASONS, MOST_WORDS = 12, 80
OTHER = "other"  # always there: a person says in their own words what is waited for


@dataclass(frozen=True)
class PauseReason:
    """One reason. `most`: the longest single pause for it, in working days of the organisation; None: only the cap."""

    code: str
    words: str
    most: int | None = None


# What stands where a policy has no list of its own.
USUAL = (
    PauseReason("resident", "ждём уточнения от жителя"),
    PauseReason("access", "нужен доступ в помещение"),
    PauseReason("weather", "мешает погода или время года"),
    PauseReason("body", "ждём ответа другой организации"),
)


def reasons_of(own: Sequence[PauseReason]) -> tuple[PauseReason, ...]:
    """The reasons to choose from: a policy's own, or the usual ones; «другое» is always the last."""
    listed = tuple(own) or USUAL
    return (*(one for one in listed if one.code != OTHER), PauseReason(OTHER, _("другое")))


def reason_named(own: Sequence[PauseReason], code: str) -> PauseReason | None:
    """The reason of a code; None when a policy has no such."""
    return next((one for one in reasons_of(own) if one.code == code), None)


def what_is_wrong(reasons: Sequence[PauseReason]) -> str:
    """What a list of reasons must not be, in Russian; empty when it is fine."""
    if len(reasons) > MOST_REASONS:
        return _("Причин паузы не больше %(n)s.") % {"n": MOST_REASONS}
    if len({one.code for one in reasons}) < len(reasons) or len({one.words for one in reasons}) < len(reasons):
        return _("Одна причина паузы названа дважды.")
    if any(not one.words.strip() or len(one.words) > MOST_WORDS for one in reasons):
        return _("Причина паузы — от одного до %(n)s знаков.") % {"n": MOST_WORDS}
    if any(one.most == 0 for one in reasons):
        return _("Пауза в ноль дней — не пауза: уберите причину или число.")
    return ""


def reasons_words(reasons: Sequence[PauseReason]) -> str:
    """The list in one line: «ждём жителя — до 5 рабочих дней; нужен доступ»."""
    shown = [
        _("%(words)s — до %(n)s рабочих дней") % {"words": one.words, "n": one.most} if one.most else one.words
        for one in reasons_of(reasons)
    ]
    return "; ".join(shown)
