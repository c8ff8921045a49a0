"""A thing at the beginning of a sentence is no resident; a person is one wherever they stand."""

import pytest

from otklik.failures import BadInput
from otklik.practice.residents import refuse_residents

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "Люки закрываем за два часа.",
        "Обходим двор в понедельник. Люки проверяем каждую неделю",
        "Первый шаг: Люки обходим\n- Люки закрываем\n— Арки осматриваем",
        "Ливнёвки чистим до дождей.",
        "Ливневки чистим до дождей.",
    ],
)  # fmt: skip
def test_things_are_written_about(text: str) -> None:
    refuse_residents(text, "steps")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Роман чинит люки сам.", "Роман"),
        ("Вера жалуется третий раз.", "Вера"),
        ("Поля пишет каждый день.", "Поля"),
        ("Люки закрывал Петров Иван", "Петров Иван"),
        ("Ивановы живут у люка.", "Ивановы"),
    ],
)
def test_people_are_not(text: str, who: str) -> None:
    with pytest.raises(BadInput, match=who):
        refuse_residents(text, "steps")
