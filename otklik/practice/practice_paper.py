"""One practice as one page for those who have no Otklik: DOCX and PDF. Russian without gettext (decision 085)."""

from otklik.practice.models import Practice, PracticeEffect
from otklik.practice.papers import Block, Heading, Paper, Rows, Words, lines_of, numbered


def paper_of(practice: Practice, group: str, used: int, took: int) -> Paper:
    """The page; the contact is a name and a position, never a phone."""
    blocks: list[Block] = [
        Heading("Что было"), Words(practice.problem), Heading("Что сделали"), numbered(lines_of(practice.steps)),
        Rows((
            ("Сколько стоит", practice.cost),
            ("Местный акт", practice.act or "не понадобился"),
            ("У кого спросить", _contact(practice)),
            ("Взяли", f"центров: {took}, из них ещё пользуются: {used}"),
            ("Что изменилось", effect_words(getattr(practice, "effect", None))),
        )),
    ]  # fmt: skip
    whose = practice.whose if practice.came_from_id else practice.place.name
    return Paper(practice.title, f"Практика: {whose} · {group}".rstrip(" ·"), tuple(blocks),
                 "Сделано в программе «Отклик».")  # fmt: skip


def effect_words(effect: PracticeEffect | None) -> str:
    """«Помогло: …» with its interval, in one Russian sentence."""
    if effect is None or effect.estimate is None or effect.low is None or effect.high is None:
        return "рано судить"
    said = PracticeEffect.Said(effect.said).label
    return (
        f"{said}: доля ответов в срок {_points(effect.estimate)} п. п. сверх остальных "
        f"(95 %: от {_points(effect.low)} до {_points(effect.high)}; ответов до {effect.cases_before}, "
        f"после {effect.cases_after})"
    )


def _points(share: float) -> str:
    return f"{share * 100:+.0f}".replace("-", "−")


def _contact(practice: Practice) -> str:
    one = practice.contact
    if practice.came_from_id is not None:
        return practice.came_contact or "в центре"
    return f"{one.full_name}, {one.position}".rstrip(", ") if one is not None else "в центре"
