"""How a failure looks: one sentence, what was kept, what to do next. Never a stack trace."""

import logging
import sys
from collections.abc import Callable, Mapping

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from otklik.failures import Failure, NotYours, Refused

log = logging.getLogger(__name__)


def failure_page(request: HttpRequest, status: int, title: str, text: str, advice: str = "") -> HttpResponse:
    """A page (or for htmx a short alert) with one clear sentence. It touches no database."""
    part = request.headers.get("HX-Request") == "true"
    template = "parts/failure.html" if part else "failure.html"
    body = render_to_string(template, {"status": status, "title": title, "text": text, "advice": advice})
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the thing does not exist, or not for this person; the page does not say which."""
    text = str(exception) if isinstance(exception, NotYours) and str(exception) else _("Такой страницы нет.")
    return failure_page(
        request, 404, _("Не нашлось"), text, _("Проверьте адрес или откройте список и найдите по номеру.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the sentence of the rule that forbids."""
    text = str(exception) if isinstance(exception, Failure) and str(exception) else _("Здесь нужны другие права.")
    return failure_page(request, 403, _("Нельзя"), text, _("Вернитесь назад: введённое осталось на странице."))


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault, and said so; or the database's, which middleware met before any view."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return failure_page(
        request,
        500,
        _("Что-то сломалось"),
        _("Это ошибка программы, мы её записали."),
        _("Вернитесь назад: введённое осталось на странице. Если повторится, скажите администратору."),
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer."""
    response = failure_page(
        request,
        503,
        _("База данных недоступна"),
        _("Попробуйте через минуту. Текст сохранён на странице: вернитесь назад, он там."),
    )
    response["Retry-After"] = "30"
    return response


def _nothing_to_open(request: HttpRequest, refused: HttpResponseBase) -> HttpResponseBase:
    """An address that only takes forms, opened by hand or after a log-in: a page instead of a white sheet."""
    if request.method != "GET" or not isinstance(refused, HttpResponse) or refused.content:
        return refused
    text = _("По этому адресу только отправляют, открывать здесь нечего.")
    page = failure_page(request, 405, _("Здесь пусто"), text, _("Откройте нужное из списка."))
    page["Allow"] = refused.headers.get("Allow", "POST")
    return page


class FailureMiddleware:
    """Turns what a view did not catch into pages people understand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self.get_response(request)
            return _nothing_to_open(request, response) if response.status_code == 405 else response
        except (OperationalError, InterfaceError):
            log.exception("the database does not answer")
            return unavailable(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, parts: Mapping[str, object]
    ) -> HttpResponse | None:
        """No thing of ours has NUL in its name, and PostgreSQL takes none: such an address leads nowhere.

        A token is never asked of the database as it is; its own pages say what to do with a link that is not whole.
        """
        named = (one for name, one in parts.items() if name != "token")
        return not_found(request) if any(isinstance(one, str) and "\0" in one for one in named) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Called by Django with what a view raised."""
        if isinstance(exception, NotYours):
            return not_found(request, exception)
        if isinstance(exception, Refused):
            return forbidden(request, exception)
        if isinstance(exception, Failure):
            return failure_page(request, 400, _("Не получилось"), str(exception))
        if isinstance(exception, OperationalError | InterfaceError):
            log.exception("the database does not answer")
            return unavailable(request)
        return None
