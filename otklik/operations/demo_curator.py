"""What the curator of the demo keeps: official pages of some bodies, samples of three weeks, a plan, two requests.

Each through its gate, by the curator and the people of the demo's own town. A second run makes nothing twice.
"""

from datetime import timedelta

from django.utils import timezone

from otklik.acting import acting, widened
from otklik.curating import asking, checking, checklists, page_figures, pages, planning, sampling
from otklik.curating.models import Ask, OfficialPage, PagePost, Sample, SampledAnswer
from otklik.failures import Failure
from otklik.operations.demo_network import ACTOR
from otklik.operations.demo_wide import Wide
from otklik.organisations.models import Organisation

WEEKS = 3
PAGES = 24  # the other administrations are the gaps
CHECKED = 60  # at most, of all samples: the rest waits for the curator
REMARK = "Назовите день, когда сделают, и кто отвечает."


def make_curated(wide: Wide) -> int:
    """Returns how many things were made."""
    with acting(ACTOR, read_only=True):
        known = OfficialPage.objects.exists() or Ask.objects.exists()
    if known:
        return 0
    return _pages(wide) + _plan(wide) + _samples(wide) + _asks(wide)


def _pages(wide: Wide) -> int:
    judge, made = wide.stage.network.curator, 0
    with acting(ACTOR, read_only=True):
        bodies = list(Organisation.objects.filter(kind="administration", active=True).order_by("code")[:PAGES])
    for place, body in enumerate(bodies):
        said = pages.PageSaid(
            body.pk, f"https://vk.com/primer_{body.code.replace('-', '_')}", body.short_name,
            "" if place % 7 == 3 else "Пробная Анна Петровна, пресс-служба", act="№ 14-р (пример)",
            mark="" if place % 5 == 2 else "yes",
        )
        page = pages.save_page(judge, said, now=wide.ago(24 * 60))
        with acting(ACTOR), widened():
            # As its channel would have told: some are silent for weeks.
            for n in range(0 if place % 6 == 4 else 8):
                at = wide.ago(24 * (3 * n + (20 if place % 6 == 1 else 1)))
                PagePost.objects.create(page=page, external_id=f"wall-{place}_{n}", at=at)
        made += 1
    page_figures.refresh(wide.end)
    return made


def _plan(wide: Wide) -> int:
    day = timezone.localdate(wide.end)
    with acting(ACTOR, read_only=True):
        told = planning.stories([wide.town], day)[:2]
    said = [
        planning.PostSaid(wide.town.pk, day + timedelta(days=n + 1), one.title, one.text, source=one.source,
                          source_id=one.ident)
        for n, one in enumerate(told)
    ]  # fmt: skip
    snow = "Куда писать о снеге и наледи"
    said.append(planning.PostSaid(wide.town.pk, day + timedelta(days=3), snow, "На портал или боту в MAX."))
    for one in said:
        planning.put_into_plan(wide.team.coordinator, one, now=wide.end)
    return len(said)


def _samples(wide: Wide) -> int:
    judge, end = wide.stage.network.curator, wide.end
    made = 0
    for back in range(WEEKS, 0, -1):
        try:
            drawn = sampling.draw(judge, week=timezone.localdate(end) - timedelta(days=7 * back), now=end)
        except Failure:  # a week without answers
            continue
        made += len(drawn)
    lines = checklists.shipped()[0]
    with acting(ACTOR, read_only=True):
        newest = Sample.objects.order_by("-week").values_list("week", flat=True).first()
        if newest is None:
            return made
        older = SampledAnswer.objects.exclude(sample__week=newest).order_by("pk").values_list("pk", flat=True)
        rows = list(older[:CHECKED])
    for place, row_id in enumerate(rows):
        marks = {line.code: "yes" for line in lines}
        marks |= {"facts": "none"} | ({"date": "no", "who": "no"} if place % 3 == 1 else {})
        marks |= {"point": "no"} if place % 9 == 4 else {}
        checking.check(judge, row_id, marks=marks, remark=REMARK if place % 9 == 4 else "", now=end)
    return made


def _asks(wide: Wide) -> int:
    judge, town = wide.stage.network.curator, wide.town.pk
    water = asking.Asked(
        "Пост о воде в центре", "В сообществе пишут, что второй день слабый напор. Что сделали и когда наладят?",
        wide.end + timedelta(hours=4), [town], link="https://vk.com/wall-1_100",
    )
    asking.ask(judge, water, now=wide.ago(1))
    roads = asking.Asked(
        "Дороги после снегопада", "Сколько машин вышло сегодня и какие улицы чистят первыми?", wide.ago(2),
        [town, wide.neighbour.pk],
    )
    row = asking.ask(judge, roads, now=wide.ago(8))
    with acting(ACTOR, read_only=True):
        part = row.parts.get(scope_id=town)
    asking.reply(wide.team.coordinator, part.pk, words="Вышли шесть машин, первыми — улицы у школ.", now=wide.ago(3))
    return 2
