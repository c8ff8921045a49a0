"""The resident's secret link: whoever has it acts for that one case."""

from django.utils.translation import gettext as _

from otklik.acting import Link
from otklik.cases.models import Case, CaseLink
from otklik.failures import NotYours
from otklik.organisations.secret_links import new_token, token_hash


def make_link(case: Case, token: str = "") -> str:
    """Make the link of a new case; returns the token (a fresh one if none is given), which is kept nowhere."""
    token = token or new_token()[0]
    CaseLink.objects.create(case=case, token_hash=token_hash(token))
    return token


def open_link(token: str) -> Link:
    """The actor that a token stands for. Raises `NotYours` for an unknown one."""
    found = CaseLink.objects.filter(token_hash=token_hash(token)).first()
    if found is None:
        raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка."))
    return Link(found.case_id, "resident", found.pk)
