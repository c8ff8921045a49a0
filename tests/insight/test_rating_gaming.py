"""What looks like playing for the rating, on real cases: closing without evidence, easy themes sought out."""

from datetime import timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases.models import Case, DoneReport, Evidence
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.files.models import StoredFile
from otklik.insight.models import RatingFlag
from otklik.insight.rating_running import draft
from tests.insight.following_steps import follow_all
from tests.insight.test_rating_months import DRAFTED, HOME, OCTOBER, OTHER, facts_as_if, region_of_october
from tests.making import SYSTEM, at, organisation, place, send

pytestmark = pytest.mark.django_db


def flags() -> list[RatingFlag]:
    """Of the draft of October."""
    run = draft(OCTOBER, DRAFTED)
    with acting(SYSTEM):
        return list(RatingFlag.objects.filter(run=run).select_related("place"))


def solved(ids: list[int], fix: str = "unknown") -> None:
    """Closed as solved, without any report of an executor."""
    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=ids).update(state="closed", outcome="solved", fix=fix)
    facts_as_if(ids, state="closed", outcome="solved", open=False)


def ids_at(code: str, besides: list[int]) -> list[int]:
    with acting(SYSTEM):
        return list(Case.objects.filter(scope=place(code)).exclude(pk__in=besides).order_by("pk").values_list(
            "pk", flat=True))  # fmt: skip


def test_cases_closed_as_solved_with_nothing_that_shows_it_are_flagged_though_nobody_reported_a_fix():
    mine = region_of_october()
    others = ids_at(OTHER, mine)
    solved(mine[:14])
    solved(others[:12], fix="confirmed")  # the word of the resident
    facts_as_if(mine[14:15], outcome="solved", open=True)  # opened again since
    with acting(SYSTEM), widened():
        given = {"scope": place(HOME), "organisation": organisation(), "turn": 1, "reported_at": DRAFTED}
        # A report with a photo speaks for its case; a photo «после» of this turn for a case without a report.
        DoneReport.objects.create(case_id=mine[0], shown=True, **given)
        case = Case.objects.get(pk=mine[1])
        photo = StoredFile.objects.create(
            scope_id=place(HOME).pk, content_type="image/jpeg", sha256="d" * 64, size=1, width=1, height=1
        )
        Evidence.objects.create(
            case=case, scope=place(HOME), moment="after", file=photo, added_at=case.turn_began_at
        )
    (flag,) = flags()
    assert (flag.kind, flag.place, flag.found, flag.of) == ("evidence", place(HOME), 12, 14)
    assert sorted(flag.case_ids) == sorted(mine[2:14])
    assert round(flag.usual, 3) == round(12 / 26, 3)


def test_a_report_without_a_photo_is_counted_once_for_its_closed_case():
    mine = region_of_october()
    solved(mine[:12])
    solved(ids_at(OTHER, mine)[:12], fix="confirmed")
    with acting(SYSTEM), widened():
        for pk in mine[:12]:
            DoneReport.objects.create(
                case_id=pk, scope=place(HOME), organisation=organisation(), turn=1, reported_at=DRAFTED
            )
    (flag,) = flags()
    assert (flag.found, flag.of, sorted(flag.case_ids)) == (12, 12, mine[:12])


def test_a_place_where_easy_themes_grow_more_than_everywhere_is_flagged():
    themes = Theme.objects.filter(version=current(), retired=False).order_by("order")
    hard = themes[0]
    easy = themes.exclude(group=hard.group)[0]

    def written(code: str, month: str, themes_of: list[Theme]) -> list[int]:
        first = at(f"{month}-03 10:00")
        return [
            send(f"Дом {n} по улице Мира, сообщение {month}", code, now=first + timedelta(hours=26 * n),
                 theme_id=theme.pk).case_id
            for n, theme in enumerate(themes_of)
        ]  # fmt: skip

    written(HOME, "2026-05", [easy] + [hard] * 31)
    written(OTHER, "2026-05", [hard] * 6)
    mine = written(HOME, "2026-08", [easy] * 16 + [hard] * 16)
    others = written(OTHER, "2026-08", [hard] * 32)
    follow_all()
    facts_as_if(mine + others, waits_due=None, verdict="in_time", open=False)
    facts_as_if(mine[16::2] + others[::2], verdict="late")
    (flag,) = flags()
    assert (flag.kind, flag.place, flag.found, flag.of) == ("easy", place(HOME), 16, 32)
    assert round(flag.usual, 3) == round(1 / 32, 3)
