"""Writes `docs/lifecycle.md` from the transition table: `python -m otklik.operations.drawing`."""

import os
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"
TEXT = """# The lifecycle of a case

Drawn from `otklik/cases/lifecycle.py` by `python -m otklik.operations.drawing`; a test holds both equal. Case state,
answer state and fix state are three things: this is the case's.

```mermaid
{drawing}
```

A move whose target is «stays» leaves the state. Events stop running clocks that wait for them (policies name them in
`stops`); «all stop» ends every clock, «new turn» starts the clocks of the regime again, «pause» lets those that the
policy calls pausable stand still until «go on».

{table}
"""


def main() -> None:
    """Write the file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    import django

    django.setup()
    from django.utils.translation import override

    from otklik.cases.lifecycle import drawing, table

    with override("ru"):
        TARGET.write_text(TEXT.format(drawing=drawing(), table=table()), encoding="utf-8")


if __name__ == "__main__":
    main()
