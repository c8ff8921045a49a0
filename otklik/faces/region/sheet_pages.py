"""The guest's sheet as the DOCX they sent back: read into the form on the card, where a person looks first."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import acting
from otklik.faces.region.exchange_forms import SheetFileForm, SheetForm
from otklik.faces.region.exchange_pages import card_page, reader
from otklik.faces.region.refused import made_by, say_refused
from otklik.failures import BadInput, Refused
from otklik.practice import exchange_papers, exchange_reading
from otklik.practice.models import Exchange
from otklik.practice.sheet_reading import MOST_BYTES, MOST_UNREAD, ReadSheet


@login_required
@require_POST
def read(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Read the sheet into the form of the card. Nothing is kept yet."""
    actor, form = reader(request), SheetFileForm(request.POST, request.FILES, auto_id="sheet_file_%s")
    with acting(actor, read_only=True):
        row = exchange_reading.the_meeting(exchange_id)
        if not exchange_reading.may_write(actor, row):
            raise Refused(_("Лист гостя вносят руководитель, координатор или куратор этого центра."))

    def read_back(given: dict[str, Any]) -> ReadSheet:
        if given["file"].size > MOST_BYTES:
            raise BadInput(_("Лист больше 3 МБ. Уберите из него картинки или внесите его руками."), "file")
        if not row.leaves:
            raise Refused(_("Лист гостя — для гостя из другой области. Свои центры пишут прямо в карточку."))
        with acting(actor, read_only=True):
            return exchange_papers.read_back(exchange_papers.material(row), given["file"].read())

    if found := made_by(form, read_back):
        told = {"sheet_form": SheetForm(initial=_initial(row, found), auto_id="sheet_%s"), "sheet_read": True,
                "sheet_unread": found.unread[:MOST_UNREAD]}  # fmt: skip
        return card_page(request, actor, exchange_id, failed=told)
    say_refused(request, form)
    return card_page(request, actor, exchange_id, failed={"sheet_file_form": form}, status=422)


def _initial(row: Exchange, found: ReadSheet) -> dict[str, Any]:
    """What was read; a cell that is empty takes nothing away from what stands on the card."""
    given: dict[str, Any] = {
        "people": found.people or (row.guest_people if row.guest_id is None else row.host_people),
        "questions": found.questions, "words": found.words or row.guest_words,
    }
    for number, (what, who, due) in enumerate(found.taken, 1):
        given |= {f"what{number}": what, f"who{number}": who, f"due{number}": due}
    return given
