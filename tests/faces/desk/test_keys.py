"""The keys of the desk stand in one table: complete, without a clash, and what the pages show is what it says."""

import json
import re
from pathlib import Path

import pytest

from otklik.faces.desk import keys
from tests.making import logged_in, make_case, make_user

TEMPLATES = Path(keys.__file__).parent / "templates" / "desk"
CHIP = re.compile(r'<kbd(?: class="wide-only")?>([^<{]+)</kbd>')
SHORTCUT = re.compile(r'aria-keyshortcuts="([^"{]+)"')


def test_no_two_keys_of_the_keyboard_do_different_things():
    pressed = [(one["code"], shift) for one in keys.for_script() for shift in _shifts(one["shift"])]
    assert len(pressed) == len(set(pressed))


def _shifts(wanted):
    return (True, False) if wanted is None else (wanted,)


def test_every_letter_that_a_page_shows_is_in_the_table():
    known = {shown for key in keys.KEYS for shown in key.shown}
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for shown in [*CHIP.findall(text), *SHORTCUT.findall(text)]:
            assert set(shown.split()) <= known, (path.name, shown)


def test_every_panel_and_every_thing_that_a_key_reaches_is_on_some_page():
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html")))
    for key in keys.KEYS:
        kind, _sep, what = key.does.partition(":")
        if kind == "step":
            assert f'data-step="{what}"' in pages or f"step-{what}" in pages, what
        for attribute in re.findall(r"\[(data-[a-z-]+)", what):
            assert attribute in pages, what


def test_only_what_prints_no_character_stays_when_single_keys_are_off():
    assert {one["code"] for one in keys.for_script() if one["fixed"]} == {"Enter", "NumpadEnter"}


@pytest.mark.django_db
def test_the_sheet_and_the_script_read_the_same_table_on_every_page_of_the_desk():
    client = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    make_case()
    for address in ("/desk/", "/desk/call/", "/desk/alarms/", "/desk/problems/"):
        page = client.get(address).content.decode()
        told = re.search(r'<script id="desk-keys" type="application/json">(.+?)</script>', page)
        assert told and json.loads(told[1]) == keys.for_script()
        assert page.count("<dt><kbd>") == len(keys.KEYS)
    assert "desk-keys" not in client.get("/region/").content.decode()
