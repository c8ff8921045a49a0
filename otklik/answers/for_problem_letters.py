"""The letters of a common answer in one archive: those that wait for an outgoing number."""

import io
import zipfile

from django.utils.translation import gettext as _

from otklik.acting import Actor, acting
from otklik.answers import letter_forms, letters
from otklik.answers.models import CommonRow
from otklik.cases import numbers
from otklik.failures import Refused

MOST = 300


def archive(actor: Actor, problem_id: int, kind: str) -> bytes:
    """A ZIP of the letters, a file a case. `kind`: docx or pdf. Each letter is an entry of its case's journal.

    Raises `Refused` when none waits (or this person sees none of them).
    """
    with acting(actor, read_only=True):
        rows = CommonRow.objects.filter(common__problem_id=problem_id, state=CommonRow.State.NUMBER)
        waiting = rows.filter(answer__state="approved").order_by("pk").values_list("case_id", "case__number")[:MOST]
        found = list(waiting)
    if not found:
        raise Refused(_("Писем, которые ждут исходящего номера, здесь нет."))
    draw = letter_forms.as_pdf if kind == "pdf" else letter_forms.as_docx
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for case_id, number in found:
            files.writestr(f"pismo-{numbers.shown(number)}.{kind}", draw(letters.make(actor, case_id, kind=kind)))
    return packed.getvalue()
