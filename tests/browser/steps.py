"""Steps that several browser tests take as a person would."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def answer_two_questions(phone: Page, text: str) -> None:
    """On the page of the report: what happened and where (Камышин, улица Мира); ends on the third question."""
    phone.get_by_label("Опишите своими словами").fill(text)
    phone.get_by_role("button", name="Дальше").click()
    phone.get_by_label("Район, город, село или хутор").fill("камыши")
    phone.get_by_role("button", name="Камышин", exact=True).click()
    phone.get_by_label("Улица").fill("Мира")
    phone.get_by_role("button", name="Дальше").click()
