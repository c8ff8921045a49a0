"""Keeps the catalogues of words: compiles them without a system `msgfmt`, and follows the phrases of the program.

    python -m otklik.operations.catalogues            compile what changed
    python -m otklik.operations.catalogues --update   take new phrases in, leave gone ones out, tell what is missing
"""

import re
import sys
from pathlib import Path

import polib

from otklik.operations.phrases import PLACEHOLDER, SOURCES, Found, Phrase, find_phrases

LOCALE = SOURCES / "locale"
RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)  # in a msgid: a phrase of ours, not one of Django's words said better
COMPLETE = "en"  # every phrase; Russian is in the source and needs only the forms of counted phrases


def catalogue_path(language: str, folder: Path = LOCALE) -> Path:
    """Where the catalogue of a language lies."""
    return folder / language / "LC_MESSAGES" / "django.po"


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form. Returns what was written.

    A message whose number of plural forms is wrong raises `ValueError` with its line: silence here would show
    «5 карточка» on a page.
    """
    written: list[Path] = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        catalogue = polib.pofile(str(source), encoding="utf-8")
        for entry in catalogue:
            if entry.msgid_plural and len([one for one in entry.msgstr_plural.values() if one]) != forms(catalogue):
                raise ValueError(f"{source}:{entry.linenum}: «{entry.msgid}» needs {forms(catalogue)} forms")
        draft = target.with_suffix(".mo.new")
        catalogue.save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written


def forms(catalogue: polib.POFile) -> int:
    """How many plural forms the language of this catalogue has."""
    told = catalogue.metadata.get("Plural-Forms", "")
    return int(told.split("nplurals=")[1].split(";")[0]) if "nplurals=" in told else 0


def update_catalogues(folder: Path = LOCALE, sources: Path = SOURCES) -> list[str]:
    """Bring the catalogues in step with the phrases of the program. Returns what a person has to do now.

    English gets every phrase, in the order of the files, and loses those that nobody asks for any more. Russian gets
    the counted phrases; what it says besides (Django's own words) stays.
    """
    found = find_phrases(sources)
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        language = source.parent.parent.name
        catalogue = polib.pofile(str(source), encoding="utf-8", wrapwidth=0)
        known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
        kept = [_entry(phrase, places, known, forms(catalogue))
                for phrase, places in found.phrases.items() if language == COMPLETE or phrase.plural]
        asked = {(one.msgctxt or "", one.msgid) for one in kept}
        if language != COMPLETE:
            kept = [one for key, one in known.items() if key not in asked and not RUSSIAN.search(one.msgid)] + kept
        catalogue[:] = kept
        catalogue.save(str(source))
    return shortcomings(folder, found)


def _entry(phrase: Phrase, places: list[str], known: dict[tuple[str, str], polib.POEntry],
           count: int) -> polib.POEntry:
    old = known.get((phrase.context, phrase.msgid))
    files = dict.fromkeys(place.rpartition(":")[0] for place in places)  # no lines: they change with every edit
    entry = polib.POEntry(msgid=phrase.msgid, msgctxt=phrase.context or None, msgid_plural=phrase.plural,
                          occurrences=[(file, "") for file in files],
                          comment=old.comment if old else "", tcomment=old.tcomment if old else "")
    if phrase.plural:
        entry.msgstr_plural = {n: (old.msgstr_plural.get(n, "") if old else "") for n in range(count)}
    elif old:
        entry.msgstr = old.msgstr
    return entry


def shortcomings(folder: Path = LOCALE, found: Found | None = None) -> list[str]:
    """What is missing or wrong in the catalogues, a line each; empty when everything is said in both languages."""
    found = found or find_phrases()
    told = [f"{place}: the words are not written out, nobody can translate them" for place in found.unreadable]
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        language = source.parent.parent.name
        catalogue = polib.pofile(str(source), encoding="utf-8")
        known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
        told += [f"{language}: «{entry.msgid}» is obsolete" for entry in catalogue if entry.obsolete]
        told += [f"{language}: «{entry.msgid}» is a guess (fuzzy)" for entry in catalogue if entry.fuzzy]
        for phrase, places in found.phrases.items():
            if language == COMPLETE or phrase.plural:
                entry = known.pop((phrase.context, phrase.msgid), None)
                told += [f"{language}: {places[0]}: «{phrase.msgid}» {why}"
                         for why in _wrong(phrase, entry, forms(catalogue))]
        told += [f"{language}: «{one.msgid}» is asked for nowhere"
                 for one in known.values() if language == COMPLETE or RUSSIAN.search(one.msgid)]
    return told


def _wrong(phrase: Phrase, entry: polib.POEntry | None, count: int) -> list[str]:
    if entry is None:
        return ["is missing"]
    said = list(entry.msgstr_plural.values()) if phrase.plural else [entry.msgstr]
    if not all(said) or len(said) != (count if phrase.plural else 1):
        return ["is not translated"]
    wanted = set(PLACEHOLDER.findall(phrase.msgid))
    told = [f"has other placeholders in «{words}»" for words in said if set(PLACEHOLDER.findall(words)) != wanted]
    edges = [f"begins or ends otherwise in «{words}»" for words in said
             if (words[:1] == " ") != (phrase.msgid[:1] == " ") or words[-1:].isspace() != phrase.msgid[-1:].isspace()]
    return told + edges


if __name__ == "__main__":
    told = update_catalogues() if "--update" in sys.argv else []
    print(*told, sep="\n", end="\n" if told else "")
    if not told:  # what is not translated yet cannot be compiled
        compile_catalogues()
