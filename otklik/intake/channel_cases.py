"""A new case of what came by a channel: whose it is, where it lies, how it will be answered."""

import base64
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from otklik.acting import System
from otklik.cases import alarms, resident_links
from otklik.cases.actions.heard import Heard
from otklik.cases.alike import keep_print
from otklik.cases.knowledge import knowledge, suggestion_of
from otklik.cases.models import Case, CaseMessage
from otklik.cases.opening import NewCase, open_case
from otklik.cases.readings import note_read
from otklik.channels.kit.incoming import Author, Incoming, Unreadable, storable
from otklik.channels.models import Account, Message
from otklik.channels.registered import channel
from otklik.classifier.models import Theme
from otklik.failures import BadInput
from otklik.intake.sheets.cleaning import clean
from otklik.residents.contacts import lookup_hash, normal_phone
from otklik.residents.models import Contact, Resident
from otklik.residents.recording import record
from otklik.territory.models import Territory
from otklik.territory.tree import region
from otklik.triage import Hints, Understanding, understand

ACTOR = System("channels")
NO_WORDS = "(без слов: смотрите вложения)"
_SALT = "otklik.channel-case"


def cleaned(one: Incoming, now: datetime) -> Incoming:
    """The same with texts as people read them. Raises `Unreadable` for a message of nothing at all."""
    one = replace(storable(one), text=one.text, full_text=one.full_text)  # those two `clean` takes care of
    text = clean(one.text)
    if not text and one.what in ("message", "ours"):
        if not one.files:
            raise Unreadable(_("В сообщении нет ни слов, ни вложений."))
        text = NO_WORDS
    one, text = _with_usable_phone(one, text)
    written = min(one.written_at or now, now)
    return replace(one, text=text, written_at=written, external_id=one.external_id[:200], thread=one.thread[:200])


def _with_usable_phone(one: Incoming, text: str) -> tuple[Incoming, str]:
    """A number that is none must not hold the message back: it stands under the words as it was written."""
    if one.what != "message" or not one.author.phone:
        return one, text
    try:
        normal_phone(one.author.phone)
    except BadInput:
        written = clean(one.author.phone)[:100]
        shown = f"{text}\n\nТелефон, как он указан: {written}" if written else text
        on = "page" if one.answer_on == "phone" else one.answer_on
        return replace(one, author=replace(one.author, phone=""), answer_on=on), shown
    return one, text


def author_key(account: Account, author: Author) -> str:
    """The keyed hash by which messages of one person in one channel are found; empty for nobody."""
    if not author.identity:
        return ""
    return lookup_hash(Contact.Kind.OUTSIDE, f"{account.channel}:{author.identity}")


def told_apart(account: Account, one: Incoming) -> Incoming:
    """Two letters may bear one id, one of them forged: neither suppresses the other. The later gets one of its own."""
    if not one.digest:
        return one
    known = Message.objects.filter(account=account, external_id=one.external_id, version=1).first()
    if known is None or (known.raw or {}).get("digest") == one.digest:
        return one
    return replace(one, external_id=f"{one.external_id[:150]}#{one.digest[-24:]}")


def page_token(account: Account, external_id: str) -> str:
    """The token of the resident's page of a case that came by a channel: the same each time, and kept nowhere."""
    digest = salted_hmac(_SALT, f"{account.code}\0{external_id}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:20]).decode().rstrip("=")


def resident_of(account: Account, scope_id: int, author: Author, now: datetime) -> Resident | None:
    """Who wrote, as this centre knows them."""
    outside = f"{account.channel}:{author.identity}" if author.identity else ""
    return record(
        scope_id, name=clean(author.name), phone=author.phone, email=author.email, outside=outside, at=now
    )


def heard_of(account: Account, one: Incoming, now: datetime) -> Heard:
    """The same as further words of a case that is there."""
    return Heard(
        account=account, external_id=one.external_id, text=one.text, written_at=one.written_at or now,
        received_at=now, thread=one.thread, author_key=author_key(account, one.author), link=one.link[:500],
        raw=_kept(one), ours=one.what == "ours",
    )


def open_for(
    account: Account, one: Incoming, now: datetime, *, regime: str = Case.Regime.SOCIAL,
    understood: Understanding | None = None,
) -> Case:
    """Open the case of a message. Inside `acting`, widened. `now` is the moment of its arrival."""
    known = knowledge()
    hint = one.territory_id or account.territory_id
    understood = understood or understand(one.text, Hints(territory_id=hint), known)
    place = _place(account, one, understood)
    scope = place.scope or place
    theme = Theme.objects.filter(code=one.theme_code, retired=False).first() if one.theme_code else None
    suggestion = suggestion_of(understood, known)
    case = open_case(
        NewCase(
            account=account, external_id=one.external_id, text=one.text, territory=place, received_at=now,
            written_at=one.written_at or now, answer_by=_answer_by(account, one), opened_at=now, regime=regime,
            resident=resident_of(account, scope.pk, one.author, now), place_note=clean(one.address)[:300],
            latitude=one.latitude, longitude=one.longitude, theme=theme, importance=understood.importance,
            importance_reason=understood.importance_reason[:300], suggestion=suggestion, raw=_kept(one),
            outside_url=one.link[:500],
        ),
        ACTOR,
    )
    first = CaseMessage.objects.filter(case=case).values("message_id")
    Message.objects.filter(pk__in=first).update(
        thread=one.thread, author_key=author_key(account, one.author), link=one.link[:500]
    )
    keep_print(case)
    note_read(case, now)
    alarms.raise_if_dangerous(case, now)
    resident_links.make_link(case, page_token(account, one.external_id))
    return case


def _kept(one: Incoming) -> dict[str, Any]:
    """What stays beside the text: how to answer it, the words with quotes, the channel's own facts."""
    kept: dict[str, Any] = {"reply": dict(one.reply)}
    if one.digest:
        kept["digest"] = one.digest
    if one.subject:
        kept["subject"] = one.subject[:500]
    if one.full_text and one.full_text != one.text:
        kept["full_text"] = clean(one.full_text)
    if one.author.link:
        kept["author_link"] = one.author.link[:500]
    if one.raw:
        kept["raw"] = dict(one.raw)
    return kept


def _answer_by(account: Account, one: Incoming) -> str:
    """As they asked; there, where we may and can; else by hand."""
    if one.answer_on:
        return Case.AnswerBy(one.answer_on)
    if account.ours and one.reply and channel(account.channel).can.sends:
        return Case.AnswerBy.CHANNEL
    return Case.AnswerBy.OUTSIDE


def _place(account: Account, one: Incoming, understood: Understanding) -> Territory:
    """Whoever writes to a centre's own page writes to that centre, about a place of its own if the text names one.

    What came to the region goes where its text says, else to the ЦУР's own desk.
    """
    own = one.territory_id or account.territory_id
    told = understood.place.territory_id if understood.place else None
    ids = [one for one in (told, own) if one is not None]
    rows = {row.pk: row for row in Territory.objects.select_related("scope").filter(pk__in=ids, active=True)}
    home, named = rows.get(own or 0), rows.get(told or 0)
    if home is None:
        return named or region()
    if named is not None and (home.scope_id is None or named.scope_id == (home.scope_id or home.pk)):
        return named
    return home
