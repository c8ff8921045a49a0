"""Where a case can go on in private: accounts of ours that can send."""

from django.db.models import Q

from otklik.cases.models import Case
from otklik.channels.models import Account
from otklik.channels.registered import CHANNELS, channel


def private_places(case: Case) -> list[Account]:
    """Accounts of ours in which this case can go on in private: of its centre, and of the whole region."""
    rows = Account.objects.filter(active=True, ours=True, dry_run=False, channel__in=CHANNELS)
    near = rows.filter(Q(territory=None) | Q(territory_id__in=(case.scope_id, case.territory_id)))
    able = [row for row in near.order_by("channel", "name") if _private(row)]
    return [row for row in able if row.pk != case.account_id]


def _private(row: Account) -> bool:
    can = channel(row.channel).can
    return can.sends and can.private
