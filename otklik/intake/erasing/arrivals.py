"""A person in what channels brought and no case was made of: mail that waits or was put aside, what was sifted out."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from otklik.channels.kit.incoming import Incoming
from otklik.channels.models import Arrival, MissedCall
from otklik.intake.understood import understood
from otklik.residents.contacts import lookup_hash
from otklik.residents.traces import Traces

AT_ONCE = 200
S = Arrival.State


def arrivals_of(marks: Traces) -> Iterator[Arrival]:
    """Arrivals in which the person stands, but for those of messages, which go with these. In `acting`, widened."""
    rows = Arrival.objects.filter(message=None).exclude(body=b"").select_related("account__setup").order_by("pk")
    for arrival in rows.iterator(chunk_size=AT_ONCE):
        if any(marks.are_in(text) for text in _texts(arrival)):
            yield arrival


def redact_arrivals(marks: Traces, known: Collection[int]) -> int:
    """Empty them, and those `known` by id. The id there stays, so that the channel's next look does not take them for
    new. Returns how many."""
    found = {row.pk: row for row in Arrival.objects.select_for_update().filter(pk__in=known, message=None)}
    found |= {row.pk: row for row in arrivals_of(marks)}
    for arrival in found.values():
        arrival.body, arrival.told = b"", None
        if arrival.state != S.ASIDE:
            arrival.state = S.IGNORED
        arrival.reason = _("Стёрто по требованию автора.")
        arrival.save(update_fields=["body", "told", "state", "reason"])
    return len(found)


def missed_calls_of(marks: Traces) -> int:
    """How many rows of missed calls are of this person's phones."""
    return MissedCall.objects.filter(lookup__in=_lookups(marks)).count()


def forget_missed_calls(marks: Traces) -> int:
    """Delete them: the number is all that such a row holds."""
    return MissedCall.objects.filter(lookup__in=_lookups(marks)).delete()[0]


def _lookups(marks: Traces) -> list[str]:
    return [lookup_hash("phone", f"+7{phone}") for phone in marks.phones if len(phone) == 10]


def _texts(arrival: Arrival) -> Iterator[str]:
    """What stands in an arrival: as its list shows it, as its channel reads it, else as it came."""
    yield " ".join(str(value) for value in (arrival.told or {}).values())
    body = bytes(arrival.body)
    yield body.decode("utf-8", "replace")
    try:
        for one in understood(arrival):
            yield _words(one)
    except Exception:  # noqa: BLE001 - what nobody can read, not even with an error of ours, was looked at as it came
        return


def _words(one: Incoming) -> str:
    author = one.author
    return "\n".join([one.text, one.subject, author.name, author.email, author.phone, author.identity])
