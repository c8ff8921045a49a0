"""The rating's pages: who sees what in a draft and when it is out, disputes, files, the formula for everybody."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from otklik.acting import acting
from otklik.faces.region.rating_words import gain_lines
from otklik.insight.models import RatingDispute, RatingFlag, RatingFormula, RatingRow, RatingRun
from otklik.insight.rating_formula import formula_from, shipped
from otklik.insight.rating_running import draft, work
from tests.insight.test_rating_months import (
    DRAFTED,
    HOME,
    OCTOBER,
    OTHER,
    number_of,
    region_code,
    region_of_october,
)
from tests.making import SYSTEM, logged_in, make_user, place

MONTH = "/region/rating/2026-10/"


@pytest.fixture
def october(db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[RatingRun, list[int]]:
    mine = region_of_october()
    run = draft(OCTOBER, DRAFTED)
    assert run is not None
    with acting(SYSTEM):  # whoever opens the page today may dispute still
        RatingRun.objects.update(disputes_until=DRAFTED.date() + timedelta(days=365 * 20))
    return run, mine


def publish() -> None:
    with acting(SYSTEM):
        RatingRun.objects.update(disputes_until=DRAFTED.date())
    assert work(DRAFTED + timedelta(days=1))


def head(code: str = HOME) -> Client:
    return logged_in(make_user(("head", code)))


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_in_a_draft_a_centre_sees_its_own_row_and_when_it_is_out_all_of_them(october):
    mine = head()
    page = text(mine, "/region/rating/")
    assert "Черновик: оспорить карточку можно до" in page
    assert "Камышин" in page
    assert "Волжский" not in page
    publish()
    page = text(mine, MONTH)
    assert "Волжский" in page
    assert f'href="{MONTH}{HOME}/"' in page
    assert f'href="{MONTH}{OTHER}/"' not in page, "why another is where it is, is for the other to read"
    assert text(mine, f"{MONTH}{OTHER}/", 404)
    assert text(logged_in(make_user(("operator", HOME))), MONTH, 403)


def test_why_we_are_here_shows_each_part_with_its_n_and_interval_and_what_would_move_it(october):
    page = text(head(), f"{MONTH}{HOME}/")
    assert "24 из 36" in page
    assert "У всех на ваших темах" in page
    assert "Что подняло бы место" in page
    assert "Ответы в срок: ещё" in page
    assert "в этом месяце ни у кого нет данных" in page
    curator = text(logged_in(make_user(("curator", region_code()))), f"{MONTH}alekseevskiy-rayon/")
    assert "Сообщений мало для места" in curator
    assert "Сообщений за эти месяцы: 0" in curator


def test_the_month_says_at_once_what_is_nearest_and_to_the_first_that_nobody_is_above(october):
    assert "Ближе всего:" in text(head(), MONTH) and "Ответы в срок: ещё" in text(head(), MONTH)
    first = text(logged_in(make_user(("head", OTHER))), f"{MONTH}{OTHER}/")
    assert "до следующих не подняться" not in first
    small = logged_in(make_user(("head", "alekseevskiy-rayon")))
    assert "До места не хватает сообщений: 30" in text(small, MONTH)
    assert "Что дало бы место" in text(small, f"{MONTH}alekseevskiy-rayon/")


def test_without_enough_of_a_part_it_is_said_how_many_cases_would_give_a_place():
    formula = formula_from(shipped()[0])
    part = formula.parts[0]
    rows = [
        {"code": one.code, "used": True, "enough": one.code != part.code, "rate": {"n": 1 if one is part else 99}}
        for one in formula.parts
    ]
    row = RatingRow(state="unsure", received=40, measured=formula.least_measured - 0.01, parts=rows)
    (line,) = gain_lines(row, formula)
    assert f"ещё {part.least - 1} — есть 1, нужно {part.least}" in line
    assert gain_lines(RatingRow(state="placed", parts=rows), formula) == []


def test_a_dispute_is_made_and_decided_in_the_pages(october):
    _run, mine = october
    chief, curator = head(), logged_in(make_user(("curator", HOME), name="Куратор Яна Львовна"))
    where = f"{MONTH}disputes/"
    wrong = chief.post(where, {"number": "абв", "words": "Ждали водоканал"})
    assert wrong.status_code == 422
    assert "Это не номер карточки" in wrong.content.decode()
    assert "Номер карточки:" not in wrong.content.decode(), "a label as everywhere, without a colon"
    assert "Ждали водоканал" in wrong.content.decode(), "what was typed is given back"
    assert chief.post(where, {"number": str(number_of(mine[0])), "words": "Ждали водоканал"}).status_code == 302
    with acting(SYSTEM):
        row = RatingDispute.objects.get()
    assert "Решить" not in text(chief, where)
    address = f"/region/rating/disputes/{row.pk}/"
    assert "Ждали водоканал" in text(curator, where)
    unchosen = curator.post(address, {"words": "Верно"})
    assert unchosen.status_code == 422
    assert "Выберите: исключить или оставить" in unchosen.content.decode()
    assert 'aria-invalid="true"' not in unchosen.content.decode(), "the words are right: the choice is missing"
    wordless = curator.post(address, {"how": "accept", "words": ""})
    assert wordless.status_code == 422
    assert 'aria-invalid="true"' in wordless.content.decode()
    assert curator.post(address, {"how": "accept", "words": "Письмо есть"}).status_code == 302
    assert curator.post(address, {"how": "refuse", "words": "Передумал"}).status_code == 409
    page = text(chief, where)
    assert "исключена" in page
    assert "Письмо есть" in page
    assert "решение куратора по спору" in text(chief, f"{MONTH}{HOME}/left-out/").lower()
    assert logged_in(make_user(("curator", OTHER))).post(address, {"how": "accept", "words": "x"}).status_code == 404
    assert "Ждали водоканал" not in text(head(OTHER), where)


def test_the_rating_leaves_as_files_with_the_same_numbers(october):
    curator = logged_in(make_user(("curator", region_code())))
    for address in (MONTH, f"{MONTH}{HOME}/"):
        for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
            answer = curator.get(address, {"as": kind})
            assert answer.content.startswith(begins), (address, kind)
    table = curator.get(MONTH, {"as": "csv"}).content.decode("utf-8-sig")
    assert re.search(r"Камышин;[12–]+;\d\d,\d;", table)
    assert re.search(r"Волжский;1[2–]*;\d\d,\d;", table)
    assert "мало сообщений" in table


def test_flags_are_for_curators_and_analysts_only(october):
    assert "Ничего подозрительного" in text(logged_in(make_user(("curator", HOME))), f"{MONTH}flags/")
    assert text(head(), f"{MONTH}flags/", 403)


def test_flags_are_seen_by_the_places_curator_and_the_regions_analyst_and_by_no_analyst_of_the_place(october):
    run, mine = october
    with acting(SYSTEM):
        RatingFlag.objects.create(run=run, place=place(HOME), kind="evidence", found=9, of=10, usual=0.3, case_ids=mine)
        RatingFlag.objects.create(run=run, place=place(OTHER), kind="evidence", found=8, of=10, usual=0.3)

    def of(role: str, code: str) -> Client:
        return logged_in(make_user((role, code)))

    for role in ("curator", "analyst"):
        client = of(role, region_code())
        assert "Проверки · 2" in text(client, MONTH)
        assert "9 из 10" in text(client, f"{MONTH}flags/") and "8 из 10" in text(client, f"{MONTH}flags/")
    own = of("curator", HOME)
    assert "Проверки · 1" in text(own, MONTH)
    page = text(own, f"{MONTH}flags/")
    assert "9 из 10" in page and "8 из 10" not in page
    assert "8 из 10" in text(of("curator", OTHER), f"{MONTH}flags/")
    judged = of("analyst", HOME)
    assert "Проверки" not in text(judged, MONTH)
    assert text(judged, f"{MONTH}flags/", 403)
    both = logged_in(make_user(("head", OTHER), ("curator", HOME)))
    assert "Проверки · 1" in text(both, MONTH), "who leads a centre is no curator of it"
    assert "8 из 10" not in text(both, f"{MONTH}flags/")


def test_the_formula_is_public_in_words_and_numbers_with_its_versions(db):
    page = text(Client(), "/rating/")
    for words in ("Как считается рейтинг центров", "Ответили в срок", "30", "эмпирический байесовский", "Версия 1"):
        assert words in page
    assert text(Client(), "/rating/?version=1")
    for bad in ("9", "x", "-1", "1" * 30, "²"):
        assert text(Client(), f"/rating/?version={bad}", 404)


def test_the_regions_analyst_enters_another_version_by_the_form(october):
    analyst = logged_in(make_user(("analyst", region_code())))
    page = text(analyst, "/region/rating/change/")
    assert 'name="in_time_weight"' in page
    data = {
        "valid_from": "2026-12-01", "source": "Распоряжение № 7", "window_months": 3, "draft_day": 5, "dispute_days": 7,
        "least_cases": 25, "least_measured": 60, "league_large": 90000, "league_middle": 30000,
    }
    with acting(SYSTEM):
        base = RatingFormula.objects.get().data
    for part in base["parts"]:
        data |= {
            f"{part['code']}_weight": 20, f"{part['code']}_zero": 0, f"{part['code']}_full": 100,
            f"{part['code']}_least": 20,
        }
    wrong = analyst.post("/region/rating/change/", {**data, "valid_from": "2026-12-02"})
    assert wrong.status_code == 422
    assert "первого дня месяца" in wrong.content.decode()
    assert "Распоряжение № 7" in wrong.content.decode()
    too_much = analyst.post("/region/rating/change/", {**data, "in_time_zero": 101, "in_time_least": -1})
    assert too_much.status_code == 422
    assert {"Не больше 99.", "Не меньше 1."} <= set(re.findall(r"Не [а-я]+ \d+\.", too_much.content.decode()))
    assert analyst.post("/region/rating/change/", data).status_code == 302
    with acting(SYSTEM):
        assert RatingFormula.objects.get(version=2).data["least_cases"] == 25
    assert text(head(), "/region/rating/change/", 403)
    assert "Распоряжение № 7" in text(Client(), "/rating/?version=2")


def test_without_a_rating_the_page_says_when_there_will_be_one(db):
    assert "Рейтинга пока нет" in text(head(), "/region/rating/")
    for bad in ("2026-10", "2026-13", "x", "0000-00"):
        assert text(head(), f"/region/rating/{bad}/", 404)
