"""Loading a sheet by page, from the upload to the accepted result; and that strangers come to nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.faces.settings.word_pages import Meaning, likest
from otklik.intake import mapping, taking
from otklik.intake.models import ImportRun, OutsideWord
from otklik.organisations.models import Organisation
from tests.making import SYSTEM, logged_in, make_user, organisation, place

pytestmark = pytest.mark.django_db
SHEET = (
    "ID;Дата создания;Тема;Муниципалитет;Исполнитель;Текст инцидента\n"
    "1;20.11.2026 10:00;Фонари по-чужому;Камышин;МУП «Чужой свет»;Не горит фонарь у школы\n"
    "2;20.11.2026 11:00;Фонари по-чужому;Камышин;;Темно на улице Мира\n"
    "3;вчера;;Камышин;;Яма у дома 5\n"
)


@pytest.fixture
def operator() -> Client:
    return logged_in(make_user(("operator", "gorod-kamyshin")))


@pytest.fixture
def stranger() -> Client:
    return logged_in(make_user(("operator", "gorod-volzhskiy"), ("coordinator", "gorod-volzhskiy")))


def upload(client: Client, text: str = SHEET, name: str = "выгрузка.csv", code: str = "gorod-kamyshin"):
    file = SimpleUploadedFile(name, text.encode("cp1251"), "text/csv")
    return client.post("/settings/imports/", {"file": file, "into": place(code).pk, "profile": ""})


def the_run() -> ImportRun:
    with acting(SYSTEM, read_only=True):
        return ImportRun.objects.select_related("profile").get()


def started(client: Client) -> str:
    address = upload(client)["Location"]
    page = client.get(address)
    chosen = {f"meaning_{c.place}": c.chosen for c in page.context["choices"]}
    assert client.post(address, chosen).status_code == 302
    return address


def test_a_sheet_goes_from_upload_to_the_accepted_result(operator: Client) -> None:
    address = upload(operator)["Location"]
    page = operator.get(address)
    assert {c.chosen: c.header for c in page.context["choices"]}["text"] == "Текст инцидента"
    assert "Не горит фонарь у школы" in page.content.decode()  # a sample beside the column
    chosen = {f"meaning_{c.place}": c.chosen for c in page.context["choices"]}
    assert operator.post(address, chosen).status_code == 302
    assert "Загрузка идёт" in operator.get(address).content.decode()
    taking.run(the_run().pk)
    assert operator.get(f"{address}progress/")["HX-Refresh"] == "true"
    done = operator.get(address).content.decode()
    assert "принять?" in done and "Открыто 2" in done
    assert "Дата создания" in done and "вчера" in done
    assert operator.post(f"{address}accept/").status_code == 302
    assert "Принято: открыто 2" in operator.get(address).content.decode()


def test_columns_nobody_recognised_are_said_by_a_person(operator: Client) -> None:
    text = "Шифр;Суть дела\n77;Не вывозят мусор\n"
    address = upload(operator, text)["Location"]
    refused = operator.post(address, {"meaning_0": "id", "meaning_1": ""})
    assert refused.status_code == 422
    assert "Укажите столбцы" in refused.content.decode()
    assert operator.post(address, {"meaning_0": "id", "meaning_1": "text"}).status_code == 302
    assert taking.run(the_run().pk).created == 1


def test_rejected_rows_come_back_as_a_sheet_to_mend(operator: Client) -> None:
    address = started(operator)
    taking.run(the_run().pk)
    for kind in ("csv", "xlsx"):
        answer = operator.get(f"{address}rejected.{kind}")
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert "Яма у дома 5" in operator.get(f"{address}rejected.csv").content.decode("utf-8-sig")
    assert operator.get(f"{address}rejected.exe").status_code == 400


def test_a_file_that_is_no_sheet_is_refused_beside_its_field(operator: Client) -> None:
    for content in (b"", b"\x89PNG\r\n\x1a\n" + bytes(100), b"PK\x03\x04broken"):
        file = SimpleUploadedFile("x.xlsx", content)
        answer = operator.post("/settings/imports/", {"file": file, "into": place("gorod-kamyshin").pk})
        assert answer.status_code == 422
        assert "invalid-feedback" in answer.content.decode()


def test_a_stranger_comes_to_no_loading_and_no_word(operator: Client, stranger: Client) -> None:
    address = started(operator)
    taking.run(the_run().pk)
    word = OutsideWord.objects.filter(profile=the_run().profile).first()
    for path in (address, f"{address}progress/", f"{address}rejected.csv", f"/settings/imports/words/{word.pk}/"):
        assert stranger.get(path).status_code == 404, path
    for path in (address, f"{address}again/", f"{address}accept/", f"/settings/imports/words/{word.pk}/"):
        assert stranger.post(path, {"meaning_0": "id", "meaning_1": "text"}).status_code == 404, path
    assert "выгрузка.csv" not in stranger.get("/settings/imports/").content.decode()
    assert upload(stranger).status_code == 422  # another place is not among the choices


@pytest.mark.parametrize("role", ["administrator", "head", "analyst", "security"])
def test_who_does_not_load_is_told_so(role: str) -> None:
    client = logged_in(make_user((role, "gorod-kamyshin")))
    assert client.get("/settings/imports/").status_code == 403
    assert client.get("/settings/imports/words/").status_code == 403
    assert upload(client).status_code == 403


def test_a_word_is_found_by_its_beginning_said_once_and_applied_to_all_its_cases(operator: Client) -> None:
    started(operator)
    taking.run(the_run().pk)
    word = OutsideWord.objects.get(kind="theme")
    listed = operator.get("/settings/imports/words/").content.decode()
    assert "Фонари по-чужому" in listed and "2 карточки" in listed
    page = operator.get(f"/settings/imports/words/{word.pk}/")
    first = page.context["meanings"][0]
    assert "фонар" in first.name.lower()
    row = operator.post(
        f"/settings/imports/words/{word.pk}/", {"meaning": first.id}, headers={"HX-Request": "true"}
    )
    assert first.name in row.content.decode()
    assert mapping.apply_word(word.pk) == 2
    with acting(SYSTEM, read_only=True):
        assert set(Case.objects.values_list("theme_id", flat=True)) == {first.id}
    assert "Фонари по-чужому" not in operator.get("/settings/imports/words/?kind=theme").content.decode()


def test_a_word_for_an_organisation_offers_ours_and_makes_none(operator: Client) -> None:
    before = Organisation.objects.count()
    started(operator)
    taking.run(the_run().pk)
    word = OutsideWord.objects.get(kind="organisation")
    address = f"/settings/imports/words/{word.pk}/"
    offered = operator.get(address, {"text": "администрация"}, headers={"HX-Request": "true"}).content.decode()
    assert str(organisation().pk) in offered and "<html" not in offered
    assert operator.post(address, {"meaning": "99999999"}).status_code == 422
    assert operator.post(address, {"meaning": organisation().pk}).status_code == 302
    assert Organisation.objects.count() == before


def test_pages_of_loading_cost_few_queries(operator: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = started(operator)
    taking.run(the_run().pk)
    for path in ("/settings/imports/", address, "/settings/imports/words/"):
        operator.get(path)
        with CaptureQueriesContext(connection) as taken:
            assert operator.get(path).status_code == 200
        asked = [q["sql"] for q in taken if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= 12, path + "\n" + "\n".join(asked)


@pytest.mark.parametrize(("sought", "name"), [("ямы", "Яма"), ("моста", "Мост"), ("МУСОРА", "мусор")])
def test_endings_of_words_do_not_hide_a_meaning(sought: str, name: str) -> None:
    found = [(Meaning(1, "Яма в асфальте", ""), "яма"), (Meaning(2, "Мост разрушается", ""), "мост"),
             (Meaning(3, "Не вывезли мусор", ""), "мусор отходы")]
    assert name in likest(found, sought)[0].name


def test_a_sheet_without_a_day_of_arrival_says_that_clocks_start_today(operator: Client) -> None:
    warning = "Ни один столбец не значит «Когда поступило»"
    address = upload(operator, "ID;Когда случилось;Текст инцидента\n7;20.11.2026 10:00;Яма у дома\n")["Location"]
    assert warning in operator.get(address).content.decode()
    given = {"meaning_0": "id", "meaning_1": "created", "meaning_2": "text", "act": "look"}
    assert operator.post(address, given).status_code == 302
    assert warning not in operator.get(address).content.decode()
