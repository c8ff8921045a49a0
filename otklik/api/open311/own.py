"""What came through a key, for whoever has that key: how each report stands, and its answers. No words of residents.

The program with the key is the resident's channel, so answers go to the residents by it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.answers.models import Answer
from otklik.api.open311.asked import Query
from otklik.api.open311.formats import Wrong
from otklik.api.open311.public import Address, written
from otklik.cases.models import Case, CaseMessage
from otklik.cases.numbers import parse, shown
from otklik.channels.models import Account, Arrival, Message
from otklik.intake.channel_cases import page_token
from otklik.territory.models import Territory

S = Case.State


def cases(account: Account, query: Query, place: Territory | None) -> list[Case]:
    """The page of this account's cases, newest first. Inside `acting`."""
    rows = _of(account).select_related("theme", "scope", "account").annotate(
        changed=Greatest(F("opened_at"), F("answered_at"), F("closed_at"))
    )
    if place is not None:
        rows = rows.filter(Q(scope=place) | Q(scope__municipality=place))
    if query.ids:
        return list(rows.filter(number__in=_numbers(query.ids)).order_by("-received_at", "-pk"))
    if query.services:
        rows = rows.filter(Q(theme__code__in=query.services) | Q(theme__group__code__in=query.services))
    if query.statuses == ("open",):
        rows = rows.exclude(state=S.CLOSED)
    elif query.statuses == ("closed",):
        rows = rows.filter(state=S.CLOSED)
    bounds = {
        "received_at__gte": query.start, "received_at__lte": query.end, "changed__gte": query.updated_after,
        "changed__lte": query.updated_before,
    }
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
    return list(rows.order_by("-received_at", "-pk")[query.first : query.first + query.page_size])


def _of(account: Account) -> QuerySet[Case]:
    return Case.objects.filter(account=account)


def _numbers(ids: Sequence[str]) -> list[int]:
    found = (parse(one) for one in ids if "-" in one)
    return [number for number in found if number is not None]


def one(account: Account, service_request_id: str) -> Case:
    """One case of this account by its number. Raises `Wrong` 404 for another's as for none."""
    number = parse(service_request_id) if "-" in service_request_id else None
    rows = _of(account).select_related("theme", "scope", "account")
    found = rows.filter(number=number).first() if number is not None else None
    if found is None:
        raise Wrong(404, _("service_request_id «%(id)s» не найден.") % {"id": service_request_id[:50]})
    return found


def as_requests(rows: Sequence[Case], address: Address, *, extended: bool) -> list[dict[str, Any]]:
    """Cases as the standard writes requests. As many queries for a thousand as for one."""
    said: dict[int, list[Message]] = {}
    published = Answer.objects.filter(case__in=rows, state=Answer.State.PUBLISHED).select_related("message")
    for answer in published.order_by("published_at"):
        if answer.message is not None:
            said.setdefault(answer.case_id, []).append(answer.message)
    tokens = _tokens(rows) if extended else {}
    return [
        _as_request(case, said.get(case.pk, []), address, tokens.get(case.pk, "") if extended else None)
        for case in rows
    ]


def _as_request(case: Case, answers: Sequence[Message], address: Address, token: str | None) -> dict[str, Any]:
    """Without the description: the program has it, and it is personal. `token` None: nothing beyond the standard."""
    closed = case.state == S.CLOSED
    at = max(one for one in (case.opened_at, case.answered_at, case.closed_at) if one is not None)
    told: dict[str, Any] = {
        "service_request_id": shown(case.number), "status": "closed" if closed else "open",
        "status_notes": answers[-1].text if answers else state_words(case),
        "service_name": case.theme.name if case.theme else None,
        "service_code": case.theme.code if case.theme else "", "description": None,
        "agency_responsible": None, "service_notice": None, "requested_datetime": written(case.received_at),
        "updated_datetime": written(case.closed_at if closed and case.closed_at else at),
        "expected_datetime": written(case.due_at) if case.due_at and case.state not in (S.ANSWERED, S.CLOSED) else None,
        "address": None, "address_id": None, "zipcode": None, "lat": case.latitude, "long": case.longitude,
        "media_url": None,
    }
    if token is not None:
        told["extended_attributes"] = {
            "jurisdiction_id": case.scope.code, "state": state_words(case),
            "details_url": address(f"/c/{page_token(case.account, token)}/"),
        }
        told["notes"] = [
            {"datetime": written(one.written_at), "description": one.text, "type": "answer"} for one in answers
        ]
    return told


def state_words(case: Case) -> str:
    """Where the work stands, in words of our own."""
    if case.state == S.CLOSED:
        return str(Case.Outcome(case.outcome).label) if case.outcome else _("закрыта")
    return str(Case.State(case.state).label)


def token_of(case: Case) -> str:
    """The token by which the case's report came."""
    return _tokens([case]).get(case.pk, "")


def _tokens(rows: Sequence[Case]) -> dict[int, str]:
    """The token of each case: the id of its first message. With it goes the resident's own page."""
    joined = CaseMessage.objects.filter(case__in=rows, message__account__channel="open311").order_by("-pk")
    return dict(joined.values_list("case_id", "message__external_id"))


def by_token(token: str) -> dict[str, Any]:
    """`tokens/<token>`: the id when the report was taken in; until then an empty one. Raises `Wrong` 404."""
    usable = "\x00" not in token and len(token) <= 200
    arrival = Arrival.objects.filter(account__channel="open311", external_id=token).first() if usable else None
    if arrival is None:
        raise Wrong(404, _("token «%(token)s» не найден.") % {"token": token[:80]})
    message = Message.objects.filter(account_id=arrival.account_id, external_id=token, version=1).first()
    joined = CaseMessage.objects.filter(message=message).select_related("case").first() if message else None
    return {"service_request_id": shown(joined.case.number) if joined else None, "token": token}


def updates(
    account: Account, start: datetime | None, end: datetime | None, first: int, most: int
) -> list[dict[str, Any]]:
    """Answers to this account's reports, oldest first."""
    rows = CaseMessage.objects.filter(case__account=account, message__direction=Message.Direction.OUT)
    rows = rows.select_related("case", "message").filter(message__received_at__lte=timezone.now())  # not yet held back
    if start:
        rows = rows.filter(message__written_at__gte=start)
    if end:
        rows = rows.filter(message__written_at__lte=end)
    return [
        {
            "update_id": f"m{row.message_id}", "service_request_id": shown(row.case.number),
            "status": "closed" if row.case.state == S.CLOSED else "open",
            "updated_datetime": written(row.message.written_at), "description": row.message.text, "media_url": None,
        }
        for row in rows.order_by("message__written_at", "pk")[first : first + most]
    ]
