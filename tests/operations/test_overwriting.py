"""What a command writes never replaces a file unasked: it may be somebody's work."""

from pathlib import Path

import pytest

from tests.bad_input.test_commands import said

pytestmark = pytest.mark.django_db
WORK = "Чужая работа"
STAFF = "Фамилия, имя, отчество;Имя для входа;Роль;Где\nПроба Ия;proba;оператор;Камышин\n"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A file that somebody has worked on."""
    path = tmp_path / "работа.csv"
    path.write_text(WORK, encoding="utf-8")
    return path


def commands(there: Path) -> dict[str, list[str]]:
    """Every command that writes a file on request."""
    folder = there.parent
    (folder / "themes.csv").write_text("Группа;Тема\nПути;Ямы\n", encoding="utf-8")
    (folder / "staff.csv").write_text(STAFF, encoding="utf-8")
    return {
        "export": ["classifier", "export", str(there)],
        "mapping": ["classifier", "export", str(folder / "fresh.csv"), "--mapping", str(there)],
        "report": ["classifier", "import", str(folder / "themes.csv"), "--check", "--report", str(there)],
        "template": ["staff", "import", str(there), "--template"],
        "links": ["staff", "import", str(folder / "staff.csv"), "--links", str(there)],
    }


@pytest.mark.parametrize("what", ["export", "mapping", "report", "template", "links"])
def test_a_file_that_is_there_is_kept_and_named(what: str, there: Path) -> None:
    code, text, thrown = said(commands(there)[what])
    assert (code, thrown) == (2, "")
    assert "уже есть" in text and there.name in text and "--overwrite" in text
    assert there.read_text(encoding="utf-8") == WORK
    assert not (there.parent / "fresh.csv").exists(), "nothing was begun"


@pytest.mark.parametrize("what", ["export", "mapping", "report", "template", "links"])
def test_it_is_replaced_when_asked(what: str, there: Path) -> None:
    code, text, thrown = said([*commands(there)[what], "--overwrite"])
    assert (code, thrown) == (0, ""), text
    assert there.read_bytes() != WORK.encode()
