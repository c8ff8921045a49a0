"""Practices: one of each state, one that another centre took, an effect, and a need of the home centre."""

from datetime import timedelta
from io import BytesIO

from django.utils import timezone
from docx import Document

from otklik.acting import acting, widened
from otklik.practice import practice_taking, practices
from otklik.practice.models import Need, PracticeEffect
from otklik.territory.models import Kind, Territory
from tests.making import SYSTEM, make_staff, place

ELSEWHERE = "gorod-volzhskiy"
STEPS = "Осмотрели сеть\nНашли слабое место\nЗаменили участок"


def small_docx(*words: str) -> bytes:
    """A document with these paragraphs."""
    page, packed = Document(), BytesIO()
    for one in words:
        page.add_paragraph(one)
    page.save(packed)
    return packed.getvalue()


def make_practices(home: str, region: str) -> dict[str, list[str]]:
    """Make them through the gates; returns values of the addresses' parameters."""
    now, here = timezone.now(), place(home)
    ours = make_staff(("coordinator", home), name="Полынная Ада Олеговна")
    far = Territory.objects.filter(kind=Kind.MUNICIPALITY).exclude(code__in=(home, ELSEWHERE)).order_by("code")[0]
    theirs = make_staff(("coordinator", far.code), name="Речная Уля Львовна")
    others = make_staff(("coordinator", ELSEWHERE), name="Донская Ия Глебовна")
    curator = make_staff(("curator", region), name="Осокина Вера Павловна")

    def typed(title: str) -> practices.Typed:
        return practices.Typed(
            title, "water", "Прорывы каждую неделю", STEPS, "40 тысяч в год", "распоряжение № 12 от 01.02.2026",
            file=("akt.docx", small_docx("Распоряжение № 12")),
        )

    taken_from = practices.make(theirs, typed("Слабые места водопровода"), place_id=far.pk)
    practices.offer(theirs, taken_from.pk)
    practices.confirm(curator, taken_from.pk, version=1)
    begun = now - timedelta(days=100)
    taking = practice_taking.take(
        ours, taken_from.pk, place_id=here.pk, now=begun,
        tasks=[practice_taking.Planned("Осмотреть сеть", ours.user_id, begun.date() + timedelta(days=9))],
    )
    practice_taking.take(
        others, taken_from.pk, place_id=place(ELSEWHERE).pk, now=now,
        tasks=[practice_taking.Planned("Осмотреть сеть", others.user_id, now.date() + timedelta(days=9))],
    )
    waiting = practices.make(ours, typed("Осмотр сети весной"), place_id=here.pk)
    practices.offer(ours, waiting.pk)
    draft = practices.make(ours, typed("Обход колодцев"), place_id=here.pk)
    with acting(SYSTEM), widened():
        PracticeEffect.objects.create(
            practice=taken_from, counted_at=now, said="helped", estimate=0.054, low=0.012, high=0.096, before=0.61,
            after=0.69, cases_before=210, cases_after=198, took=2, untouched=30,
        )
        need = Need.objects.create(
            place=here, group="water", found_at=now, seen_at=now, own=0.52, like=0.81, judged=44,
            better=[far.pk],
            differs=[{"what": "answer", "own": 3000, "theirs": 600, "place": far.pk}],
        )
        task = taking.tasks.get()
    return {
        "practice_id": [str(one.pk) for one in (taken_from, waiting, draft)], "taking_id": [str(taking.pk)],
        "todo_id": [str(task.pk)], "need_id": [str(need.pk)],
    }
