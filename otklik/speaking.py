"""Sentences of refusals in the reader's language, from rooms that compute and need no Django to be there."""

import sys


def gettext(text: str) -> str:
    """The text as Django translates it where Django is at work; as it is written, in Russian, where it is not."""
    translation, conf = sys.modules.get("django.utils.translation"), sys.modules.get("django.conf")
    if translation is None or conf is None or not conf.settings.configured:
        return text
    said: str = translation.gettext(text)
    return said
