"""Forms (бланки) of bodies: uploaded, looked at with a sample, removed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.answers import letter_form, letter_forms
from otklik.answers.letter import Letter
from otklik.answers.models import LetterForm
from otklik.faces.desk.views.letters import KINDS
from otklik.faces.settings.access import Scopes, actor_of, required
from otklik.faces.settings.register_pages import BODIES
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.organisations.models import Organisation


class LetterFormForm(TypedForm):
    """A body and its form."""

    body = forms.TypedChoiceField(
        label=gettext_lazy("Чей бланк"), coerce=int,
        error_messages={
            "required": gettext_lazy("Выберите организацию."),
            "invalid_choice": gettext_lazy("Выберите организацию из списка."),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("Бланк: документ Word (.docx)"), max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        error_messages={
            "required": gettext_lazy("Выберите файл."), "empty": gettext_lazy("Файл пустой."),
            "max_length": gettext_lazy("Слишком длинное имя файла: переименуйте его."),
        },
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        choices = [("", "—"), *((body.pk, body.short_name) for body in bodies)]
        self.fields["body"].choices = choices  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letter_forms_page(request: HttpRequest) -> HttpResponse:
    """The forms there are, and an upload: the newest one counts."""
    actor = actor_of(request)
    scopes = required(actor, letter_forms.ROLES)
    bodies = _bodies(scopes)
    form = LetterFormForm(request.POST or None, request.FILES or None, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            content = sent.read(letter_form.MAX_BYTES + 1)
            row = letter_forms.upload(actor, form.cleaned_data["body"], content, sent.name)
            messages.success(request, _("Бланк принят: %(body)s.") % {"body": row.organisation.short_name})
            return redirect("settings:letter_forms")
        except NotYours:
            raise
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as failure:
            form.add_error(None, str(failure))
    rows = LetterForm.objects.filter(organisation__in=bodies, retired_at=None).defer("content")
    context = {
        "tab": "letter_forms", "form": form, "fields": letter_form.FIELDS.items(),
        "rows": rows.select_related("organisation", "uploaded_by").order_by("organisation__name_key"),
    }
    return render(request, "settings/letter_forms.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def sample(request: HttpRequest, organisation_id: int, kind: str) -> HttpResponse:
    """A letter with invented words on the form of a body, to be looked at."""
    body = _body(request, organisation_id)
    kind = kind if kind in KINDS else "pdf"
    drawn, content_type = KINDS[kind]
    response = HttpResponse(drawn(_invented(body)), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"obrazets.{kind}")
    return response


@login_required
@require_POST
def remove_letter_form(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Back to the plain form."""
    body = _body(request, organisation_id)
    if letter_forms.remove(actor_of(request), body.pk):
        messages.success(request, _("Бланк убран: письма снова на простом бланке."))
    return redirect("settings:letter_forms")


def _bodies(scopes: Scopes) -> list[Organisation]:
    found = Organisation.objects.filter(active=True, kind__in=BODIES).select_related("territory")
    if scopes is not None:
        found = found.filter(territory__scope_id__in=scopes)
    return list(found.order_by("name_key"))


def _body(request: HttpRequest, organisation_id: int) -> Organisation:
    scopes = required(actor_of(request), letter_forms.ROLES)
    found = next((body for body in _bodies(scopes) if body.pk == organisation_id), None)
    if found is None:
        raise NotYours(_("Такой организации нет, или она не ваша."))
    return found


def _invented(body: Organisation) -> Letter:
    """Words of nobody, in Russian whatever the reader's language: the letter is."""
    return Letter(
        body=body.name, body_contacts=", ".join(filter(None, (body.phone, body.email))), out_number="12-п",
        out_at="5 января 2026 г.", in_number="А-17/26", in_at="25 декабря 2025 г.", addressee="Ковыльной А. П.",
        subject="О рассмотрении обращения № А-17/26",
        text="Уважаемая Анна Петровна!\nФонарь у дома 5 по улице Образцовой починили 3 января.\nСпасибо, что написали.",
        signer="Глава И. И. Образцов", executor="Лугова Мария Ильинична", executor_phone="", body_id=body.pk,
    )
