"""The page of a letter in Chromium: the keys 1, 2, 3 without a mouse, and axe by day and by night, wide and narrow."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.mail_world import make_mail, waiting_mail
from tests.channels.email.connecting import ACTOR, arrivals
from tests.making import make_user

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    Newcomer = Callable[..., BrowserContext]

pytestmark = pytest.mark.browser
HOME = "gorod-kamyshin"


def test_a_letter_is_sorted_by_keys_and_its_pages_keep_nobody_out(newcomer: "Newcomer", site: str) -> None:
    from otklik.acting import acting
    from tests.browser.axe import Axe, Findings

    make_mail(HOME)
    with acting(ACTOR, read_only=True):
        letter, office = waiting_mail()
    context = newcomer(make_user(("operator", HOME)), reduced_motion="reduce")
    findings = Findings()
    axe = Axe(context, findings)
    for address in ("/desk/mail/", f"/desk/mail/{letter}/", f"/desk/mail/{office}/"):
        axe.open(address)
        axe.look()
    assert not findings.lines, findings.told()
    page = context.new_page()
    page.goto(f"{site}/desk/mail/{letter}/")
    page.keyboard.press("7")  # no key of ours
    page.keyboard.press("1")
    page.wait_for_url("**/desk/mail/")
    assert page.get_by_text("Карточка 34-").count() == 1
    assert [row.state for row in arrivals()] == ["taken", "aside"]
