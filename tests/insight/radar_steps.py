"""What the tests of the radar share: a past of usual days in the prepared counts, and messages of a moment."""

from datetime import datetime, timedelta

from otklik.acting import acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.insight.models import Burst, HourCount
from otklik.insight.radar_looking import look
from tests.making import SYSTEM, at, place, reread, send

NOON = at("2026-03-04 12:00")  # a Wednesday
TEXTS = (
    "Во всём доме пропала холодная вода, кран сухой", "Нет воды с самого утра, что случилось", "Вода не идёт совсем",
    "Куда делась вода из крана, помогите", "Сидим без воды, дети не умыты", "Воды нет, трубы гудят и шипят",
    "Почему отключили водоснабжение без объявления", "Краны пустые, объясните, когда дадут воду",
)


def water() -> Theme:
    """A theme of the shipped edition."""
    return Theme.objects.filter(version=current(), code__startswith="water", retired=False).order_by("order")[0]


def past(theme: Theme, codes: tuple[str, ...] = ("gorod-kamyshin", "gorod-volzhskiy"), days: int = 40) -> None:
    """One message a day of a theme in each place, at different hours of the day, until yesterday."""
    midnight = NOON.astimezone(zone()).replace(hour=0)
    with acting(SYSTEM), widened():
        HourCount.objects.bulk_create(
            HourCount(
                hour=midnight - timedelta(days=day) + timedelta(hours=8 + (day * 5 + shift) % 12), scope=place(code),
                theme_id=theme.pk, received=1,
            )
            for day in range(1, days) for shift, code in enumerate(codes)
        )


def came(
    count: int, minutes: float, *, code: str = "gorod-kamyshin", until: datetime = NOON, theme: Theme | None = None,
    text: str = "",
) -> list[int]:
    """So many messages within so many minutes up to a moment, each by another resident."""
    theme = theme or water()
    return [
        send(
            text or TEXTS[n % len(TEXTS)], code, now=until - timedelta(minutes=minutes * (count - 1 - n) / count),
            theme_id=theme.pk, phone=f"+7900{n:07}", answer_by="phone",
        ).case_id
        for n in range(count)
    ]


def bursts() -> list[Burst]:
    """All that were found."""
    with acting(SYSTEM):
        return list(Burst.objects.select_related("scope").order_by("pk"))


def looked(now: datetime = NOON) -> list[Burst]:
    """The bursts after a look."""
    look(now)
    return bursts()


def cases(ids: list[int]) -> list[Case]:
    """As they stand now."""
    return [reread(one) for one in ids]
