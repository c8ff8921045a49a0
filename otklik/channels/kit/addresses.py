"""Where people write to our accounts: the one thing of their settings that a resident's page may tell."""

from collections.abc import Sequence

from otklik.acting import widened
from otklik.channels.models import Account
from otklik.channels.registered import channel


def addresses(rows: Sequence[Account]) -> dict[int, str]:
    """A mailbox or the link of a page, by account; whoever's channel cannot tell it is left out. Inside `acting`."""
    with widened():
        whole = list(Account.objects.select_related("setup").filter(pk__in=[row.pk for row in rows]))
    told = {row.pk: found.address(row) for row in whole if hasattr(found := channel(row.channel), "address")}
    return {pk: address for pk, address in told.items() if address}
