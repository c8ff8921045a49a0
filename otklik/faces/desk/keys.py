"""The keys of the desk, in one table: the «?» sheet is drawn from it and `desk/keys.js` works by it.

A key is named by its place on the keyboard (`KeyboardEvent.code`), so that it works in the Russian layout, too. Keys
of one printable character can be switched off by whoever dictates or reads with a screen reader (WCAG 2.2, 2.1.4).
Nothing with Ctrl, Alt or Meta is here but Ctrl+Enter: those belong to browsers and screen readers. What a key does is
one of

- `step:name` — open the panel of this step of the case, `press:selector` — press what stands there, if it does;
- `go:selector` — follow this link or go into this field;
- a bare name — told to the page as the event `desk-key`; the script that owns the matter listens.

A new key is a row here; a chip `<kbd>` beside a button says the same letter (a test compares).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Key:
    """One row. `codes` beside `shown`: the same key as the keyboard says it and as it is printed on it.

    `shift`: True only with Shift, False only without, None either. `fixed`: no printable character, or pressed with
    Ctrl: it stays when single keys are switched off; drawn for people, heard elsewhere when it has no `does`.
    """

    group: str
    shown: tuple[str, ...]
    words: str | Promise
    does: str = ""
    codes: tuple[str, ...] = ()
    shift: bool | None = False
    fixed: bool = False


GROUPS = {
    "list": _("Список"),
    "case": _("Разобрать и поручить"),
    "answer": _("Ответить и закончить"),
    "everywhere": _("Везде"),
}
KEYS: tuple[Key, ...] = (
    Key("list", ("J",), _("следующая карточка"), "next", ("KeyJ",)),
    Key("list", ("K",), _("предыдущая карточка"), "previous", ("KeyK",)),
    Key("list", ("[",), _("вкладка левее"), "tab-left", ("BracketLeft",)),
    Key("list", ("]",), _("вкладка правее"), "tab-right", ("BracketRight",)),
    Key("list", ("X",), _("выбрать карточку, чтобы сделать сразу с несколькими; с Shift — все до неё"),
        "pick", ("KeyX",), None),
    Key("list", ("F",), _("фильтры"), "go:[data-filters] > summary", ("KeyF",)),
    Key("list", ("G",), _("карточку на всю страницу; оттуда — к списку"), "go:[data-whole]", ("KeyG",)),
    Key("case", ("Enter",), _("главное действие карточки"), "main", ("Enter", "NumpadEnter"), fixed=True),
    Key("case", ("1", "2", "3"), _("принять предложенную тему; на письме — решить, что это"),
        'press:[data-key="{n}"]', ("Digit", "Numpad")),
    Key("case", ("4",), _("взять место, прочитанное в тексте"), 'press:[data-key="4"]', ("Digit4", "Numpad4")),
    Key("case", ("T",), _("выбрать тему, место и важность самим"), "step:triage", ("KeyT",)),
    Key("case", ("I",), _("исправить важность и написать почему"), "step:importance", ("KeyI",)),
    Key("case", ("D",), _("принять, что предложено по виду: отложить спам, закрыть благодарность, «не наше»"),
        "press:[data-proposal]", ("KeyD",)),
    Key("case", ("O",), _("отложить: спам, благодарность, не наше"), "step:set_aside", ("KeyO",)),
    Key("case", ("S",), _("согласиться: это о том же, присоединить к проблеме"), "press:[data-same]", ("KeyS",)),
    Key("case", ("M",), _("присоединить к проблеме или сделать проблемой"), "step:join_problem", ("KeyM",)),
    Key("case", ("W",), _("взять себе"), "press:[data-take]", ("KeyW",)),
    Key("case", ("E",), _("назначить исполнителя"), "step:assign", ("KeyE",)),
    Key("case", ("R",), _("перенаправить"), "step:redirect", ("KeyR",)),
    Key("case", ("H",), _("передать в другой муниципалитет или в ЦУР"), "step:hand_over", ("KeyH",)),
    Key("case", ("U",), _("попросить ЦУР решить"), "step:ask_upper", ("KeyU",)),
    Key("case", ("C",), _("скопировать текст со ссылкой для исполнителя"), "press:[data-copy-link]", ("KeyC",)),
    Key("case", ("Y",), _("записать со слов исполнителя"), "step:word", ("KeyY",)),
    Key("answer", ("A",), _("написать ответ"), "step:draft", ("KeyA",)),
    Key("answer", ("N",), _("заметка для коллег; @ и буквы — позвать коллегу"), "step:note", ("KeyN",)),
    Key("answer", ("P",), _("приостановить срок или пустить его снова"), "step:pause", ("KeyP",)),
    Key("answer", ("L",), _("закрыть карточку"), "step:close", ("KeyL",)),
    Key("answer", ("Z",),
        _("отменить последнее действие: десять секунд после него; разбор — пока ничего больше не сделано"),
        "undo", ("KeyZ",)),
    Key("everywhere", ("B",), _("записать звонок"), "go:[data-call]", ("KeyB",)),
    Key("everywhere", ("/",), _("поиск"), "search", ("Slash",)),
    Key("everywhere", ("?",), _("эти клавиши"), "help", ("Slash",), True),
    Key("everywhere", ("Ctrl", "Enter"), _("отправить форму, в которой вы пишете"), fixed=True),
    Key("everywhere", ("Enter", "↓"), _("в поиске темы, места, организации: взять первое, перейти в список"),
        fixed=True),
    Key("everywhere", ("Esc",), _("выйти из поля, закрыть окно"), fixed=True),
)


def sheet(keys: Iterable[Key] = KEYS) -> list[tuple[str | Promise, list[Key]]]:
    """The rows by their groups, in order, for the sheet."""
    return [(title, [key for key in keys if key.group == group]) for group, title in GROUPS.items()]


def for_script(keys: Iterable[Key] = KEYS) -> list[dict[str, Any]]:
    """One entry for each key of the keyboard: what `keys.js` needs and nothing else."""
    entries = []
    for key in keys:
        for code in key.codes if key.does else ():
            numbered = [(f"{code}{n}", n) for n in key.shown] if "{n}" in key.does else [(code, "")]
            entries += [
                {"code": one, "shift": key.shift, "does": key.does.replace("{n}", n), "fixed": key.fixed}
                for one, n in numbered
            ]
    return entries
