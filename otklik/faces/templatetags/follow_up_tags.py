"""What a resident's further message seems to be, in words."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

SEEMS = {
    "thanks": _("спасибо"), "not_fixed": _("не исправлено"), "question": _("вопрос о том же"),
    "new_matter": _("новое дело"), "addition": _("дополнение"),
}
ADVICE = {
    "thanks": _("Житель доволен: если ответ дан, карточку можно закрыть."),
    "not_fixed": _("Житель пишет, что не сделано. Проверьте у исполнителя."),
    "question": _("Житель спрашивает о том же деле: ответьте, когда и кто."),
    "new_matter": _("Здесь, похоже, другое дело: заведите на него отдельную карточку."),
    "addition": _("Житель добавил подробности: передайте их исполнителю."),
}
SIGNS = {
    "thanks": _("благодарит"), "grudging": _("вопросов нет"), "done_word": _("говорит, что сделано"),
    "still": _("говорит, что всё по-прежнему"), "again": _("говорит «опять»"), "dispute": _("спорит с ответом"),
    "waiting": _("ждёт давно"), "question_mark": _("спрашивает"), "question_word": _("спрашивает"),
    "ask_word": _("уточняет"), "add_word": _("дополняет"), "place_time": _("называет место или время"),
    "worse": _("стало хуже"), "new_word": _("говорит о другом"), "short_no": _("коротко отрицает"),
}


@register.filter
def seems_words(kind: str) -> str:
    """«не исправлено» for `not_fixed`; what is unknown stays as it is."""
    return str(SEEMS.get(kind, kind))


@register.filter
def seems_advice(kind: str) -> str:
    """What to do about it, for a hint."""
    return str(ADVICE.get(kind, ""))


@register.filter
def signs_words(signs: Iterable[str]) -> str:
    """The signs that spoke for it, those that have words."""
    return ", ".join(dict.fromkeys(str(SIGNS[sign]) for sign in signs if sign in SIGNS))
