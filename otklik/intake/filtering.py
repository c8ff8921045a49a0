"""On pages that are not ours most words are no message to us: what becomes one is decided here, and can be looked at.

Data of the account: `words` (a line each: whatever holds one is a message), `not_words` (never one). Without them:
a complaint, question or proposal that triage can name a theme for, or danger; on a page of the whole region also a
place of ours. The rest stays as «отсеяно» with the reason, where a person may take it after all.
"""

from django.utils.translation import gettext as _

from otklik.cases.knowledge import knowledge
from otklik.channels.kit.incoming import Ignored, Incoming
from otklik.channels.models import Account
from otklik.triage import Hints, understand

WANTED = frozenset({"complaint", "question", "suggestion"})


def sift(account: Account, one: Incoming) -> None:
    """Raise `Ignored` with the reason when this is no message to us."""
    if one.what != "message":
        return
    text = one.text.lower().replace("ё", "е")
    if (found := _held(account, "not_words", text)) is not None:
        raise Ignored(_("Отсеяно по слову «%(word)s».") % {"word": found})
    if _held(account, "words", text) is not None:
        return
    understood = understand(one.text, Hints(territory_id=account.territory_id), knowledge())
    if understood.dangers:
        return
    if understood.kind not in WANTED:
        raise Ignored(_("Не жалоба, не вопрос и не предложение: %(kind)s.") % {"kind": understood.kind})
    if not understood.themes or understood.abstains:
        raise Ignored(_("Не видно, о чём это."))
    if account.territory_id is None and understood.place is None:
        raise Ignored(_("Не названо место региона."))


def _held(account: Account, name: str, text: str) -> str | None:
    lines = str(account.settings.get(name) or "").lower().replace("ё", "е").splitlines()
    return next((line.strip()[:100] for line in lines if line.strip() and line.strip() in text), None)
