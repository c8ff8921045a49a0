"""Checks of channels: what does not work, what waits too long, what nobody has looked at."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count

from otklik.acting import acting
from otklik.channels.models import Account, Arrival, Delivery, Setup
from otklik.operations.doctor.findings import ACTOR, Finding, Level, Visit
from otklik.residents.contacts import key_name

LATE = timedelta(minutes=10)
MANY_FAILURES = 5


def channels(visit: Visit) -> Iterator[Finding]:
    """Accounts that fail, arrivals that nobody takes, answers that did not come, secrets of another key."""
    with acting(ACTOR, read_only=True):
        others = Setup.objects.exclude(secrets=b"").exclude(secrets_key=key_name()).count()
        failing = list(
            Account.objects.filter(active=True, health__failures__gte=MANY_FAILURES).select_related("health")[:20]
        )
        stuck = Arrival.objects.filter(state=Arrival.State.NEW, next_at__lt=visit.now - LATE).count()
        unread = Arrival.objects.filter(state=Arrival.State.QUARANTINED).count()
        late = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lt=visit.now - LATE).count()
        gone = dict(
            Delivery.objects.filter(state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN])
            .values_list("state").annotate(n=Count("pk"))
        )
    if others:
        yield Finding(f"Секреты {others} подключений зашифрованы другим ключом: впишите их заново или верните ключ.")
    for account in failing:
        health = account.health
        yield Finding(
            f"Канал «{account.name}» не отвечает {health.failures} раз подряд: {health.failure}", Level.NOTICE
        )
    if stuck:
        yield Finding(f"Пришло и не разобрано больше десяти минут: {stuck}. Идёт ли работник?")
    if late:
        yield Finding(f"Ответы ждут отправки больше десяти минут: {late}. Идёт ли работник?")
    if unread:
        yield Finding(f"Не удалось прочесть: {unread}. Посмотрите «Настройки → Не разобрано».", Level.NOTICE)
    if gone:
        count = sum(gone.values())
        yield Finding(f"Ответы не доставлены или неизвестно: {count}. Вкладка «Не доставлено».", Level.NOTICE)
