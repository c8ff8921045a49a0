"""`accept`: one transaction in which a message arrives once, however often it is delivered."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from otklik.acting import Actor, Link, Staff, System, Visitor, acting, widened
from otklik.cases import alarms, resident_links
from otklik.cases.alike import keep_print
from otklik.cases.follows import FINAL
from otklik.cases.knowledge import knowledge, suggestion_of
from otklik.cases.models import Case
from otklik.cases.opening import NewCase, open_case
from otklik.cases.readings import note_read
from otklik.channels.accounts import own_account
from otklik.classifier.models import Theme
from otklik.failures import BadInput, Refused
from otklik.files.photos import CleanPhoto
from otklik.files.storage import store
from otklik.intake.models import FormKey
from otklik.intake.sheets.cleaning import clean
from otklik.journal.appending import NewEntry, append
from otklik.organisations.secret_links import new_token
from otklik.residents.contacts import normal_phone
from otklik.residents.recording import record
from otklik.territory.models import Kind, Territory
from otklik.triage import Hints, understand

MAX_TEXT = 100_000
TAKERS = frozenset({"operator", "coordinator", "head", "curator"})  # who may note a call
MAX_PHOTOS = 5
KEY_LIFETIME = timedelta(days=2)
_SALT = "otklik.form"


@dataclass(frozen=True)
class Incoming:
    """What came in by an own form or a call. `key` is the one-time key issued with the form."""

    channel: str  # "portal", "phone" or "reception"
    key: str
    text: str
    territory_id: int
    street: str = ""
    house: str = ""
    place_note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    answer_by: str = Case.AnswerBy.PAGE
    photos: Sequence[CleanPhoto] = ()
    written_at: datetime | None = None
    theme_id: int | None = None
    regime: str = Case.Regime.SOCIAL
    follows: Link | None = None  # the resident's page of a case with whose final answer they disagree


@dataclass(frozen=True)
class Accepted:
    """What became of it. `token` opens the resident's page."""

    case_id: int
    number: int
    token: str
    existed: bool


def issue_key() -> str:
    """A one-time key for a form, signed, so that nothing is kept until the form comes back."""
    return signing.TimestampSigner(salt=_SALT).sign(new_token()[0])


def key_holds(key: str) -> bool:
    """Whether a form key is ours and not too old."""
    try:
        signing.TimestampSigner(salt=_SALT).unsign(key, max_age=KEY_LIFETIME)
    except signing.BadSignature:
        return False
    return True


def accept(incoming: Incoming, *, actor: Actor, now: datetime | None = None) -> Accepted:
    """Take a message and open its case. The same form sent twice gives the first one's number and link.

    The same are key, words and place: who goes back, mends the text and sends again has written something new, and
    it must not be lost. Raises `BadInput` naming the field; nothing is kept then. A call is written down by those who
    work in its place.
    """
    now = now or timezone.now()
    _check_taker(actor, incoming)
    text, place = _checked(incoming)
    gatekeeper = System("portal") if isinstance(actor, Visitor) else actor
    with acting(gatekeeper), widened():
        identity = f"{incoming.key}\0{place.pk}\0{text}"
        key_hash = hashlib.sha256(identity.encode()).hexdigest()
        _row, first = FormKey.objects.get_or_create(key_hash=key_hash, defaults={"issued_at": now})
        row = FormKey.objects.select_for_update().get(key_hash=key_hash)
        if not first and row.case_id:
            number = Case.objects.values_list("number", flat=True).get(pk=row.case_id)
            return Accepted(row.case_id, number, _token_of(identity), existed=True)
        followed = _followed(incoming.follows)
        case = open_case(_new_case(incoming, text, place, key_hash, now, followed), gatekeeper)
        if followed is not None and incoming.follows is not None:
            append(NewEntry(f"case:{followed}", "followed", incoming.follows.reference, now, {"by": case.pk}))
        keep_print(case)
        note_read(case, now)
        alarms.raise_if_dangerous(case, now)
        token = resident_links.make_link(case, _token_of(identity))
        row.case_id = case.pk
        row.save(update_fields=["case_id"])
    return Accepted(case.pk, case.number, token, existed=False)


