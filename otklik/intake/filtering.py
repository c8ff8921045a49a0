"""On pages that are not ours most words are no message to us: what becomes one is decided here, and can be looked at.

Data of the account: `words` (a line each: whatever holds one is a message), `not_words` (never one), `not_sources`
(authors that are never heard: shops, bots, the page itself). Without them `triage.relevance` judges; on a page of the
whole region also a place of ours must be named. The rest stays as «отсеяно» with the reason, where a person may take
it after all.
"""

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, acting, widened
from otklik.cases.knowledge import knowledge
from otklik.cases.models import Case
from otklik.channels.kit.incoming import Ignored, Incoming
from otklik.channels.models import Account, Arrival
from otklik.triage import Hints, understand
from otklik.triage.relevance import relevance

REASONS: dict[str, str | Promise] = {
    "thanks": gettext_lazy("Похоже на благодарность, просьбы нет."),
    "spam": gettext_lazy("Похоже на рекламу или объявление."),
    "not_for_us": gettext_lazy("Похоже на дело другого ведомства."),
    "talk": gettext_lazy("Похоже на разговор между жителями."),
    "nothing": gettext_lazy("Не видно, что не так и о чём это."),
}


def sift(account: Account, one: Incoming) -> None:
    """Raise `Ignored` with the reason when this is no message to us. Not asked about further words of a case."""
    if one.what != "message" and not one.whole:
        return
    text = _plain(one.text)
    if one.author.identity and one.author.identity in _lines(account, "not_sources"):
        raise Ignored(_("Этого автора решили не слушать."))
    if (found := _held(account, "not_words", text)) is not None:
        raise Ignored(_("Отсеяно по слову «%(word)s».") % {"word": found})
    if _held(account, "words", text) is not None:
        return
    understood = understand(one.text, Hints(territory_id=account.territory_id), knowledge())
    judged = relevance(one.text, understood)
    if not judged.is_message:
        raise Ignored(str(REASONS[judged.why]))
    if account.territory_id is None and understood.place is None and judged.why != "danger":
        raise Ignored(_("Не названо место региона."))


def how_well(actor: Actor, account_id: int) -> dict[str, int]:
    """What became of the filter's choices: cases, those of them that were none, and what a person took after all.

    Numbers only, whoever may read the words; the caller has seen that the account is the actor's.
    """
    with acting(actor), widened():
        found = Case.objects.filter(account_id=account_id).aggregate(
            cases=Count("pk"), false_alarms=Count("pk", filter=Q(outcome__in=[Case.Outcome.SPAM, Case.Outcome.THANKS]))
        )
        missed = Arrival.objects.filter(account_id=account_id, state=Arrival.State.TAKEN, told__filtered=True).count()
    return {**found, "missed": missed}


def _held(account: Account, name: str, text: str) -> str | None:
    return next((line[:100] for line in _lines(account, name) if line in text), None)


def _lines(account: Account, name: str) -> list[str]:
    told = account.settings.get(name) or ""
    lines = told if isinstance(told, list) else str(told).splitlines()
    return [line for line in (_plain(str(one)).strip() for one in lines) if line]


def _plain(text: str) -> str:
    return text.lower().replace("ё", "е")
