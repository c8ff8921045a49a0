"""«Почта»: letters that wait for one question — сообщение, запрос по 8-ФЗ, служебная переписка."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import acting
from otklik.cases import numbers
from otklik.channels.kit.incoming import Enclosed
from otklik.faces.desk.access import desk_view, staff_of
from otklik.failures import BadInput, Refused
from otklik.files.documents import accept_document
from otklik.files.photos import PhotoRejected, accept_photo
from otklik.intake import asking
from otklik.intake.mail_opened import opened

PAGE = 50
ASIDE_SHOWN = 10
KEYS = (
    ("message", gettext_lazy("Сообщение"), "1", "message"),
    ("law8", gettext_lazy("Запрос по 8-ФЗ"), "2", "file-text"),
    ("office", gettext_lazy("Служебная переписка → канцелярия"), "3", "building"),
)
_ASKS_FOR_INFORMATION = re.compile(
    r"\b8-?\s?фз\b|доступ\w* к информации|запрос\w* информации|информаци\w+ о деятельности", re.IGNORECASE
)
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_MOST_PICTURE = 15 * 1024 * 1024


def mail_view(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """A page of the desk for who may sort mail."""

    @desk_view
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not staff_of(request).roles_at(None) & asking.ROLES:
            raise Refused(_("Почту разбирают оператор, координатор, куратор и руководитель."))
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@mail_view
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, and what was set aside last."""
    actor = staff_of(request)
    page = Paginator(asking.waiting(actor), PAGE).get_page(request.GET.get("page"))
    aside = list(asking.put_aside(actor)[:ASIDE_SHOWN])
    return render(request, "desk/mail.html", {"page": page, "aside": aside})


@require_safe
@mail_view
def one(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One letter, whole, with its keys."""
    return _page(request, mail_id)


def _page(request: HttpRequest, mail_id: int, status: int = 200) -> HttpResponse:
    actor = staff_of(request)
    letter = opened(actor, mail_id)
    words = letter.one.full_text or letter.one.text if letter.one else ""
    context = {
        "letter": letter, "arrival": letter.arrival, "one": letter.one, "keys": KEYS, "full": words,
        "has_quotes": bool(letter.one and letter.one.full_text and letter.one.full_text != letter.one.text),
        "machine": bool(letter.one and letter.one.raw and letter.one.raw.get("machine")),
        "asks_for_information": bool(_ASKS_FOR_INFORMATION.search(words)),
        "files": [_shown(at, file) for at, file in enumerate(letter.files, 1)],
        "left": asking.waiting(actor).count(),
        "number": numbers.shown(letter.case.number) if letter.case else "",
        "earlier": numbers.shown(letter.earlier.number) if letter.earlier else "",
    }
    return render(request, "desk/mail_one.html", context, status=status)


def _shown(at: int, file: Enclosed) -> dict[str, Any]:
    size = len(file.data or b"")
    return {"at": at, "name": file.name, "kb": max(1, size // 1024), "picture": file.media_type in _PICTURES}


@require_safe
@mail_view
def enclosed(request: HttpRequest, mail_id: int, enclosure: int) -> HttpResponse:
    """One file: a picture as our own clean JPEG, anything else to be downloaded. 0 is the letter itself, as it came."""
    letter = opened(staff_of(request), mail_id)
    if enclosure == 0:
        return _file(bytes(letter.arrival.body), f"mail-{letter.arrival.pk}.eml")
    if not 1 <= enclosure <= len(letter.files):
        raise Http404
    file = letter.files[enclosure - 1]
    data = file.data or b""
    if file.media_type in _PICTURES and len(data) <= _MOST_PICTURE and "save" not in request.GET:
        try:
            return _file(accept_photo(data, file.name).data, "", "image/jpeg")
        except PhotoRejected:
            pass
    return _file(data, accept_document(data, file.name).name)


def _file(data: bytes, name: str, kind: str = "application/octet-stream") -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(bool(name), name) or "inline"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@mail_view
def key(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One of the three keys; then the next letter."""
    actor = staff_of(request)
    try:
        case = asking.answer_key(actor, mail_id, request.POST.get("key", ""))
    except BadInput as failure:
        messages.error(request, str(failure))
        with acting(actor, read_only=True):
            return _page(request, mail_id, 422)
    except Refused as failure:
        messages.error(request, str(failure))
        return redirect("desk:mail")
    if case is None:
        messages.success(request, _("Письмо ушло в канцелярию. Его можно вернуть внизу списка."))
    else:
        messages.success(request, _("Карточка %(number)s.") % {"number": numbers.shown(case.number)})
    with acting(actor, read_only=True):
        following = asking.waiting(actor).values_list("pk", flat=True).first()
    return redirect("desk:mail_one", mail_id=following) if following else redirect("desk:mail")


@require_POST
@mail_view
def back(request: HttpRequest, mail_id: int) -> HttpResponse:
    """«Вернуть»: it was no office mail."""
    try:
        asking.take_back(staff_of(request), mail_id)
    except Refused as failure:
        messages.error(request, str(failure))
        return redirect("desk:mail")
    messages.success(request, _("Письмо снова ждёт выбора."))
    return redirect("desk:mail_one", mail_id=mail_id)