def _followed(link: Link | None) -> int | None:
    """The case of the resident's link, locked, if it has its final answer: nothing else can be disagreed with."""
    if link is None or link.holder != "resident":
        return None
    rows = Case.objects.select_for_update(no_key=True).filter(pk=link.case_id, state__in=FINAL)
    return rows.values_list("pk", flat=True).first()


def _check_taker(actor: Actor, incoming: Incoming) -> None:
    """Residents write through the portal, staff note calls, each where they are."""
    if isinstance(actor, System) or (isinstance(actor, Visitor) and incoming.channel == "portal"):
        return
    if not isinstance(actor, Staff):
        raise Refused(_("Звонок записывает сотрудник центра."))
    scope = Territory.objects.filter(pk=incoming.territory_id).values_list("scope_id", flat=True).first()
    if not TAKERS & actor.roles_at(scope or incoming.territory_id):
        raise BadInput(_("Выберите место своего муниципалитета."), "territory")


def _checked(incoming: Incoming) -> tuple[str, Territory]:
    if not key_holds(incoming.key):
        raise BadInput(_("Форма открыта слишком давно. Отправьте ещё раз: текст сохранён."), "key")
    if len(incoming.text) > MAX_TEXT:
        raise BadInput(
            _("Слишком длинный текст: %(n)s знаков, а можно не больше %(max)s.")
            % {"n": len(incoming.text), "max": MAX_TEXT}, "text",
        )
    text = clean(incoming.text)
    if not text:
        raise BadInput(_("Напишите, что случилось."), "text")
    place = Territory.objects.select_related("scope").filter(pk=incoming.territory_id, active=True).first()
    if place is None or place.kind == Kind.REGION:
        raise BadInput(_("Выберите муниципалитет из списка."), "territory")
    if incoming.answer_by == Case.AnswerBy.PHONE and not incoming.phone.strip():
        raise BadInput(_("Напишите номер, по которому позвонить."), "phone")
    if incoming.answer_by not in (Case.AnswerBy.PAGE, Case.AnswerBy.PHONE):
        raise BadInput(_("Выберите, как сообщить об ответе."), "answer_by")
    if incoming.answer_by == Case.AnswerBy.PHONE:
        normal_phone(incoming.phone)
    if len(incoming.photos) > MAX_PHOTOS:
        raise BadInput(_("Не больше %(n)s фотографий.") % {"n": MAX_PHOTOS}, "photos")
    return text, place


def _new_case(
    incoming: Incoming, text: str, place: Territory, key_hash: str, now: datetime, followed: int | None
) -> NewCase:
    scope = place.scope or place
    known = knowledge()
    understood = understand(text, Hints(territory_id=place.pk), known)
    theme, importance, reason = None, understood.importance, understood.importance_reason
    if incoming.theme_id:
        theme = Theme.objects.filter(pk=incoming.theme_id, retired=False).first()
    fields: dict[str, Any] = {
        "street": clean(incoming.street)[:150], "house": clean(incoming.house)[:30],
        "place_note": clean(incoming.place_note)[:300],
    }
    latitude, longitude = _coordinates(incoming)
    return NewCase(
        account=own_account(incoming.channel), external_id=key_hash, text=text, territory=place, received_at=now,
        written_at=min(incoming.written_at or now, now), answer_by=incoming.answer_by, opened_at=now,
        regime=incoming.regime,
        resident=record(scope.pk, name=clean(incoming.name), phone=incoming.phone, email=incoming.email, at=now),
        latitude=latitude, longitude=longitude, theme=theme, importance=importance,
        importance_reason=reason[:300], suggestion=suggestion_of(understood, known),
        photos=[store(photo, scope.pk) for photo in incoming.photos], follows_id=followed,
        journal={"follows": followed} if followed is not None else {}, **fields,
    )


def _coordinates(incoming: Incoming) -> tuple[float | None, float | None]:
    """A point on the earth, or none: nobody types coordinates, so a broken one is nobody's fault."""
    latitude, longitude = incoming.latitude, incoming.longitude
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None, None
    return latitude, longitude


def _token_of(identity: str) -> str:
    """The resident's link of a form: the same each time the same form comes, and kept nowhere."""
    return base64.urlsafe_b64encode(salted_hmac(_SALT, identity, algorithm="sha256").digest()[:20]).decode().rstrip("=")
