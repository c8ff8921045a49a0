"""The pages and the command by which another classifier comes in."""

import io

import openpyxl
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from otklik.acting import System, acting
from otklik.classifier import loading
from otklik.classifier.models import ClassifierDraft, ClassifierVersion
from otklik.failures import Refused
from otklik.intake.editions import adopting
from otklik.operations.commands.classifier import classifier
from otklik.territory.models import Kind, Territory
from tests.intake.editions.test_another_classifier import LEAK, ROAD, case_with
from tests.making import logged_in, make_user, reread

pytestmark = pytest.mark.django_db
SHEET = "Группа;Тема\nПути;Ямы\nПути;Лужи\n".encode()


def today() -> str:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate().isoformat()


def administrator():
    return logged_in(make_user(("administrator", Territory.objects.get(kind=Kind.REGION).code)))


def send(browser, content: bytes = SHEET, **fields):
    file = SimpleUploadedFile("темы.csv", content)
    return browser.post("/settings/editions/", {"file": file, "valid_from": today()} | fields)


def test_upload_see_the_difference_map_and_adopt():
    case, other = case_with(ROAD), case_with(LEAK)
    browser = administrator()
    answer = send(browser)
    here = answer.headers["Location"]
    page = browser.get(here).content.decode()
    assert "Пока принять нельзя" in page and "открытых: 1 карточка" in page
    assert "остались бы без темы" in browser.post(f"{here}adopt/", follow=True).content.decode()
    said = {f"becomes_{ROAD}": "Ямы · puti.yamy", f"becomes_{LEAK}": "требует разбора"}
    assert browser.post(here, said).status_code == 302
    assert "Пока принять нельзя" not in browser.get(here).content.decode()
    assert "Принято" in browser.post(f"{here}adopt/", follow=True).content.decode()
    adopting.follow()
    assert reread(case.pk).theme.code == "puti.yamy" and reread(other.pk).theme_id is None
    assert browser.get(here).status_code == 404
    assert "Лужи" in browser.get("/settings/themes/").content.decode()


def test_nonsense_is_told_and_changes_nothing():
    browser = administrator()
    assert "нет столбца" in send(browser, b"a;b\n1;2\n").content.decode()
    assert send(browser, SHEET, valid_from="").status_code == 422
    here = send(browser).headers["Location"]
    assert browser.post(here, {f"becomes_{ROAD}": "no.such"}).status_code == 422
    assert browser.post(here, {}).status_code == 422
    assert ClassifierVersion.objects.count() == 1
    assert browser.post(f"{here}drop/").status_code == 302
    assert ClassifierDraft.objects.exclude(dropped_at=None).count() == 1


def test_what_is_not_mapped_is_a_table_to_fill_in_and_send_back():
    case_with(ROAD)
    browser = administrator()
    here = send(browser).headers["Location"]
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{here}unmapped.xlsx").content))
    sheet = book.active
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == ROAD:
            row[2].value = "puti.yamy"
    out = io.BytesIO()
    book.save(out)
    assert browser.post(here, {"mapping": SimpleUploadedFile("m.xlsx", out.getvalue())}).status_code == 302
    assert ClassifierDraft.objects.get().mapping == {ROAD: ["puti.yamy"]}


def test_only_the_regions_administrator_opens_these_pages():
    for who in (("administrator", "gorod-kamyshin"), ("coordinator", "gorod-kamyshin")):
        browser = logged_in(make_user(who))
        assert browser.get("/settings/editions/").status_code == 403
        assert browser.get("/settings/editions/themes.csv").status_code == 403
    assert administrator().get("/settings/editions/themes.csv").content.startswith(b"\xef\xbb\xbf")


@pytest.fixture
def command(monkeypatch):
    monkeypatch.setattr("otklik.operations.commands.ready.django_ready", lambda: None)

    def run(*words: str) -> str:
        done = CliRunner().invoke(classifier, list(words), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_the_command_exports_checks_and_imports(command, tmp_path):
    themes, mapping, report = (str(tmp_path / name) for name in ("themes.xlsx", "map.csv", "report.csv"))
    assert "тем" in command("export", themes, "--mapping", mapping)
    case = case_with(ROAD)
    (tmp_path / "new.csv").write_bytes(SHEET)
    new = str(tmp_path / "new.csv")
    said = command("import", new, "--check", "--report", report)
    assert f"! не сопоставлена {ROAD}" in said and "открытых карточек 1" in said
    assert ClassifierVersion.objects.count() == 1
    with pytest.raises(Refused, match="Ничего не изменено"):
        command("import", new)
    (tmp_path / "map.csv").write_text(f"Старый код;Новый код\n{ROAD};puti.yamy\n")
    assert "переведено: 1" in command("import", new, "--mapping", mapping, "--name", "Наши темы")
    with acting(System("test"), read_only=True):
        assert loading.current().name == "Наши темы"
    assert reread(case.pk).theme.name == "Ямы"
