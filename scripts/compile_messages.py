"""Compile the translation catalogues; ``msgfmt`` is not on every machine, so ``polib`` does it."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "otklik" / "locale"


def main() -> None:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(compiled))


if __name__ == "__main__":
    main()
