"""Personal data in a text: where they stand, of which kind, and the text without them. Pure, and never raises."""

from otklik.triage.personal.finding import personal_spans
from otklik.triage.personal.redacting import redact
from otklik.triage.personal.spans import KINDS, Kind, PersonalSpan

__all__ = ["KINDS", "Kind", "PersonalSpan", "personal_spans", "redact"]
