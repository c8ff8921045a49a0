"""The figures of templates, prepared by a job: how often used, how many went out, what residents said then."""

from datetime import datetime

from django.db.models import Count, F, Q

from otklik.acting import System, acting
from otklik.answers.models import TemplateFigure, TemplateUse


def count_templates(now: datetime) -> int:
    """Count all templates that were used. A refutation is «не исправлено» to the very answer. Returns how many."""
    out = Q(answer__state="published")
    refuted = Q(case__fix="refuted") | Q(case__turn__gt=F("answer__turn"))
    with acting(System("template-figures")):
        rows = TemplateUse.objects.values("template").annotate(
            used=Count("pk"), published=Count("pk", filter=out),
            confirmed=Count("pk", filter=out & Q(case__fix="confirmed") & ~refuted),
            refuted=Count("pk", filter=out & refuted),
        )
        found = list(rows)
        TemplateFigure.objects.bulk_create(
            [
                TemplateFigure(
                    template_id=row["template"], used=row["used"], published=row["published"],
                    confirmed=row["confirmed"], refuted=row["refuted"], counted_at=now,
                )
                for row in found
            ],
            update_conflicts=True, unique_fields=["template"],
            update_fields=["used", "published", "confirmed", "refuted", "counted_at"],
        )
        return len(found)
