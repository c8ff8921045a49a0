"""Words and badges of the pages: times, plural forms, highlighted text, fields with their errors."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polib
import pytest
from django import forms
from django.template import Context, Template

from otklik.faces import wording
from otklik.faces.templatetags.otklik_tags import counted, field, marked
from otklik.operations.catalogues import LOCALE, compile_catalogues

NOW = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "told", "pressure"),
    [
        (timedelta(minutes=1), "1 минута", "soon"),
        (timedelta(minutes=40), "40 минут", "soon"),
        (timedelta(hours=1, minutes=22), "1 ч 22 мин", "soon"),
        (timedelta(hours=3), "3 часа", "calm"),
        (timedelta(hours=21, minutes=5), "21 час", "calm"),
        (timedelta(days=2, hours=5), "2 дня", "calm"),
        (timedelta(days=11), "11 дней", "calm"),
        (timedelta(minutes=-5), "просрочено: 5 минут", "late"),
        (timedelta(days=-1), "просрочено: 1 день", "late"),
    ],
)
def test_time_left_is_told_in_words(left, told, pressure):
    assert wording.left(NOW + left, NOW) == (told, pressure)


def test_moments_are_told_in_the_regions_zone():
    assert wording.moment(datetime(2026, 6, 12, 5, 12, tzinfo=UTC), NOW) == "сегодня, 08:12"
    assert wording.moment(datetime(2026, 6, 11, 21, 30, tzinfo=UTC), NOW) == "сегодня, 00:30"
    assert wording.moment(datetime(2026, 1, 2, 5, 0, tzinfo=UTC), NOW) == "2 января, 08:00"
    assert wording.moment(datetime(2024, 1, 2, 5, 0, tzinfo=UTC), NOW) == "2 января 2024, 08:00"


@pytest.mark.parametrize(
    ("n", "told"),
    [(0, "0 карточек"), (1, "1 карточка"), (3, "3 карточки"), (5, "5 карточек"), (12, "12 карточек"),
     (21, "21 карточка")],
)
def test_counts_agree_with_their_nouns(n, told):
    assert counted(n, "case") == told


def test_highlighting_escapes_everything_and_forgives_wrong_spans():
    text = "<b>Не горит</b> фонарь"
    assert marked(text, [(3, 11, 'тема "свет"')]) == (
        '&lt;b&gt;<mark title="тема &quot;свет&quot;">Не горит</mark>&lt;/b&gt; фонарь'
    )
    assert marked(text, [(16, 22), (15, 20), (5, 5), (20, 99), (-3, 2)]).count("<mark") == 1
    assert marked("фонарь", None) == "фонарь"


class Form(forms.Form):
    name = forms.CharField(label="Имя", help_text="Как в паспорте", max_length=3)


def test_a_field_ties_label_hint_and_error_together():
    drawn = field(Form({"name": "Аполлинарий"})["name"])
    assert '<label class="form-label required" for="id_name">Имя</label>' in drawn
    assert 'aria-describedby="id_name_hint id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'value="Аполлинарий"' in drawn


def test_icons_come_from_the_sprite_and_need_no_style():
    drawn = Template('{% load otklik_tags %}{% icon "bell" "Тревоги" %}').render(Context())
    assert 'aria-label="Тревоги"' in drawn
    assert "icons" in drawn
    assert "style" not in drawn


ROOT = Path(wording.__file__).resolve().parent.parent


def catalogue() -> polib.POFile:
    return polib.pofile(str(LOCALE / "ru" / "LC_MESSAGES" / "django.po"))


def test_every_counted_phrase_has_its_three_forms():
    known = {entry.msgid for entry in catalogue() if entry.msgid_plural}
    missing = []
    call = re.compile(r"ngettext(?:_lazy)?\(\s*\"((?:[^\"\\]|\\.)*)\"")
    for source in ROOT.rglob("*.py"):
        for found in call.finditer(source.read_text(encoding="utf-8")):
            if found[1] not in known:
                missing.append(f"{source.relative_to(ROOT)}: {found[1]}")
    for source in ROOT.rglob("*.html"):
        text = source.read_text(encoding="utf-8")
        for block in re.finditer(r"{%\s*blocktranslate[^%]*\bcount\b[^%]*%}(.*?){%\s*plural\s*%}", text, re.DOTALL):
            msgid = re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block[1])
            if msgid not in known:
                missing.append(f"{source.relative_to(ROOT)}: {msgid}")
    assert not missing, "add them to otklik/locale/ru/LC_MESSAGES/django.po:\n" + "\n".join(missing)


def test_a_catalogue_with_a_missing_form_is_refused(tmp_path):
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    whole = (LOCALE / "ru" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    (folder / "django.po").write_text(whole, encoding="utf-8")
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert compile_catalogues(tmp_path) == []
    (folder / "django.mo").unlink()
    (folder / "django.po").write_text(whole.replace('msgstr[2] "%(n)s минут"\n', ""), encoding="utf-8")
    with pytest.raises(ValueError, match="needs 3 forms"):
        compile_catalogues(tmp_path)
