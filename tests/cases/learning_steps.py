"""A region whose own words no classifier knows: whoever has seen its cases reads them, whoever has not cannot."""

import os
import random
from datetime import datetime, timedelta

import psycopg

from otklik.acting import acting, widened
from otklik.cases.models import Case
from otklik.cases.opening import NewCase, open_cases
from otklik.channels.accounts import own_account
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from tests.making import SYSTEM, organisation, place

# Invented words of a dialect, each of one theme.
DIALECT = {
    "road.pothole": ("бурдюля", "кочкарка", "ямурга", "рытвань"),
    "waste.container": ("мусорган", "сорнявка", "баклуха", "контейнюша"),
    "light.street": ("фонарюка", "темнюга", "светуля", "мракуша"),
    "water.none": ("водюха", "сухокран", "капелюха", "струмень"),
}
FILLING = (
    "опять", "третий день", "на нашей улице", "соседи жалуются", "обещали приехать", "никто не отвечает", "возле дома",
    "у магазина", "с прошлой недели", "дети боятся", "сделайте что-нибудь", "звонили два раза", "после праздников",
    "за углом", "вечером особенно", "у остановки", "прошу помочь", "сколько можно", "вчера тоже", "ждём ответа",
)  # fmt: skip


def themes() -> dict[str, Theme]:
    """Four themes of the edition in force under the dialect's names."""
    rows = list(Theme.objects.filter(version=current(), retired=False).order_by("pk")[:200:50])
    return dict(zip(DIALECT, rows, strict=True))


def text_of(name: str, draw: random.Random) -> str:
    """A message in the dialect, unlike the others."""
    said = draw.sample(FILLING, 6)
    said.insert(draw.randrange(6), draw.choice(DIALECT[name]))
    return " ".join(said) + f" {draw.randrange(10_000)}"


def history(
    count: int, *, seed: int = 1, code: str = "gorod-kamyshin", now: datetime, wrong: float = 0.0,
    executors: dict[str, str] | None = None,
) -> list[Case]:
    """Closed cases with their themes, as an import brings them. `wrong`: the share whose theme is drawn at random;
    `executors`: the organisation of each name. The first one starts the numbers of cases anew: which fifth of them
    judges goes by numbers, and tests before this one have used up some."""
    with acting(SYSTEM, read_only=True), widened():
        first = not Case.objects.exists()
    if first:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), 1, false)")
    draw, known, spot = random.Random(seed), themes(), place(code)
    batch = []
    for number in range(count):
        name = draw.choice(list(DIALECT))
        told = draw.choice(list(DIALECT)) if draw.random() < wrong else name
        at = now - timedelta(days=count - number, minutes=number)
        batch.append(
            NewCase(
                account=own_account("portal"), external_id=f"{seed}-{code}-{number}", text=text_of(name, draw),
                territory=spot, received_at=at, written_at=at, opened_at=now, answer_by="page", theme=known[told],
                executor=organisation(executors[name]) if executors else None, closed_at=at, outcome="solved",
                notifies=False,
            )  # fmt: skip
        )
    with acting(SYSTEM), widened():
        return open_cases(batch, SYSTEM)
