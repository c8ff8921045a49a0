"""Compiles the catalogues of words (.po → .mo) without a system `msgfmt`."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


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
        forms = catalogue.metadata.get("Plural-Forms", "")
        wanted = int(forms.split("nplurals=")[1].split(";")[0]) if "nplurals=" in forms else 0
        for entry in catalogue:
            if entry.msgid_plural and len([one for one in entry.msgstr_plural.values() if one]) != wanted:
                raise ValueError(f"{source}:{entry.linenum}: «{entry.msgid}» needs {wanted} forms")
        draft = target.with_suffix(".mo.new")
        catalogue.save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogues()
