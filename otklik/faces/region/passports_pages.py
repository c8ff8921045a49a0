"""Passports of centres: the list, one as it was approved, two side by side, the draft and the quarterly check."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.faces.region.exchange_files import as_file
from otklik.faces.region.exchange_pages import pressed, reader
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.practice import allowed, passports
from otklik.practice.models import PassportNote
from otklik.practice.papers import made
from otklik.practice.passport_fields import MOST_LETTERS, SECTIONS, TYPED, Row, restored
from otklik.practice.passport_paper import paper_of, side_by_side
from otklik.territory.models import Territory


@login_required
@require_safe
def passport_list(request: HttpRequest) -> HttpResponse:
    """All centres: whose passport is approved and since when; two of them are chosen to be compared."""
    actor = reader(request)
    places = allowed.centres()
    known = passports.approved_of([one.pk for one in places])
    rows: list[dict[str, Any]] = [
        {"place": one, "name": allowed.centre_name(one), "version": known.get(one.pk),
         "mine": allowed.may_keep(actor, one.pk)} for one in places
    ]  # fmt: skip
    few = [row for row in rows if row["mine"]] if sum(bool(row["mine"]) for row in rows) < len(rows) else []
    ready = [row for row in rows if row["version"]]
    context = {
        "rows": rows, "mine": few[:5], "ready": ready, "rest": [row for row in rows if not row["version"]],
        "first": (few or ready or rows)[0]["place"].code if rows else "", "approved": len(known),
        "second": next((row["place"].code for row in [*ready, *rows] if row not in few[:1]), ""),
    }
    return render(request, "region/passports/list.html", context)


@login_required
@require_safe
def passport(request: HttpRequest, code: str) -> HttpResponse:
    """The approved version, as everybody in the network sees it; its keepers also see what waits."""
    return _passport(request, reader(request), allowed.centre(code))


def _passport(
    request: HttpRequest, actor: Staff, place: Territory, *, alert: str = "", wrong: str = "", words: str = "",
    status: int = 200,
) -> HttpResponse:
    with acting(actor, read_only=True):
        version, waits = passports.approved(place), None
        keeps = allowed.may_keep(actor, place.pk)
        if keeps:
            waits = passports.waiting(place)
        context = {
            "place": place, "name": allowed.centre_name(place), "version": version, "keeps": keeps, "waits": waits,
            "sections": passports.sections_of(version) if version else (), "is_head": allowed.heads(actor, place),
            "waiting": passports.sections_of(waits) if waits else (), "alert": alert, "wrong": wrong, "words": words,
            "returned": passports.last_returned(place) if keeps and not waits else None,
        }
        return render(request, "region/passports/passport.html", context, status=status)


@login_required
@require_safe
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The passport as it stands this moment, for the centre itself."""
    actor, place = reader(request), allowed.centre(code)
    _keeper(actor, place)
    found = passports.draft(place, timezone.now())
    context = {
        "place": place, "name": allowed.centre_name(place), "sections": found.inner, "digest": found.digest,
        "stale": found.stale, "empty": [TYPED[one].label for one in found.empty], "last": found.last,
        "changed": found.last is None or found.last.digest != found.digest, "is_head": allowed.heads(actor, place),
        "waits": found.waits, "today": timezone.localdate(),
    }
    return render(request, "region/passports/draft.html", context)


@login_required
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """The ten-minute check of the quarter: each typed field with «всё так», or another text."""
    actor, place = reader(request), allowed.centre(code)
    return _check(request, actor, place)


def _check(
    request: HttpRequest, actor: Staff, place: Territory, *, wrong: tuple[str, str, str] = ("", "", ""),
    status: int = 200,
) -> HttpResponse:
    _keeper(actor, place)
    with acting(actor, read_only=True):
        notes = {one.code: one for one in PassportNote.objects.filter(place=place).select_related("checked_by")}
        today = timezone.localdate()
        fields: list[dict[str, Any]] = []
        for code, field in TYPED.items():
            note = notes.get(code)
            row = Row(code, field.label, note.text if note else "", typed=True,
                      checked=timezone.localdate(note.checked_at) if note else None)  # fmt: skip
            fields.append({
                "code": code, "field": field, "row": row, "section": SECTIONS[field.section], "note": note,
                "stale": row.is_stale(today), "text": wrong[2] if wrong[0] == code else row.text,
                "wrong": wrong[1] if wrong[0] == code else "",
            })
        left = sum(bool(one["stale"]) for one in fields)
        context = {"place": place, "name": allowed.centre_name(place), "fields": fields, "left": left,
                   "most": MOST_LETTERS}  # fmt: skip
        return render(request, "region/passports/check.html", context, status=status)


