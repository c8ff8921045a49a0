"""Which words of the program want a translation: read from Python and templates, without GNU gettext.

Python is read by its own grammar, templates by Django's lexer, so what is found here is what Django asks the
catalogue for at run time: `{{ name }}` of a block becomes `%(name)s`, a per cent sign of a template is doubled.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation import trim_whitespace

SOURCES = Path(__file__).resolve().parent.parent
SINGULAR = {"gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
QUOTED = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"""
TRANSLATE = re.compile(rf"""^(?:trans|translate)\s+{QUOTED}(?:.*?\bcontext\s+{QUOTED})?""", re.DOTALL)
BLOCK = re.compile(r"^(?:blocktrans|blocktranslate)\b")
CONTEXT = re.compile(rf"""\bcontext\s+{QUOTED}""")
INSIDE = re.compile(rf"""(?<![\w.])_\(\s*{QUOTED}\s*\)""")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}")


@dataclass(frozen=True)
class Phrase:
    """One phrase as the catalogue is asked for it. `plural` is empty for a phrase without a number."""

    msgid: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """Phrases with the places they stand in (`file:line`), and calls whose words nobody can read beforehand."""

    phrases: dict[Phrase, list[str]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def add(self, phrase: Phrase, place: str) -> None:
        self.phrases.setdefault(phrase, []).append(place)


def find_phrases(folder: Path = SOURCES) -> Found:
    """Every phrase of the program under `folder`, in the order of files."""
    found = Found()
    for source in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]):
        name = source.relative_to(folder).as_posix()
        if source.suffix == ".py":
            _of_python(ast.parse(source.read_text(encoding="utf-8")), name, found)
        elif "templates" in source.parts:
            for phrase, line in of_template(source.read_text(encoding="utf-8")):
                found.add(phrase, f"{name}:{line}")
    return found


def _of_python(tree: ast.Module, name: str, found: Found) -> None:
    known_as = {one: one for one in SINGULAR | PLURAL | WITH_CONTEXT}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):  # of Django, or of a room that asks Django only where it is there
            known_as |= {one.asname: one.name for one in node.names if one.asname and one.name in known_as}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        verb = known_as.get(called, "")
        if verb not in SINGULAR | PLURAL | WITH_CONTEXT or not node.args:
            continue
        wanted = (2 if verb in PLURAL else 1) + (verb in WITH_CONTEXT) + (verb.startswith("np"))
        words = [_constant(argument) for argument in node.args[:wanted]]
        place = f"{name}:{node.lineno}"
        if None in words:
            if isinstance(node.func, ast.Name):  # `translation.gettext(text)` passes on what was read elsewhere
                found.unreadable.append(place)
            continue
        given = [one or "" for one in words]
        context = given.pop(0) if verb in WITH_CONTEXT else ""
        found.add(Phrase(given[0], given[1] if len(given) > 1 else "", context), place)


def _constant(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _constant(node.left), _constant(node.right)
        return left + right if left is not None and right is not None else None
    return None


def of_template(text: str) -> Iterator[tuple[Phrase, int]]:
    """Phrases of one template with their lines."""
    block: list[list[str]] | None = None  # the singular, then the plural, as they are read
    start, line = "", 0
    for token in Lexer(text).tokenize():
        if block is not None:
            if token.token_type is TokenType.BLOCK and token.contents.startswith("end"):
                yield _of_block(block, start), line
                block = None
            elif token.token_type is TokenType.BLOCK and token.contents == "plural":
                block.append([])
            elif token.token_type is TokenType.VAR:
                block[-1].append(f"%({token.contents.strip()})s")
            elif token.token_type is TokenType.TEXT:
                block[-1].append(token.contents.replace("%", "%%"))
            continue
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        line = token.lineno or 0
        tag = token.token_type is TokenType.BLOCK
        if tag and BLOCK.match(token.contents):
            block, start = [[]], token.contents
        elif tag and (said := TRANSLATE.match(token.contents)):
            yield Phrase(_doubled(said[1], said[2]), "", _unquoted(said[3], said[4])), line
        for inner in INSIDE.finditer(token.contents):
            yield Phrase(_doubled(inner[1], inner[2])), line


def _of_block(block: list[list[str]], start: str) -> Phrase:
    words = ["".join(part) for part in block]
    if re.search(r"\btrimmed\b", start):
        words = [trim_whitespace(part) for part in words]
    said = CONTEXT.search(start)
    return Phrase(words[0], words[1] if len(words) > 1 else "", _unquoted(said[1], said[2]) if said else "")


def _unquoted(double: str | None, single: str | None) -> str:
    return re.sub(r"\\(.)", r"\1", double or single or "")


def _doubled(double: str | None, single: str | None) -> str:
    return _unquoted(double, single).replace("%", "%%")
