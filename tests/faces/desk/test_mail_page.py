"""«Почта» at the desk: the three keys, the whole letter with its files, what was set aside comes back."""

import struct
import zlib

import pytest
from django.test import Client

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.channels.models import Account, Attachment
from tests.cases.steps import photo
from tests.channels.email.connecting import ACTOR, arrivals, cases, comes, make_account
from tests.channels.email.letters import letter, mixed
from tests.making import logged_in, make_user

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "gorod-kamyshin", "gorod-volgograd"


@pytest.fixture
def account() -> Account:
    return make_account()


@pytest.fixture
def operator() -> Client:
    return logged_in(make_user(("operator", HOME)))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def press(client: Client, key: str, at: int = -1):
    return client.post(f"/desk/mail/{arrivals()[at].pk}/key/", {"key": key})


def test_the_desk_says_how_many_letters_wait(account, operator):
    assert "/desk/mail/" in text_of(operator, "/desk/")
    comes(account, letter(), letter("Ещё одно", ident="<2@x>"))
    assert '<span class="badge bg-orange-lt ms-1">2</span>' in text_of(operator, "/desk/")
    page = text_of(operator, "/desk/mail/")
    assert "На улице Мира второй день не горит фонарь" in page
    assert "Анна Пробная" in page


def test_each_key_does_what_it_says_and_the_next_letter_opens(account, operator):
    comes(account, letter(), letter("Прошу информацию по 8-ФЗ", ident="<2@x>"), letter("Акт сверки", ident="<3@x>"))
    first, second, third = (row.pk for row in arrivals())
    assert press(operator, "message", 0).headers["Location"] == f"/desk/mail/{second}/"
    assert "возможно, это запрос" in text_of(operator, f"/desk/mail/{second}/")
    assert press(operator, "law8", 1).headers["Location"] == f"/desk/mail/{third}/"
    assert press(operator, "office", 2).headers["Location"] == "/desk/mail/"
    assert [case.regime for case in cases()] == [Case.Regime.SOCIAL, Case.Regime.LAW8]
    assert [row.state for row in arrivals()] == ["taken", "taken", "aside"]
    assert cases()[0].received_at == arrivals()[0].received_at
    assert "Ушло в канцелярию" in text_of(operator, "/desk/mail/")
    assert first != second


def test_what_went_to_the_office_comes_back_and_what_is_a_case_does_not(account, operator):
    comes(account, letter(), letter("Второе", ident="<2@x>"))
    press(operator, "office", 0)
    press(operator, "message", 1)
    for row in arrivals():
        operator.post(f"/desk/mail/{row.pk}/back/")
    assert [row.state for row in arrivals()] == ["asked", "taken"]
    page = text_of(operator, f"/desk/mail/{arrivals()[1].pk}/")
    assert "/desk/case/" in page
    assert "data-mail-keys" not in page


def test_two_who_press_at_once_make_one_case(account, operator):
    comes(account, letter())
    press(operator, "message")
    press(logged_in(make_user(("coordinator", HOME))), "message")
    other = press(logged_in(make_user(("coordinator", HOME))), "office")
    assert len(cases()) == 1
    assert other.headers["Location"] == "/desk/mail/"
    assert arrivals()[0].state == "taken"


def test_the_whole_letter_is_read_with_its_files_before_the_key(account, operator):
    picture, page = photo().data, b"<html><script>alert(1)</script>"
    comes(account, mixed(
        "Нет света.\n\n-- \nАнна, отдел",
        ('Content-Type: image/jpeg; name="a.jpg"', picture),
        ("Content-Type: text/html; name*=utf-8''%D0%B0%D0%BA%D1%82.html\r\nContent-Disposition: attachment", page),
        ('Content-Type: image/svg+xml; name="x.svg"', b"<svg onload='alert(1)'/>"),
    ))
    address = f"/desk/mail/{arrivals()[0].pk}/"
    shown = text_of(operator, address)
    assert "Анна, отдел" in shown
    assert "акт.html" in shown
    answers = [operator.get(f"{address}file/{number}/") for number in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 404]
    kinds = [answer.headers["Content-Type"] for answer in answers[:4]]
    assert kinds == ["application/octet-stream", "image/jpeg", "application/octet-stream", "application/octet-stream"]
    for answer in answers[:4]:
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answers[0].content == bytes(arrivals()[0].body)
    assert answers[2].content == page
    assert answers[2].headers["Content-Disposition"].startswith("attachment")
    press(operator, "message")
    with acting(ACTOR, read_only=True):
        assert Attachment.objects.count() == 3


