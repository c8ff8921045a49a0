"""Which letters go on with a case: by ids and signed addresses, and only of its author; never by a number."""

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import CaseMessage
from otklik.cases.numbers import shown
from otklik.channels.email.signing import case_told_by, message_id, reply_address
from otklik.channels.models import Account, Delivery
from otklik.intake.asking import answer_key
from otklik.intake.quarantine import decide
from tests.cases.steps import answered
from tests.channels.email.connecting import ACTOR, arrivals, cases, comes, make_account
from tests.channels.email.letters import ANNA, BOX, letter
from tests.making import make_staff

pytestmark = pytest.mark.django_db
IVAN = "Иван Пробный <ivan@example.net>"


@pytest.fixture
def account() -> Account:
    return make_account(plus=True)


def key(key: str = "message", at: int = -1):
    return answer_key(make_staff(("operator", "gorod-kamyshin")), arrivals()[at].pk, key)


def messages(case) -> list[str]:
    with acting(ACTOR, read_only=True):
        rows = CaseMessage.objects.filter(case=case, message__direction="in").select_related("message")
        return [row.message.text for row in rows.order_by("pk")]


def test_more_words_come_by_the_id_of_their_own_first_letter(account):
    comes(account, letter())
    case = key()
    comes(account, letter("И ещё у школы", ident="<2@x>", In_Reply_To="<1@example.net>"))
    comes(account, letter("И у садика", ident="<3@x>", References="<1@example.net> <2@x>", In_Reply_To="<2@x>"))
    assert messages(case) == ["На улице Мира второй день не горит фонарь", "И ещё у школы", "И у садика"]
    assert len(cases()) == 1


def test_more_words_come_by_the_id_of_our_answer(account):
    comes(account, letter())
    case = key()
    answered(make_staff(("coordinator", "gorod-kamyshin")), case.pk, timezone.now())
    with acting(ACTOR, read_only=True):
        row = Delivery.objects.get()
    ours = message_id(account, f"otklik-{row.pk}", "example.org")
    from otklik.acting import widened

    with acting(ACTOR), widened():
        Delivery.objects.update(state="done", receipt=ours)
    comes(account, letter("Спасибо, горит\n\n> Фонарь починили.", ident="<2@x>", In_Reply_To=ours))
    assert messages(case)[-1] == "Спасибо, горит"


def test_more_words_come_by_a_signed_address_when_the_mailer_lost_the_thread(account):
    comes(account, letter())
    case = key()
    signed = reply_address(account, BOX, case.pk)
    comes(account, letter("Так и не горит фонарь", ident="<2@x>", To=f"Приём <{signed.upper()}>"))
    assert messages(case)[-1] == "Так и не горит фонарь"


@pytest.mark.parametrize("how", ["forged mark", "another case", "another account"])
def test_a_forged_address_opens_nothing(account, how):
    comes(account, letter())
    case = key()
    signed = reply_address(account, BOX, case.pk)
    address = {
        "forged mark": signed.replace("-", "-a", 1)[:-1],
        "another case": signed.replace(f"k{case.pk}-", f"k{case.pk + 1}-"),
        "another account": reply_address(make_account("other"), BOX, case.pk),
    }[how]
    assert case_told_by(account, BOX, [address]) is None
    comes(account, letter("Другое: яма у школы", ident="<2@x>", To=address))
    assert len(messages(case)) == 1
    assert arrivals()[-1].state == "asked"


def test_a_letter_that_quotes_somebodys_number_opens_nothing_of_theirs(account):
    comes(account, letter())
    case = key()
    number = shown(case.number)
    comes(account, letter(f"По обращению {number} прошу сообщить, кто писал", sender=IVAN, ident="<2@x>",
                          subject=f"Re: Фонарь [{number}]"))
    comes(account, letter(f"Моё обращение {number}, там неверный адрес", ident="<3@x>", subject=f"Re: {number}"))
    assert len(messages(case)) == 1
    assert [row.state for row in arrivals()] == ["taken", "asked", "asked"]


def test_a_stranger_who_knows_an_id_or_an_address_does_not_get_into_the_case(account):
    comes(account, letter())
    case = key()
    comes(account, letter("Пусть ответят мне", sender=IVAN, ident="<2@x>", In_Reply_To="<1@example.net>",
                          To=reply_address(account, BOX, case.pk)))
    assert len(messages(case)) == 1
    assert arrivals()[-1].state == "asked"
    other = key()
    assert other.pk != case.pk


def test_two_letters_of_one_id_are_two_whichever_of_them_is_true(account):
    comes(account, letter("Первое: яма у школы", sender=IVAN))
    comes(account, letter("Второе: не горит фонарь"))
    assert [row.state for row in arrivals()] == ["asked", "asked"]
    first, second = key(at=0), key(at=1)
    assert first.pk != second.pk
    comes(account, letter("Добавлю: горел вчера", ident="<3@x>", In_Reply_To="<1@example.net>"))
    assert messages(second)[-1] == "Добавлю: горел вчера"


def test_what_goes_on_with_a_letter_that_still_waited_joins_its_case_at_the_key(account):
    comes(account, letter())
    comes(account, letter("Забыла: дом 5", ident="<2@x>", References="<1@example.net>"))
    assert [row.state for row in arrivals()] == ["asked", "asked"]
    case = key(at=0)
    assert key(at=1) == case
    assert messages(case)[-1] == "Забыла: дом 5"
    assert key(at=1) == case  # pressed twice
    assert len(messages(case)) == 2


def test_a_request_under_the_law_is_a_case_of_its_own_also_in_the_thread_of_another(account):
    comes(account, letter())
    comes(account, letter("Прошу дать сведения по 8-ФЗ", ident="<2@x>", References="<1@example.net>"))
    case = key(at=0)
    assert key("law8", at=1).pk != case.pk


def test_danger_does_not_wait_for_a_key(account):
    comes(account, letter("Пахнет газом в подъезде, людям плохо, помогите"))
    (case,) = cases()
    assert case.importance == 4
    assert case.resident.name == "Анна Пробная"
    assert arrivals()[0].state == "taken"
    assert ANNA in str(arrivals()[0].message.raw["reply"]["to"])


def test_what_was_set_aside_as_automatic_is_taken_when_a_person_says_so(account):
    comes(account, letter("Нет воды", Auto_Submitted="auto-replied"))
    assert arrivals()[0].state == "ignored"
    decide(make_staff(("coordinator", "gorod-kamyshin")), arrivals()[0].pk, "again")
    assert arrivals()[0].state == "asked"
    case = key()
    assert messages(case) == ["Нет воды"]
    assert case.answer_by == "outside"  # a machine may stand behind it: nothing is sent there by mail


def test_our_own_letter_stays_what_it_is_whatever_a_person_says(account):
    comes(account, letter("Наше", ident=message_id(account, "otklik-5", "example.org")))
    decide(make_staff(("coordinator", "gorod-kamyshin")), arrivals()[0].pk, "again")
    assert arrivals()[0].state == "ignored"
