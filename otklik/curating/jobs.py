"""The periodic work of this room; `operations.schedule` knows how often."""

from otklik.curating.asking import alarm_due as alarm_asks
from otklik.curating.checking import alarm_due as alarm_remarks
from otklik.curating.page_figures import refresh as refresh_pages
from otklik.curating.sampling import draw_week

__all__ = ["alarm_asks", "alarm_remarks", "draw_week", "refresh_pages"]