def test_a_picture_that_is_a_bomb_is_a_file_and_is_unpacked_by_nobody(account, operator):
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(b"\0" * 5_000_000)), (b"IEND", b""),
        )
    )
    comes(account, mixed("Смотрите", ('Content-Type: image/png; name="a.png"', bomb)))
    answer = operator.get(f"/desk/mail/{arrivals()[0].pk}/file/1/")
    assert (answer.headers["Content-Type"], answer.content) == ("application/octet-stream", bomb)
    press(operator, "message")
    with acting(ACTOR, read_only=True):
        assert Attachment.objects.get().file.content_type == "application/octet-stream"


def test_markup_in_a_letter_is_words_on_the_page(account, operator):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    comes(account, letter(evil, subject=evil, sender=f'"{evil}" <anna@example.net>'))
    for address in ("/desk/mail/", f"/desk/mail/{arrivals()[0].pk}/"):
        assert "<script>alert" not in text_of(operator, address)
        assert "<img src=x" not in text_of(operator, address)


@pytest.mark.parametrize(
    ("role", "place", "listed", "opened"),
    [
        ("operator", HOME, 200, 200), ("coordinator", HOME, 200, 200), ("head", HOME, 200, 200),
        ("approver", HOME, 403, 403), ("operator", ELSEWHERE, 200, 404), ("head", ELSEWHERE, 200, 404),
    ],
)
def test_who_sorts_the_mail_of_a_place(account, role, place, listed, opened):
    comes(account, letter())
    client = logged_in(make_user((role, place)))
    mail = arrivals()[0].pk
    assert client.get("/desk/mail/").status_code == listed
    assert client.get(f"/desk/mail/{mail}/").status_code == opened
    assert client.get(f"/desk/mail/{mail}/file/0/").status_code == opened
    if opened != 200:
        for act in ("key", "back"):
            client.raise_request_exception = False
            assert client.post(f"/desk/mail/{mail}/{act}/", {"key": "message"}).status_code == opened
        assert arrivals()[0].state == "asked"
        assert "На улице Мира" not in client.get("/desk/mail/").content.decode()


def test_a_nonsense_key_is_told_and_changes_nothing(account, operator):
    comes(account, letter())
    answer = press(operator, "delete")
    assert answer.status_code == 422
    assert "Выберите, что это" in answer.content.decode()
    assert arrivals()[0].state == "asked"


def test_a_letter_that_goes_on_with_a_case_says_so_before_the_key(account, operator):
    comes(account, letter(), letter("И ещё у школы", ident="<2@x>", References="<1@example.net>"))
    press(operator, "message", 0)
    assert "Похоже, это продолжение карточки" in text_of(operator, f"/desk/mail/{arrivals()[1].pk}/")


def test_the_case_leads_to_its_letters_whole(account, operator):
    comes(account, letter("Нет света\n\n-- \nАнна"))
    press(operator, "message")
    comes(account, letter("И воды\n\n> Нет света", ident="<2@x>", In_Reply_To="<1@example.net>"))
    page = text_of(operator, f"/desk/case/{shown(cases()[0].number)}/")
    assert page.count("/desk/mail/") == 2
    assert "Анна" in text_of(operator, f"/desk/mail/{arrivals()[0].pk}/")
    approver = logged_in(make_user(("approver", HOME)))
    assert "/desk/mail/" not in text_of(approver, f"/desk/case/{shown(cases()[0].number)}/")


def test_how_to_file_under_59_is_told(account, operator):
    comes(account, letter())
    assert "59-ФЗ нельзя подать письмом" in text_of(operator, f"/desk/mail/{arrivals()[0].pk}/")
