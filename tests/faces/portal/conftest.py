"""`phone`: a page in a real browser, 360 pixels wide and near Камышин, at the tests' web process."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from otklik.faces.portal import places
from tests.browser.live import PHONE


@pytest.fixture
def phone(newcomer: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A phone that says where it is."""
    here = {"latitude": 50.08, "longitude": 45.40}
    yield newcomer(viewport=PHONE, permissions=["geolocation"], geolocation=here).new_page()
    places.forget()
