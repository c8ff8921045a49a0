"""What a passport of a centre holds: which fields people type, which the program fills, in which order. Pure.

A passport is a paper of two pages, so its words are Russian without gettext (decision 085).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

QUARTER_DAYS = 92  # a typed field that was checked longer ago is asked about again
MOST_LETTERS = 600  # of one typed field: the whole stays within two pages


@dataclass(frozen=True, slots=True)
class Typed:
    """A field that people type: its section, its name, what to write there."""

    section: str
    label: str
    hint: str


SECTIONS: dict[str, str] = {
    "centre": "О центре", "people": "Люди", "room": "Помещение и оборудование", "systems": "Подключённые системы",
    "pages": "Официальные страницы", "hours": "Часы работы", "work": "Как работает", "practices": "Лучшие практики",
    "plans": "Планы", "figures": "Показатели в своей лиге", "exchange": "Обмен опытом",
}
TYPED: dict[str, Typed] = {
    "act": Typed("centre", "Акт о создании", "Вид акта, номер и дата: «Постановление администрации № 12 от 3.02.2026»"),
    "address": Typed("centre", "Адрес", "Где центр находится"),
    "substitute": Typed("people", "Кто замещает", "Фамилия, имя, отчество и должность, если в программе их не видно"),
    "units": Typed("people", "Штат", "Сколько ставок, сколько занято"),
    "training": Typed("people", "Обучение", "Чему и когда учились сотрудники"),
    "room": Typed("room", "Помещение", "Площадь, рабочие места, переговорная"),
    "equipment": Typed("room", "Оборудование", "Экраны, рабочие места, связь, видеосвязь"),
    "other_systems": Typed("systems", "Ещё системы", "Чем пользуетесь помимо Отклика: ЕДДС, ЖКХ, камеры"),
    "pages": Typed("pages", "Ещё страницы", "Сообщества и каналы, которых нет в программе"),
    "practices": Typed("practices", "Чем гордимся", "Одна-две вещи, которые стоит посмотреть у вас"),
    "plans": Typed("plans", "Планы на год", "Что собираетесь сделать и к какому сроку"),
}
_MOBILE = re.compile(r"(?<!\d)(?:\+?7[\s(\-]*|8[\s(\-]*)?\(?9\d{2}[\s)\-]*\d{3}[\s\-]*\d{2}[\s\-]*\d{2}(?!\d)")
HIDDEN_PHONE = "(телефон в центре)"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `typed`: people wrote it, and `checked` is the day they last confirmed it. `inner`: not for outside."""

    code: str
    label: str
    text: str
    typed: bool = False
    checked: date | None = None
    inner: bool = False

    def is_stale(self, day: date) -> bool:
        """Whether a typed row waits for its quarterly check."""
        return self.typed and (self.checked is None or (day - self.checked).days > QUARTER_DAYS)

    @property
    def checked_words(self) -> str:
        """«проверено 26.11.2026» of a typed row."""
        return f"проверено {self.checked:%d.%m.%Y}" if self.typed and self.checked else ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a passport."""

    code: str
    title: str
    rows: tuple[Row, ...]


def outside(text: str) -> str:
    """A text without mobile phones: an office has a line of its own, a mobile one is somebody's."""
    return _MOBILE.sub(HIDDEN_PHONE, text)


def arranged(rows: dict[str, list[Row]], *, inner: bool) -> tuple[Section, ...]:
    """The rows by section in their order. Without `inner` also without personal phones in typed words."""
    out = []
    for code, title in SECTIONS.items():
        kept = [row for row in rows.get(code, []) if row.text and (inner or not row.inner)]
        if not inner:
            kept = [
                Row(row.code, row.label, outside(row.text), typed=row.typed, checked=row.checked) for row in kept
            ]
        if kept:
            out.append(Section(code, title, tuple(kept)))
    return tuple(out)


def stored(sections: tuple[Section, ...]) -> list[dict[str, Any]]:
    """As a version keeps it."""
    return [
        {
            "code": section.code, "title": section.title,
            "rows": [
                {"code": row.code, "label": row.label, "text": row.text, "typed": row.typed,
                 "checked": row.checked.isoformat() if row.checked else None}
                for row in section.rows
            ],
        }
        for section in sections
    ]


def restored(content: Any) -> tuple[Section, ...]:
    """What `stored` wrote. Raises KeyError, TypeError or ValueError for what it did not write."""
    return tuple(
        Section(
            str(section["code"]), str(section["title"]),
            tuple(
                Row(str(row["code"]), str(row["label"]), str(row["text"]), typed=bool(row["typed"]),
                    checked=date.fromisoformat(row["checked"]) if row["checked"] else None)
                for row in section["rows"]
            ),
        )
        for section in content
    )
