"""What is wrong with a stranger's form, in plain words and with the place. Here runs only the closed process."""

import re
import traceback

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

MOST_PLACE = 90  # letters of the paragraph that are told
_TAG = re.compile(r"<[^>]+>")
_QUOTED = re.compile(r"'([^']{1,60})'")
_LINE = re.compile(r"\.typ:(\d+):\d+")


class TooLong(Exception):
    """The form took more time than it may."""


def of_docx(error: Exception, source: str) -> str:
    """An error of a Word form. `source`: the text of the part that was being filled, a paragraph a line."""
    return _with_place(_words(error), _paragraph(error, source))


def of_typst(error: Exception) -> str:
    """An error of a Typst form: its own words and the line."""
    line = _LINE.search(str(getattr(error, "diagnostic", "") or ""))
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"{first} (строка {line[1]})" if line else first


def _words(error: Exception) -> str:
    text = (str(error).strip().splitlines() or [""])[0]
    name = (_QUOTED.search(text) or ["", ""])[1]
    if isinstance(error, TooLong):
        return "повтор не кончается или слишком длинный"
    if isinstance(error, SecurityError):
        return f"к «{name}» в форме обращаться нельзя" if name else "в форме запрещённое действие"
    if isinstance(error, UndefinedError):
        missing = _QUOTED.findall(text)
        what = missing[-1] if missing else ""
        return f"названо то, чего в этом отчёте нет: «{what}»" if what else "названо то, чего в этом отчёте нет"
    if isinstance(error, TemplateNotFound) or "no loader" in text:
        return "форма не может брать другие файлы"
    if isinstance(error, TemplateSyntaxError):
        return f"ошибка в подстановке: {_of_syntax(text, name)}"
    if isinstance(error, OverflowError):
        return "слишком длинный повтор"
    if isinstance(error, ZeroDivisionError):
        return "деление на ноль"
    if isinstance(error, MemoryError):
        return "форме не хватило памяти"
    if isinstance(error, TypeError):
        return "выражение не считается"
    return f"выражение не считается ({text or type(error).__name__})"


def _of_syntax(text: str, name: str) -> str:
    """What is written wrong, as a clerk may mend it; jinja2 itself speaks English."""
    low = text.lower()
    if "unexpected end of template" in low:
        end = name if name.startswith("end") else "endif"
        return f"не хватает {{% {end} %}}"
    if "unknown tag" in low:
        return f"«{{% {name} %}}» стоит без начала" if name.startswith("end") else f"действия «{name}» нет"
    if low.startswith("no filter named"):
        return f"преобразования «{name}» нет"
    if low.startswith("no test named"):
        return f"проверки «{name}» нет"
    return "проверьте скобки, точки и пробелы; подстановка пишется так: {{ место }}"


def _paragraph(error: Exception, source: str) -> str:
    """The paragraph in which it went wrong, as the clerk sees it; "" where it cannot be told."""
    number = getattr(error, "lineno", None)
    if number is None:
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == "<template>"]
        number = frames[-1].lineno if frames else None
    lines = source.splitlines()
    if number is None or not 1 <= number <= len(lines):
        return ""
    text = " ".join(_TAG.sub("", lines[number - 1]).split())
    return text if len(text) <= MOST_PLACE else text[: MOST_PLACE - 1] + "…"


def _with_place(words: str, place: str) -> str:
    return f"{words}. Место: «{place}»" if place else words
