"""Phrases of templates, remembered: the same words as Django's own tags say."""

import pytest
from django.template import Context, Engine
from django.utils import translation

OURS = {"i18n": "otklik.faces.templatetags.said_once"}
THEIRS = {"i18n": "django.templatetags.i18n"}
PIECES = (
    '{% translate "Сохранить" %}', '{% trans "Сохранить" as words %}[{{ words }}]{{ words }}',
    '{% translate "100 %" %}', '{% translate "<b> & «»" %}', '{% translate word %}', '{% translate word|upper %}',
    '{% translate "Сохранить"|upper %}', '{% translate "средняя" context "важность" %}',
    '{% translate "Сохранить" noop %}', '{% translate "" %}|',
    "{% blocktranslate %}Сохранить{% endblocktranslate %}",
    "{% blocktranslate with n=number %}{{ n }}-й раз{% endblocktranslate %}",
    "{% blocktrans with n=word asvar kept %}{{ n }}-й раз{% endblocktrans %}[{{ kept }}]",
    "{% blocktranslate trimmed %}\n  Сохранить\n{% endblocktranslate %}",
    "{% blocktranslate count n=number %}{{ n }} <b>{{ word }}</b>{% plural %}{{ n }}, 100 %{% endblocktranslate %}",
    "{% autoescape off %}{% translate word %}{% endautoescape %}",
)


@pytest.mark.parametrize("piece", PIECES)
def test_a_phrase_is_what_django_says(piece: str):
    ours, theirs = (Engine(libraries=one).from_string("{% load i18n %}" + piece) for one in (OURS, THEIRS))
    for _again in range(2):
        for language in ("ru", "en"):
            for number in (1, 3, 5):
                said = {"word": "<слово>", "number": number}
                with translation.override(language):
                    assert ours.render(Context(dict(said))) == theirs.render(Context(dict(said)))


def test_all_pages_use_it():
    from django.template import engines

    assert engines["django"].engine.libraries["i18n"] == OURS["i18n"]
