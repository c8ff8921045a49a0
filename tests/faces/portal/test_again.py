"""Whoever disagrees with a final answer by law writes anew, and the new appeal stays linked with the answered one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.appeal_papers import register_table
from otklik.answers.sending import sent
from otklik.cases.actions.law_outcomes import decide, done, prepare
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.appeal_register import JOINED
from otklik.cases.models import Case, CaseLink, Registration
from otklik.cases.numbers import shown
from otklik.cases.outcome_filling import Given, answers_before, stops_of
from otklik.cases.resident_links import make_link
from otklik.cases.task_links import link_for
from otklik.faces.portal import places
from otklik.organisations import region_settings
from tests.cases.registering import NOW, by_law
from tests.cases.steps import RECEIVED, assigned, coordinator, entries, received
from tests.making import SYSTEM, logged_in, make_staff, make_user, place, reread

pytestmark = pytest.mark.django_db
PLACE = "gorod-kamyshin"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.OTKLIK_HOME = tmp_path
    settings.OTKLIK_FILES = tmp_path / "files"
    places.forget()
    yield
    places.forget()


def registered(who: Any, case_id: int, number: str) -> Registration:
    """A case that was just written, put under 59-ФЗ."""
    now = timezone.now()
    transfer_regime(who, case_id, regime="law59", reason="по закону", now=now)
    return by_law(who, case_id, number=number, registered_at=now, now=now)


def answered(who: Any, number: str = "1-о", **fields: Any) -> tuple[Any, Registration]:
    """An appeal of March that came by the portal and was answered by law."""
    given = received(**({"name": "Проба Нина Ильинична", "street": "Мира", "house": "12"} | fields))
    transfer_regime(who, given.case_id, regime="law59", reason="по закону", now=NOW)
    entry = by_law(who, given.case_id)
    sent(who, given.case_id, registration_id=entry.pk, number=number, at=RECEIVED, signer="Глава", way="email", now=NOW)
    return given, entry


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def written_anew(client: Client, token: str, code: str = PLACE) -> Case:
    """The form of this token, filled in and sent; the case that came of it."""
    page = client.get("/report/", {"again": token}).content.decode()
    hidden = re.search(r'name="again" value="([^"]*)"', page)
    form = {"key": key_of(page), "text": "Не согласна: двор стоит как стоял", "territory": place(code).pk,
            "near_seen": "1", "again": hidden[1] if hidden else token}  # fmt: skip
    response = client.post("/report/", form)
    assert response.status_code == 303, response.content.decode()
    with acting(SYSTEM):
        return Case.objects.latest("id")


def test_the_page_of_an_answered_appeal_leads_to_a_new_one_that_knows_its_place(client: Client) -> None:
    given, _entry = answered(coordinator())
    page = client.get(f"/c/{given.token}/").content.decode()
    assert f"/report/?again={given.token}" in page
    assert "новое обращение свяжем с этим ответом" in page
    response = client.get("/report/", {"again": given.token})
    form = response.content.decode()
    assert f"Вы не согласны с ответом на сообщение № {shown(given.number)}" in form
    assert 'value="Мира"' in form
    assert f'value="{place(PLACE).pk}" data-operator' in form
    assert "Нина" not in form, "a link may have been passed on: names are not shown by it"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "data-fresh" not in form, "what was begun about something else does not come back into it"


def test_what_is_written_there_is_a_linked_appeal_and_the_desk_shows_both(client: Client) -> None:
    who = coordinator()
    given, entry = answered(who)
    case = written_anew(client, given.token)
    assert case.follows_id == given.case_id
    assert entries(case.pk, "opened")[0].fields["follows"] == given.case_id
    assert entries(given.case_id, "followed")[0].fields == {"by": case.pk}
    assert entries(given.case_id, "followed")[0].actor.startswith("resident-link:")
    desk = logged_in(make_user(("coordinator", PLACE)))
    page = desk.get(f"/desk/case/{shown(case.number)}/").content.decode()
    assert "Повторное: житель не согласен с прежним ответом" in page
    assert f"/desk/case/{shown(given.number)}/#registrations" in page
    assert "1-о" in page
    assert "повторное: житель не согласен с прежним ответом" in page, "in the journal, too"
    page = desk.get(f"/desk/case/{shown(given.number)}/").content.decode()
    assert "Житель не согласен с ответом и написал снова" in page
    assert shown(case.number) in page
    assert "повторное" in desk.get("/desk/").content.decode()
    row = registered(who, case.pk, "А-20")
    with acting(SYSTEM):
        rows = list(Registration.objects.filter(pk__in=[row.pk, entry.pk]).select_related(*JOINED).order_by("id"))
        table = register_table(rows, {}, {})
    assert table.headings[-1] == "Повторное к"
    assert [line[-1] for line in table.rows] == ["", shown(given.number)]


def test_stopping_the_correspondence_rests_on_the_answers_of_the_cases_that_are_followed(client: Client) -> None:
    who, head = coordinator(), make_staff(("head", PLACE))
    first, row = answered(who)
    second = written_anew(client, first.token)
    assert second.resident_id is None, "no name was given the second time"
    entry = registered(who, second.pk, "А-20")
    with acting(who):
        assert [one.pk for one in answers_before(second, entry)] == [row.pk]
    given = Given(
        reason="о дворе", addressee="Проба Нина", no_new=True, earlier_ids=(row.pk,),
        earlier_text="№ 0-о от 01.02.2026",
    )
    stop = prepare(who, second.pk, registration_id=entry.pk, code="stopped", given=given)
    decide(head, second.pk, decision_id=stop.pk)
    done(who, second.pk, decision_id=stop.pk, number="9", at=timezone.now(), signer="Глава", way="post")
    with acting(SYSTEM), widened():
        CaseLink.objects.filter(case=second).delete()
        token = make_link(second)
    third = written_anew(client, token)
    with acting(who):
        assert [one.pk for one in stops_of(third)] == [stop.pk]
    page = logged_in(make_user(("coordinator", PLACE))).get(f"/desk/case/{shown(third.number)}/").content.decode()
    assert "Переписка прекращена" in page
    assert "1-о" in page, "the chain of what is followed is shown to its beginning"


def test_a_new_appeal_to_another_place_keeps_the_link_and_opens_nothing_there(client: Client) -> None:
    given, _entry = answered(coordinator())
    case = written_anew(client, given.token, "gorod-volzhskiy")
    assert case.follows_id == given.case_id
    page = logged_in(make_user(("head", "gorod-volzhskiy"))).get(f"/desk/case/{shown(case.number)}/").content.decode()
    assert "Прежняя карточка — в другом муниципалитете" in page
    assert shown(given.number) not in page
    assert "1-о" not in page


def test_a_forged_a_foreign_and_an_unanswered_token_make_a_plain_report_with_a_plain_message(client: Client) -> None:
    who = coordinator()
    waiting = received()
    theirs = link_for(who, assigned(who, received("Яма на дороге").case_id, NOW).pk, now=NOW)
    erased, _entry = answered(who, text="Другой двор")
    with acting(SYSTEM):
        CaseLink.objects.filter(case_id=erased.case_id).delete()
    number = shown(waiting.number)
    for token in ("x" * 27, number, theirs.rstrip("/").rpartition("/")[2], erased.token, "\x00", "я" * 500):
        page = client.get("/report/", {"again": token})
        assert page.status_code == 200, token
        assert "Ссылка на прежнее сообщение не подошла" in page.content.decode(), token
        assert 'name="again"' not in page.content.decode()
        assert written_anew(client, token).follows_id is None
    page = client.get("/report/", {"again": waiting.token}).content.decode()
    assert "ещё не ответили" in page
    assert written_anew(client, waiting.token).follows_id is None
    assert not entries(waiting.case_id, "followed")


def test_tokens_cannot_be_guessed_here_either_and_the_report_is_still_taken() -> None:
    given, _entry = answered(coordinator())
    region_settings.put(SYSTEM, "limits", {"link_misses": [3, 10]})
    guesser = Client(REMOTE_ADDR="198.51.100.7")
    for n in range(3):
        guesser.get("/report/", {"again": f"made-up-{n}"})
    page = guesser.get("/report/", {"again": given.token})
    assert "не подошла" in page.content.decode()
    assert page.status_code == 200
    assert guesser.get(f"/c/{given.token}/").status_code == 429
    assert f"№ {shown(given.number)}" in Client().get("/report/", {"again": given.token}).content.decode()


def test_a_form_sent_back_with_a_mistake_keeps_the_link(client: Client) -> None:
    given, _entry = answered(coordinator())
    key = key_of(client.get("/report/", {"again": given.token}).content.decode())
    form = {"key": key, "text": "", "territory": place(PLACE).pk, "near_seen": "1", "again": given.token}
    page = client.post("/report/", form)
    assert page.status_code == 422
    assert f'name="again" value="{given.token}"' in page.content.decode()
    assert client.post("/report/", form | {"text": "Не согласна"}).status_code == 303
    assert client.post("/report/", form | {"text": "Не согласна"}).status_code == 303, "sent twice, taken once"
    assert len(entries(given.case_id, "followed")) == 1
    assert reread(given.case_id).state in ("answered", "closed"), "the answered case stays as it is"
