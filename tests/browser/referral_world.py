"""Another city's program for the world of pages: cases handed to it, each in another state."""

from django.core.cache import cache
from django.utils import timezone

from otklik.acting import Staff, acting, widened
from otklik.cases.actions.refer import refer
from otklik.cases.models import Referral
from otklik.channels.kit import connecting
from otklik.intake.referring import KEPT_AS
from tests.making import SYSTEM, make_staff, place


def make_referrals(home: str, coordinator: Staff, sent: int, cut_off: int) -> int:
    """Connect the program; `sent` went there and has news, `cut_off` is not known to have arrived. The latter's id."""
    administrator = make_staff(("administrator", home), name="Ключевой Пётр Львович")
    city = connecting.save(
        administrator, None, channel_name="open311", code="city-trial", name="Аварийная служба соседнего города",
        territory_id=place(home).pk, active=True, ours=True, dry_run=False,
        settings={"way": "client", "endpoint": "https://open311.example.ru/v2", "services": "001 Мусор\n002 Дороги"},
        secret_values={"key": "a key of the other city"},
    )
    cache.delete(KEPT_AS)
    for case_id in (sent, cut_off):
        refer(coordinator, case_id, account_id=city.pk, service_code="001", text="Вывезти мусор", address="Мира, 12")
    with acting(SYSTEM), widened():
        Referral.objects.filter(case_id=sent).update(
            state="sent", number="C-17/26", status="closed", notes="Вывезено, площадка подметена.", next_at=None
        )
        row = Referral.objects.get(case_id=cut_off)
        row.state, row.failure, row.next_at = "unknown", "example.ru не ответил до конца.", None
        row.held_until, row.made_at = None, timezone.now()
        row.save()
    return row.pk
