"""English is whole: every phrase of the program is said in it, and nothing in the catalogue is left from before."""

import shutil
from pathlib import Path

import polib
import pytest

from otklik.operations import catalogues
from otklik.operations.phrases import Phrase, find_phrases, of_template


def test_everything_is_said_in_english_and_counted_phrases_have_their_forms():
    wrong = catalogues.shortcomings()
    assert not wrong, "run `python -m otklik.operations.catalogues --update` and translate:\n" + "\n".join(wrong)


def test_english_holds_no_russian_letters_but_the_words_a_person_has_to_type():
    """«стереть», names of columns and of importances are typed and read in Russian, so English quotes them."""
    for entry in polib.pofile(str(catalogues.catalogue_path("en"))):
        for said in [entry.msgstr, *entry.msgstr_plural.values()]:
            russian = {word.strip("«»“”:,.…()") for word in said.split() if any("а" <= c.lower() <= "я" for c in word)}
            assert all(word in entry.msgid for word in russian), said


PYTHON = '''
from django.utils.translation import gettext as _, gettext_lazy as later, ngettext, pgettext
NAME = later("Имя")
def told(n, what):
    _("Первое " "слово")
    ngettext("%(n)s дом", "%(n)s домов", n)
    pgettext("о почте", "Адрес")
    _(what)
    what.gettext(what)
'''
TEMPLATE = """{% load i18n %}{% translate "До 50 %" %}{% translate 'Адрес' context "о почте" %}
{% include "x.html" with label=_("Кому") %}{{ name|default:_("никто") }}{# {% translate "нет" %} #}
{% blocktranslate with who=a.b trimmed %}
  Здесь {{ who }},
  100 %
{% endblocktranslate %}{% blocktranslate count n=n %}{{ n }} дом{% plural %}{{ n }} домов{% endblocktranslate %}"""


def test_phrases_are_read_as_django_asks_for_them(tmp_path: Path):
    (tmp_path / "one.py").write_text(PYTHON, encoding="utf-8")
    found = find_phrases(tmp_path)
    assert set(found.phrases) == {
        Phrase("Имя"), Phrase("Первое слово"), Phrase("%(n)s дом", "%(n)s домов"), Phrase("Адрес", "", "о почте"),
    }
    assert found.unreadable == ["one.py:8"]
    assert [phrase for phrase, _line in of_template(TEMPLATE)] == [
        Phrase("До 50 %%"), Phrase("Адрес", "", "о почте"), Phrase("Кому"), Phrase("никто"),
        Phrase("Здесь %(who)s, 100 %%"), Phrase("%(n)s дом", "%(n)s домов"),
    ]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A program of one file with both catalogues beside it."""
    for language in ("ru", "en"):
        path = catalogues.catalogue_path(language, tmp_path / "locale")
        path.parent.mkdir(parents=True)
        shutil.copy(catalogues.catalogue_path(language), path)
    (tmp_path / "one.py").write_text(PYTHON.replace("_(what)", ""), encoding="utf-8")
    return tmp_path


def test_new_phrases_come_in_gone_ones_leave_and_what_is_missing_is_told(small: Path):
    told = catalogues.update_catalogues(small / "locale", small)
    assert "en: one.py:5: «Первое слово» is not translated" in told
    assert "ru: one.py:6: «%(n)s дом» is not translated" in told
    english = polib.pofile(str(catalogues.catalogue_path("en", small / "locale")))
    assert {entry.msgid for entry in english} == {"Имя", "Первое слово", "%(n)s дом", "Адрес"}
    russian = polib.pofile(str(catalogues.catalogue_path("ru", small / "locale")))
    assert {one.msgid for one in russian if catalogues.RUSSIAN.search(one.msgid)} == {"%(n)s дом"}
    assert russian.find("This field is required.")  # Django's own words, said better by us, are asked for by Django


def test_what_was_said_once_stays_and_a_lost_placeholder_is_noticed(small: Path):
    catalogues.update_catalogues(small / "locale", small)
    for language, count in (("ru", 3), ("en", 2)):
        path = catalogues.catalogue_path(language, small / "locale")
        said = polib.pofile(str(path))
        for entry in said:
            if entry.msgid_plural:
                entry.msgstr_plural = {n: "%(n)s house" if n else "a house" for n in range(count)}
            elif not entry.msgstr:
                entry.msgstr = "said"
        said.save(str(path))
    told = catalogues.update_catalogues(small / "locale", small)
    assert told == [
        f"{language}: one.py:6: «%(n)s дом» has other placeholders in «a house»" for language in ("en", "ru")
    ]
