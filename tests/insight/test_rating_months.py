"""A month of the rating from its draft over disputes to its publication, on real cases."""

from datetime import date, timedelta

import pytest
from django.db import connection

from otklik.acting import acting, widened
from otklik.cases.models import Case, Clock, Notice, Remark
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.models import (
    CaseFact,
    RatingDispute,
    RatingExclusion,
    RatingFlag,
    RatingFormula,
    RatingRow,
    RatingRun,
)
from otklik.insight.rating_changing import add_version
from otklik.insight.rating_disputes import dispute, settle, words_of
from otklik.insight.rating_formula import shipped
from otklik.insight.rating_running import draft, month_before, same_again, window, work
from otklik.journal.models import Entry
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from tests.insight.following_steps import follow_all
from tests.making import SYSTEM, at, make_staff, make_user, place, send

OCTOBER = date(2026, 10, 1)
DRAFTED = at("2026-11-05 04:17")
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"


def facts_as_if(case_ids: list[int], **fields: object) -> None:
    """What the cases came to, written into their facts: the way there is tested elsewhere."""
    with acting(SYSTEM), widened():
        CaseFact.objects.filter(case_id__in=case_ids).update(**fields)


def region_of_october(here: int = 36, there: int = 40) -> list[int]:
    """So many cases here and there, answered, two of three in time here and all of them there."""
    days = [at("2026-09-07 10:00") + timedelta(hours=26 * n) for n in range(max(here, there))]
    mine = [send(f"На улице Мира, {n} не горит фонарь", HOME, now=days[n]).case_id for n in range(here)]
    others = [send(f"На улице Ленина, {n} яма на дороге", OTHER, now=days[n]).case_id for n in range(there)]
    follow_all()
    ids = mine + others
    with acting(SYSTEM), widened():
        Clock.objects.filter(case_id__in=ids).delete()
        Case.objects.filter(pk__in=ids).update(state="answered", due_at=None)
    facts_as_if(ids, waits_due=None, verdict="in_time", open=False)
    with acting(SYSTEM), widened(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE insight_casefact SET answered_at = received_at + interval '1 hour', answer_min = 60"
        )
    facts_as_if(mine[::3] + others[::8], verdict="late")
    return mine


@pytest.fixture
def october(db: None) -> tuple[RatingRun, list[int]]:
    mine = region_of_october()
    run = draft(OCTOBER, DRAFTED)
    assert run is not None
    return run, mine


def region_code() -> str:
    return Territory.objects.get(kind=Kind.REGION).code


def row_of(run: RatingRun, code: str) -> RatingRow:
    with acting(SYSTEM):
        return RatingRow.objects.get(run=run, place=place(code))


def number_of(case_id: int) -> int:
    with acting(SYSTEM):
        return Case.objects.get(pk=case_id).number


def test_a_draft_says_of_every_municipality_what_it_is_made_of(october):
    run, mine = october
    home, other = row_of(run, HOME), row_of(run, OTHER)
    assert (run.since, run.until, run.disputes_until) == (date(2026, 8, 1), date(2026, 10, 31), date(2026, 11, 12))
    assert (home.received, other.received) == (36, 40)
    part = next(one for one in home.parts if one["code"] == "in_time")
    assert (part["rate"]["good"], part["rate"]["n"], part["enough"]) == (24, 36, True)
    assert part["rate"]["raw"] < part["rate"]["rate"] < 1, "shrunk to what is common"
    assert [one["code"] for one in home.parts if not one["used"]] == ["rated", "verified"], "nobody has any of them"
    assert (home.league, other.league, home.state) == ("large", "large", "placed")
    assert other.points > home.points
    assert other.first == 1
    assert any(move["code"] == "in_time" and move["more"] > 0 for move in home.moves)
    with acting(SYSTEM):
        assert run.rows.count() == 38
        assert set(run.rows.exclude(place__code__in=[HOME, OTHER]).values_list("state", flat=True)) == {"few"}


def test_the_kept_counts_give_the_same_rating_to_the_last_digit(october):
    run, _mine = october
    with acting(SYSTEM), widened():
        kept = RatingRun.objects.get(pk=run.pk)
        assert same_again(kept)
        RatingRow.objects.filter(run=run, place=place(HOME)).update(points=99.0)
        assert not same_again(kept)


