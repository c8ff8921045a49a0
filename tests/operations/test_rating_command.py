"""`otklik rating`: kept months are proved by their counts, a missed one is computed by hand."""

from datetime import timedelta

from click.testing import CliRunner
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.insight.models import RatingRow
from otklik.operations.commands.rating import rating
from tests.insight.following_steps import follow_all
from tests.making import SYSTEM, send


def said(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(rating, words)
    return answer.exit_code, answer.output


def test_a_missed_month_is_computed_and_a_changed_number_is_found(db):
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    month = f"{last:%Y-%m}"
    assert said("check") == (0, "Месяцев: 0, все сходятся.\n")
    assert "Черновик уже есть, или сообщений" in said("draft", month)[1]
    send("На улице Мира не горит фонарь", now=timezone.now() - timedelta(days=timezone.localdate().day + 1))
    follow_all()
    assert said("draft", month) == (0, f"Черновик за {month} готов.\n")
    assert said("check") == (0, "Месяцев: 1, все сходятся.\n")
    with acting(SYSTEM), widened():
        RatingRow.objects.filter(received=1).update(points=1.0)
    code, words = said("check")
    assert code == 1
    assert f"Не сходится: {month}." in words
    for wrong in ("2026", "x", f"{timezone.localdate():%Y-%m}"):
        assert said("draft", wrong)[0] == 2