@login_required
@require_POST
def field(request: HttpRequest, code: str, field_code: str) -> HttpResponse:
    """Another text of a field, or «всё так»."""
    actor, place = reader(request), allowed.centre(code)
    _keeper(actor, place)
    text = request.POST.get("text", "")
    try:
        if pressed(request, "same", "text") == "same" and "text" not in request.POST:
            passports.confirm(actor, place, field_code)
        else:
            passports.write(actor, place, field_code, text)  # «всё так» of what was typed over a moment ago, too
    except BadInput as wrong:
        if wrong.field not in TYPED:
            raise NotYours(str(wrong)) from wrong
        return _check(request, actor, place, wrong=(wrong.field, str(wrong), text), status=422)
    answer = redirect("region:passport_check", place.code)
    answer["Location"] += f"#field-{field_code}"
    return answer


@login_required
@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Send it to the head."""
    actor, place = reader(request), allowed.centre(code)
    try:
        passports.propose(actor, place)
    except Refused as refused:
        return _passport(request, actor, place, alert=str(refused), status=409)
    messages.success(request, _("Руководитель увидит паспорт и утвердит его."))
    return redirect("region:passport", place.code)


@login_required
@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """The head approves what they have read, or returns it."""
    actor, place = reader(request), allowed.centre(code)
    try:
        if pressed(request, "approve", "return") == "approve":
            passports.approve(actor, place, seen=request.POST.get("seen", ""))
            messages.success(request, _("Паспорт утверждён: его видит вся сеть."))
        else:
            passports.send_back(actor, place, request.POST.get("words", ""))
            messages.success(request, _("Паспорт вернули с вашими словами."))
    except NotYours:
        raise
    except Failure as failure:
        if isinstance(failure, BadInput):
            words = request.POST.get("words", "")
            return _passport(request, actor, place, wrong=str(failure), words=words, status=422)
        return _passport(request, actor, place, alert=str(failure), status=409)
    return redirect("region:passport", place.code)


@login_required
@require_safe
def paper(request: HttpRequest, code: str, paper_form: str) -> HttpResponse:
    """The approved version as DOCX or PDF."""
    reader(request)
    place = allowed.centre(code)
    version = passports.approved(place)
    if version is None or paper_form not in ("pdf", "docx"):
        raise NotYours(_("Утверждённого паспорта нет."))
    drawn = paper_of(allowed.centre_name(place), version)
    return as_file(made(drawn, paper_form), f"pasport-{place.code}.{paper_form}")


class PairForm(forms.Form):
    """Two centres."""

    a = forms.SlugField()
    b = forms.SlugField()


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Any two side by side."""
    reader(request)
    places = allowed.centres()
    form = PairForm(request.GET)
    chosen = [allowed.centre(form.cleaned_data[one]) for one in ("a", "b")] if form.is_valid() else []
    versions = [passports.approved(one) for one in chosen]
    left, right = [restored(one.content) if one else () for one in versions] if chosen else ((), ())
    context = {
        "places": [(one.code, allowed.centre_name(one)) for one in places], "chosen": [one.code for one in chosen],
        "names": [allowed.centre_name(one) for one in chosen], "versions": versions,
        "sections": side_by_side(left, right) if chosen else [],
        "missing": [allowed.centre_name(one) for one, v in zip(chosen, versions, strict=True) if v is None],
    }
    return render(request, "region/passports/compare.html", context)


def _keeper(actor: Staff, place: Territory) -> None:
    if not allowed.KEEPERS & actor.roles_at(None):
        raise Refused(_("Паспорт ведут руководитель, координатор и куратор центра."))
    if not allowed.may_keep(actor, place.pk):
        raise NotYours(_("Черновик паспорта видит только сам центр."))
