"""The messages of a burst in time: a drawing with the same numbers as a table behind it."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.faces.region.drawn import Drawn, drawn
from otklik.faces.region.page_file import number
from otklik.insight.radar_reading import bins_of
from otklik.reports.document import Chart, Table

WIDE = 780  # pixels: the card beside what can be done


def times_drawn(times: Collection[datetime]) -> Drawn | None:
    """How many came in each stretch from the first to the last, in the region's time; None without any."""
    bins = bins_of(times)
    if not bins:
        return None
    first, last = (timezone.localtime(one.since) for one in (bins[0], bins[-1]))
    look = "%H:%M" if first.date() == last.date() else "%d.%m %H:%M"
    named = [(timezone.localtime(one.since).strftime(look), one.count) for one in bins]
    rows = tuple({"since": since, "n": n, "shown": str(n) if n else "", "tip": f"{since}: {n}"} for since, n in named)
    title = _("Сообщения по времени")
    cells = tuple((since, number(n, "count")) for since, n in named)
    return drawn(
        Chart("moments", title, rows), Table("moments", title, (_("С"), _("Сообщений")), cells), "moments", wide=WIDE
    )
