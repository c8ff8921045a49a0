"""«Понимание текста» in settings: what is shown, who may change what, and how fast."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases import reader_drift
from otklik.cases.models import ReaderVersion, ReaderWeek
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from otklik.territory.models import Kind, Territory
from tests.making import SYSTEM, logged_in, make_user, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def region_code() -> str:
    return Territory.objects.get(kind=Kind.REGION).code


def card(top1: float = 0.71, **more):
    curve = [{"from": t / 10, "coverage": 1 - t / 12, "n": int(400 * (1 - t / 12)), "precision": 0.7 + t / 40,
              "low": 0.65 + t / 40, "high": 0.74 + t / 40} for t in range(10)]  # fmt: skip
    limits = {"n": 400, "0.9": 0.62, "0.95": None}
    return {
        "learnt": 1600, "judged": 400, "from": "2025-01-10", "to": "2026-10-01", "edition": "otklik-1", "last_case": 1,
        "figures": {"n": 400, "groups": 380, "top1": [top1, 0.66, 0.75], "top3": [0.85, 0.81, 0.88], "ece": 0.03},
        "before": {"n": 400, "groups": 380, "top1": [0.44, 0.39, 0.49], "top3": [0.6, 0.55, 0.65]}, "curve": curve,
        "thresholds": {"region": limits, "of": {str(place(HOME).pk): {"n": 80, "0.9": 0.55, "0.95": 0.8}}},
    } | more  # fmt: skip


def version(state: str = "in_use", task: str = "theme", **fields) -> ReaderVersion:
    return ReaderVersion.objects.create(
        task=task, made_at=timezone.now(), state=state, card=fields.pop("card", card()), digest="0f" * 8, signature="s",
        **fields,
    )


def weeks_of(shares: list[float]) -> None:
    monday = reader_drift.first_monday(timezone.now())
    for number, share in enumerate(shares):
        ReaderWeek.objects.create(
            scope=place(HOME), week=monday + timedelta(weeks=13 - len(shares) + number), read=200, low=int(200 * share)
        )


@pytest.fixture
def administrator():
    return logged_in(make_user(("administrator", region_code())))


def text_of(client, address: str = "/settings/reading/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def test_before_anything_was_learnt_the_page_says_so(administrator):
    told = text_of(administrator)
    assert "Пока без обучения" in told and "ещё не измерен" in told and "Обучить сейчас" in told
    assert "ещё ничего не читала" in told


def test_the_card_shows_where_from_how_many_and_how_well_with_its_interval(administrator):
    version(made_by=make_user(name="Учитель Ян Ильич"))
    told = text_of(administrator)
    days = "10 января 2025 – 1 октября 2026"
    for words in ("1600", days, "71 %", "(66–75 %)", "до неё было 44 %", "85 %", "otklik-1"):
        assert words in told, words
    assert "<svg" in told and "style=" not in told and "<script>" not in told
    assert "55 %" in told and "по своим карточкам, 80" in told  # the threshold of the municipality itself
    assert "62 %" in told and "по региону" in told


def test_a_precision_that_is_never_reached_says_always_a_person(administrator):
    version()
    region_settings.put(SYSTEM, "theme_precision", 0.95, place("gorod-volzhskiy").pk)
    assert "такой точности пока нет" in text_of(administrator)


def test_the_alarm_of_growth_stands_there_and_only_then(administrator):
    weeks_of([0.1, 0.11, 0.1, 0.12, 0.1])
    assert "чаще сомневаться" not in text_of(administrator)
    ReaderWeek.objects.all().delete()
    weeks_of([0.1, 0.11, 0.1, 0.12, 0.4])
    assert "Программа стала чаще сомневаться: 40 % сообщений за неделю, раньше 11 %." in text_of(administrator)


def test_learning_is_asked_for_by_who_may_and_once(administrator):
    for _twice in range(2):
        answer = administrator.post("/settings/reading/learn/", follow=True)
    assert "Обучение начнётся" in answer.content.decode()
    with acting(SYSTEM):
        assert region_settings.get("reader_asked")["by"]
        assert Entry.objects.filter(verb="reader_asked").count() == 1
    local = logged_in(make_user(("administrator", HOME)))
    assert "Обучить сейчас" not in text_of(local)
    refused = local.post("/settings/reading/learn/", follow=True).content.decode()
    assert "Это решает администратор региона" in refused


def test_a_municipality_decides_for_itself(administrator):
    local = logged_in(make_user(("administrator", HOME)))
    told = text_of(local)
    assert f"/settings/reading/{place(HOME).pk}/" in told
    assert f"/settings/reading/{place('gorod-volzhskiy').pk}/" not in told
    assert local.get(f"/settings/reading/{place('gorod-volzhskiy').pk}/").status_code == 404
    answer = local.post(f"/settings/reading/{place(HOME).pk}/", {"precision": "0.95", "by_itself": "on"}, follow=True)
    assert "Сохранено" in answer.content.decode()
    with acting(SYSTEM):
        assert region_settings.get("theme_precision", place(HOME).pk) == 0.95
        assert region_settings.get("theme_by_itself", place(HOME).pk) is True
        assert region_settings.get("theme_by_itself", place("gorod-volzhskiy").pk) is False
        stream = f"setting:theme_by_itself:{place(HOME).pk}"
        assert Entry.objects.get(stream=stream).fields == {"before": None, "after": True}
    wrong = local.post(f"/settings/reading/{place(HOME).pk}/", {"precision": "0.5"})
    assert wrong.status_code == 422 and "Выберите из списка" in wrong.content.decode()


def test_the_analyst_of_the_region_may_and_others_may_not():
    analyst = logged_in(make_user(("analyst", region_code())))
    assert "Обучить сейчас" in text_of(analyst)
    sent = analyst.post(f"/settings/reading/{place(HOME).pk}/", {"precision": "0.9", "by_itself": "on"}, follow=True)
    assert "Сохранено" in sent.content.decode()
    for role in ("operator", "coordinator", "head", "security"):
        who = logged_in(make_user((role, HOME if role != "security" else region_code())))
        assert who.get("/settings/reading/").status_code == 403
        who.post("/settings/reading/learn/")
        assert who.post(f"/settings/reading/{place(HOME).pk}/", {"precision": "0.9"}).status_code == 403
    with acting(SYSTEM):
        assert region_settings.get("reader_asked") is None


def test_back_to_an_earlier_version_or_to_none(administrator):
    version(card=card(0.8))
    told = administrator.post("/settings/reading/back/", {"task": "theme", "version": ""}, follow=True)
    assert "Готово" in told.content.decode()
    assert not ReaderVersion.objects.filter(state="in_use").exists()
    for bad in ({"task": "x"}, {"task": "theme", "version": "9" * 40}, {"task": "theme", "version": "-1"}, {}):
        answer = administrator.post("/settings/reading/back/", bad, follow=True)
        assert answer.status_code == 200 and "Готово" not in answer.content.decode(), bad


def test_a_version_that_cannot_be_trusted_is_not_gone_back_to(administrator):
    old = version("replaced", content=b"no model")
    version()
    assert "Вернуться к ней" in text_of(administrator)
    told = administrator.post("/settings/reading/back/", {"task": "theme", "version": str(old.pk)}, follow=True)
    assert "повреждена" in told.content.decode()


def test_the_page_asks_little_of_the_database_however_many_cases(administrator):
    for _ in range(12):
        version("refused")
    version()
    weeks_of([0.1] * 13)
    text_of(administrator)
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        text_of(administrator)
    assert len(asked) < 30 and time.perf_counter() - began < 3
    assert not [q["sql"] for q in asked if "cases_case" in q["sql"] or "cases_themereading" in q["sql"]]
    assert not [q["sql"] for q in asked if '"cases_readerversion"."content",' in q["sql"]]


def test_weeks_of_a_hundred_thousand_readings_are_prepared_in_seconds():
    """The rows are made by the database itself: only the reckoning is measured."""
    with acting(SYSTEM), widened(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE many AS SELECT %s::bigint AS scope_id, moment AS at, n %% 9 = 0 AS low,"
            " false AS by_itself, false AS undone, moment AS decided_at, n %% 4 AS place"
            " FROM generate_series(1, 100000) n,"
            " LATERAL (SELECT now() - (n * 78.0 / 100000) * interval '1 day' AS moment) m", [place(HOME).pk],
        )
        began = time.perf_counter()
        since = timezone.now() - timedelta(weeks=14)
        cursor.execute(
            reader_drift.PREPARE.replace("cases_themereading", "many"), {"zone": "Europe/Volgograd", "since": since}
        )
        assert time.perf_counter() - began < 5
    assert sum(week.read for week in reader_drift.weeks(timezone.now())) > 90_000


def test_who_watches_the_region_is_told_on_the_page_of_themes_and_the_doctor_says_so(administrator):
    from otklik.operations.doctor import Visit, reader

    curator, local = (logged_in(make_user((role, code))) for role, code in (("curator", region_code()), ("head", HOME)))
    assert "чаще сомневаться" not in text_of(curator, "/region/themes/")
    assert not list(reader.drift(Visit(timezone.now())))
    weeks_of([0.1, 0.11, 0.1, 0.12, 0.4])
    assert "Программа стала чаще сомневаться" in text_of(curator, "/region/themes/")
    assert "чаще сомневаться" not in text_of(local, "/region/themes/")
    assert "не знаю" in next(iter(reader.drift(Visit(timezone.now())))).text


def test_the_doctor_finds_versions_that_cannot_be_trusted():
    from otklik.operations.doctor import Visit, reader

    assert not list(reader.versions(Visit(timezone.now())))
    bad = version(content=b"no model")
    found = list(reader.versions(Visit(timezone.now())))
    assert len(found) == 1 and str(bad.pk) in found[0].text and "слова классификатора" in found[0].text
