"""What is noted beside an appeal on the case page: each view reads its form and calls one gate."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.cases.actions import collective as signing
from otklik.cases.actions import inquiries, proving
from otklik.cases.actions.matter import set_matter
from otklik.cases.models import Case
from otklik.faces.desk import appeal_forms as forms
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.regime_forms import moment_of
from otklik.organisations.models import Organisation


@require_POST
@desk_view
def collective(request: HttpRequest, number: str) -> HttpResponse:
    """Коллективное обращение."""
    form = forms.CollectiveForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        signing.set_collective(
            actor, case.pk, people=given["people"], answer_to=given["answer_to"], note=given["note"]
        )
        return _("Отмечено: коллективное обращение.")

    return act(request, number, "collective", gate, form)


@require_POST
@desk_view
def not_collective(request: HttpRequest, number: str) -> HttpResponse:
    """Подписал один человек."""

    def gate(actor: Staff, case: Case) -> str:
        signing.not_collective(actor, case.pk)
        return _("Отмечено: подписал один человек.")

    return act(request, number, "collective", gate)


@require_POST
@desk_view
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Короткий срок, or the common one again."""
    form = forms.MatterForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        set_matter(actor, case.pk, registration_id=given["registration"], code=given["matter"])
        return _("Сроки посчитаны заново.")

    return act(request, number, "matter", gate, form)


@require_POST
@desk_view
def several_bodies(request: HttpRequest, number: str) -> HttpResponse:
    """Вопросы касаются нескольких органов: пошёл срок рассылки копий."""
    form = forms.SeveralBodiesForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        inquiries.several_bodies(actor, case.pk, registration_id=given["registration"], reason=given["reason"])
        return _("Отмечено. Срок рассылки копий показан вверху карточки.")

    return act(request, number, "several_bodies", gate, form)


@require_POST
@desk_view
def inquire(request: HttpRequest, number: str) -> HttpResponse:
    """Письмо в другой орган отправлено."""
    form = forms.LetterForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        at = moment_of(given["at"])
        assert at is not None  # the field is required
        letter = inquiries.Letter(
            given["kind"], given["to"], given["what"], given["number"], at, given["signer"], named(given["to"]),
            moment_of(given["until"], end=True), given["not_complained_of"],
        )
        row = inquiries.send(
            actor, case.pk, registration_id=given["registration"], letter=letter, all_sent=given["all_sent"]
        )
        return _("Отмечено: %(what)s, исх. № %(number)s.") % {"what": row.get_kind_display(), "number": row.number}

    return act(request, number, "inquire", gate, form)


@require_POST
@desk_view
def copies_out(request: HttpRequest, number: str) -> HttpResponse:
    """Все копии отправлены."""
    form = forms.CopiesOutForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        inquiries.copies_out(actor, case.pk, registration_id=form.cleaned_data["registration"])
        return _("Отмечено: все копии отправлены.")

    return act(request, number, "inquire", gate, form)


@require_POST
@desk_view
def inquiry_over(request: HttpRequest, number: str) -> HttpResponse:
    """Чем кончилось письмо в другой орган."""
    form = forms.LetterOverForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        at = moment_of(given["at"])
        assert at is not None  # the field is required
        inquiries.over(
            actor, case.pk, inquiry_id=given["inquiry"], state=given["state"], at=at, number=given["number"],
            words=given["words"],
        )
        return _("Отмечено.")

    return act(request, number, "inquiry_over", gate, form)


@require_POST
@desk_view
def prove(request: HttpRequest, number: str) -> HttpResponse:
    """Чем подтверждается отправка."""
    form = forms.ProofForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        proving.prove(
            actor, case.pk, registration_id=given["registration"], kind=given["kind"], reference=given["reference"],
            reason=given["reason"],
        )
        return _("Сохранено.")

    return act(request, number, "prove", gate, form)


def named(words: str) -> int | None:
    """The organisation of the directory that is called so, if one and only one is."""
    name = " ".join(words.split())
    rows = Organisation.objects.filter(Q(name__iexact=name) | Q(short_name__iexact=name), active=True)
    found = list(rows.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None
