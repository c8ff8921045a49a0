"""What reports the small living centre has: one that is made, minutes, an order, a form of its own, a morning page."""

from datetime import timedelta

from django.utils import timezone

from otklik.acting import Staff, acting
from otklik.reports import kinds, making, meetings, morning_keeping, orders, own_forms
from otklik.reports.models import Report
from otklik.territory.tree import region
from tests.making import SYSTEM, make_staff, place
from tests.reports.hostile import xlsx

NEIGHBOUR = "gorod-volzhskiy"  # another centre has its morning, too


def make_reports(home: str, coordinator: Staff) -> dict[str, list[str]]:
    """Make it and give the values of addresses."""
    here, today = place(home).pk, timezone.localdate()
    head = make_staff(("head", home), name="Головина Майя Павловна")
    row = making.ask(coordinator, "planning", place_id=here, since=today - timedelta(days=7), until=today)
    making.make(row.pk)
    for one in (place(home), place(NEIGHBOUR), region()):
        morning_keeping.make_page(one.pk)
    held = meetings.hold(
        head, here, day=today, chair="Головина М. П.", present="Лугова, центр", heard="Снег и вывоз мусора"
    )
    order = orders.give(
        head, here, words="Посыпать тротуары у школы", due=today + timedelta(days=1), user_id=coordinator.user_id,
        meeting_id=held.pk,
    )
    form = own_forms.upload(head, "planning", here, xlsx(("{{ место }}", "{{ период }}")), "planyorka.xlsx")
    with acting(SYSTEM):
        report_id = Report.objects.get(making=row).pk
    return {
        "making_id": [str(row.pk)], "report_id": [str(report_id)], "report_form": ["pdf"],
        "report_kind": ["digest_month", *(one for one in kinds.KINDS if one != "digest_month")],
        "meeting_id": [str(held.pk)], "order_id": [str(order.pk)], "order_act": ["done"], "form_id": [str(form.pk)],
    }
