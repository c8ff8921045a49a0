"""What the documents point to is there: links, and paths named in backquotes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = "|".join(path.name for path in (ROOT / "otklik").iterdir() if path.is_dir())
NAMED = re.compile(rf"`((?:otklik|tests|docs|scripts|bench|{ROOMS})/[\w./-]*\.(?:py|md|csv|toml|txt|js|css))`")
LINK = re.compile(r"\]\(([^)#:\s]+)(#[\w-]*)?\)|src=\"([^\":]+)\"")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link or source for link, _anchor, source in LINK.findall(text)]
    lost = [link for link in links if not (document.parent / link).exists()]
    named = [name for name in NAMED.findall(text) if not any((ROOT / top / name).exists() for top in ("", "otklik"))]
    assert not lost
    assert not named
