"""A paper made from what stands in a form comes as a file, and the form stays as it was."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from otklik.acting import acting
from otklik.answers.drafting import save_draft
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Inquiry
from otklik.cases.numbers import shown
from tests.cases.registering import by_law
from tests.cases.steps import coordinator
from tests.making import SYSTEM, make_case, make_user

pytestmark = pytest.mark.browser


def test_a_letter_to_a_body_is_a_file_and_what_was_typed_stays(newcomer: Callable[..., BrowserContext]) -> None:
    who, now = coordinator(), timezone.now()
    case = make_case("Яма на дороге у моста")
    transfer_regime(who, case.pk, regime="law59", reason="по закону", now=now)
    by_law(who, case.pk, registered_at=now - timedelta(minutes=5), now=now)
    page = newcomer(make_user(("coordinator", "gorod-kamyshin"))).new_page()
    page.goto(f"/desk/case/{shown(case.number)}/")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    form = page.locator("form", has=page.get_by_role("button", name="Отметить отправку"))
    form.get_by_label("Какому органу").fill("Комитет дорог")
    form.locator("[name$=what]").fill("Копию плана ремонта моста")
    with page.expect_download() as coming:
        form.get_by_role("button", name="DOCX").click()
    assert coming.value.suggested_filename.endswith(".docx")
    assert Path(coming.value.path()).read_bytes()[:2] == b"PK"
    expect(form.get_by_label("Какому органу")).to_have_value("Комитет дорог")
    with acting(SYSTEM, read_only=True):
        assert not Inquiry.objects.exists(), "a paper is no letter that was sent"


def test_docx_and_then_pdf_of_a_letter_are_two_files_at_once(newcomer: Callable[..., BrowserContext]) -> None:
    who, now = coordinator(), timezone.now()
    case = make_case("Яма на дороге у моста")
    transfer_regime(who, case.pk, regime="law59", reason="по закону", now=now)
    by_law(who, case.pk, registered_at=now - timedelta(minutes=5), now=now)
    save_draft(who, case.pk, text="Яму засыпали.", now=now)
    page = newcomer(make_user(("coordinator", "gorod-kamyshin"))).new_page()
    page.goto(f"/desk/case/{shown(case.number)}/")
    papers = page.locator("form.letter-forms").last
    for kind, begins in (("DOCX", b"PK"), ("PDF", b"%P")):
        with page.expect_download() as coming:
            papers.get_by_role("button", name=kind).click()
        assert Path(coming.value.path()).read_bytes()[:2] == begins
