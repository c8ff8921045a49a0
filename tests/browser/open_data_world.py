"""An edition of open data, for the pages that show one."""

from datetime import date

from django.utils import timezone

from otklik.acting import acting, widened
from otklik.insight.models import OpenEdition, OpenFile
from otklik.insight.open_data import decide
from otklik.insight.open_data_making import as_csv, as_json, digest_of
from otklik.insight.open_data_rows import CASES, FIGURES, OneCase, edition_of
from tests.making import SYSTEM


def make_open_data(code: str, month: date = date(2026, 1, 1)) -> dict[str, list[str]]:
    """Switch open data on and keep one month; returns the values of its addresses."""
    decide(SYSTEM, figures=True, cases=True)
    some = [OneCase(code, "water", day % 12, "in_time") for day in range(40)]
    rows = edition_of(f"{month:%Y-%m}", some, {code: "Камышин", "water": "Вода и стоки"}, lambda of, n: of[:n])
    with acting(SYSTEM), widened():
        edition = OpenEdition.objects.create(month=month, made_at=timezone.now(), places=1, told=True)
        for name, columns, found in (("figures", FIGURES, rows.figures), ("cases", CASES, rows.cases)):
            for form, text in (("csv", as_csv(columns, found)), ("json", as_json(found))):
                OpenFile.objects.create(
                    edition=edition, name=name, form=form, text=text, rows=len(found), digest=digest_of(text)
                )
    return {
        "open_month": [f"{month:%Y-%m}"], "open_file": ["figures"], "open_form": ["csv"], "open_paper": ["dictionary"],
    }