def test_what_is_not_the_centres_work_is_left_out_and_listed(db):
    mine = region_of_october()
    facts_as_if(mine[:1], outcome="spam", counts=False)
    facts_as_if(mine[1:3], outcome="thanks", counts=False)
    facts_as_if(mine[3:4], outcome="not_ours")
    with acting(SYSTEM), widened():
        federal = Organisation.objects.create(
            code="fed", name="Федеральная служба", short_name="Служба", name_key="служба", kind="federal_body",
            territory=place(HOME),
        )
        Case.objects.filter(pk__in=mine[4:6]).update(executor=federal)
        case = Case.objects.get(pk=mine[6])
        Clock.objects.create(
            case=case, scope_id=case.scope_id, kind="answer", started_at=case.received_at, due_at=case.received_at,
            control_at=case.received_at, stopped_at=case.received_at,
            segments=[{"from": "2026-09-07T10:00:00", "to": "2026-09-07T12:00:00", "pause": "body"}],
        )
        Case.objects.filter(pk=mine[7]).update(notifies=False)
    facts_as_if(mine[7:8], counts=False)
    run = draft(OCTOBER, DRAFTED)
    assert row_of(run, HOME).received == 28
    assert row_of(run, HOME).excluded == {"spam": 1, "thanks": 2, "not_ours": 1, "federal": 2, "other_body": 1}
    assert row_of(run, OTHER).excluded == {}
    with acting(make_staff(("head", HOME)), read_only=True):
        assert RatingExclusion.objects.filter(run=run).count() == 7
    with acting(make_staff(("head", OTHER)), read_only=True):
        assert not RatingExclusion.objects.filter(run=run).exists(), "of strangers the database shows nothing"


def test_a_disputed_case_leaves_by_the_curators_word_and_the_journal_has_both(october):
    run, mine = october
    head, curator = make_staff(("head", HOME)), make_staff(("curator", region_code()))
    late = mine[0]
    row = dispute(head, run.pk, number_of(late), words="Ждали областной водоканал", now=DRAFTED)
    before = row_of(run, HOME)
    settle(curator, row.pk, accept=True, words="Письмо есть", now=DRAFTED + timedelta(hours=1))
    after = row_of(run, HOME)
    assert (after.received, after.excluded) == (before.received - 1, {"dispute": 1})
    assert after.points > before.points
    with acting(curator, read_only=True):
        said = words_of([RatingDispute.objects.get(pk=row.pk)])
        assert said == {row.pk: ("Ждали областной водоканал", "Письмо есть")}
    with acting(SYSTEM):
        verbs = list(Entry.objects.filter(stream=f"case:{late}").order_by("seq").values_list("verb", flat=True))
        assert verbs[-2:] == ["dispute_rating", "rating_without"]
        assert list(Entry.objects.filter(stream="rating:2026-10").order_by("seq").values_list("verb", flat=True)) == [
            "rating_drafted", "rating_recomputed",
        ]
        assert "водоканал" not in str(list(Entry.objects.values_list("fields", flat=True)))
        assert Remark.objects.filter(case_id=late, verb="dispute_rating").exists()
        assert same_again(RatingRun.objects.get(pk=run.pk))


def test_a_refused_dispute_changes_no_figure(october):
    run, mine = october
    row = dispute(make_staff(("coordinator", HOME)), run.pk, number_of(mine[0]), words="Не наше", now=DRAFTED)
    digest = RatingRun.objects.get(pk=run.pk).digest
    done = settle(make_staff(("curator", HOME)), row.pk, accept=False, words="Дом муниципальный", now=DRAFTED)
    assert done.state == "refused"
    with acting(SYSTEM):
        assert RatingRun.objects.get(pk=run.pk).digest == digest


def test_only_a_draft_is_disputed_only_by_its_own_people_and_only_once(october):
    run, mine = october
    head = make_staff(("head", HOME))
    number = number_of(mine[0])
    with pytest.raises(BadInput):
        dispute(head, run.pk, number, words=" ", now=DRAFTED)
    with pytest.raises(BadInput):
        dispute(make_staff(("head", OTHER)), run.pk, number, words="Чужая", now=DRAFTED)
    with pytest.raises(Refused):
        dispute(make_staff(("operator", HOME)), run.pk, number, words="Нельзя", now=DRAFTED)
    new = send("Сегодняшнее", HOME, now=DRAFTED).case_id
    follow_all()
    with pytest.raises(BadInput, match="не входит"):
        dispute(head, run.pk, number_of(new), words="Не тот месяц", now=DRAFTED)
    row = dispute(head, run.pk, number, words="Ждали других", now=DRAFTED)
    with pytest.raises(BadInput, match="уже оспорили"):
        dispute(head, run.pk, number, words="Ещё раз", now=DRAFTED)
    with pytest.raises(Refused):
        settle(head, row.pk, accept=True, words="Сам себе", now=DRAFTED)
    with pytest.raises(NotYours):
        settle(make_staff(("curator", OTHER)), row.pk, accept=True, words="Не мой", now=DRAFTED)
    settle(make_staff(("curator", HOME)), row.pk, accept=True, words="Да", now=DRAFTED)
    with pytest.raises(Refused, match="уже решён"):
        settle(make_staff(("curator", HOME)), row.pk, accept=False, words="Нет", now=DRAFTED)
    with pytest.raises(Refused, match="прошёл"):
        dispute(head, run.pk, number_of(mine[3]), words="Поздно", now=DRAFTED + timedelta(days=8))


def test_the_months_go_by_themselves_and_wait_for_the_curator(db):
    mine = region_of_october()
    head, curator = make_user(("head", HOME)), make_staff(("curator", HOME))
    assert work(at("2026-11-04 23:00")) == [], "the draft has its day"
    [run] = work(DRAFTED)
    assert work(DRAFTED + timedelta(hours=1)) == []
    row = dispute(make_staff(("head", HOME)), run.pk, number_of(mine[0]), words="Спорим", now=DRAFTED)
    over = at("2026-11-13 00:17")
    assert work(over) == [], "a dispute waits for its decision"
    settle(curator, row.pk, accept=False, words="Считаем", now=over)
    assert work(at("2026-11-12 23:59")) == []
    [out] = work(over + timedelta(hours=1))
    assert (out.pk, out.state) == (run.pk, "published")
    assert work(over + timedelta(hours=2)) == []
    with acting(SYSTEM):
        told = list(Notice.objects.filter(user=head, kind="rating").order_by("pk").values_list("words", "link"))
    assert told == [
        ("За октябрь 2026 — черновик. Оспорить карточку можно до 12.11.", "/region/rating/2026-10/"),
        ("За октябрь 2026 — вышел.", "/region/rating/2026-10/"),
    ]


def test_without_any_message_there_is_no_rating(db):
    assert draft(OCTOBER, DRAFTED) is None
    assert not RatingRun.objects.exists()


def test_what_looks_like_playing_is_flagged_for_the_curator_and_moves_no_place(db):
    mine = region_of_october()
    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=mine[:4]).update(text="Одно и то же", street="Мира", house="5")
    facts_as_if(mine[:4], day=date(2026, 9, 10))
    run = draft(OCTOBER, DRAFTED)
    with acting(SYSTEM):
        [flag] = RatingFlag.objects.filter(run=run)
    assert (flag.kind, flag.found, flag.of, sorted(flag.case_ids)) == ("splitting", 4, 36, sorted(mine[:4]))
    assert row_of(run, HOME).received == 36


def test_another_version_is_for_months_to_come_and_by_the_regions_head_or_analyst(october):
    analyst = make_staff(("analyst", region_code()))
    given = {**shipped()[-1], "valid_from": "2026-11-01", "source": "Распоряжение № 7 от 20.11.2026", "least_cases": 20}
    with pytest.raises(Refused):
        add_version(make_staff(("head", HOME)), given, DRAFTED)
    with pytest.raises(BadInput, match="уже посчитаны"):
        add_version(analyst, {**given, "valid_from": "2026-10-01"}, DRAFTED)
    assert add_version(analyst, given, DRAFTED).version == 2
    with acting(SYSTEM):
        assert list(RatingFormula.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
        assert RatingRun.objects.get().formula.version == 1
        assert Entry.objects.filter(stream="rating:formula", verb="rating_formula").count() == 1


def test_months_are_reckoned_over_the_year(db):
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 1)
    assert window(date(2026, 1, 1), 3) == (date(2025, 11, 1), date(2026, 1, 31))
    assert window(date(2024, 2, 1), 1) == (date(2024, 2, 1), date(2024, 2, 29))
