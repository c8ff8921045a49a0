"""Acts on a case from its page: done, refused with a clear word, and nothing typed is lost."""

import json

import pytest

from otklik.acting import acting
from otklik.cases.models import Assignment, Case, TaskReply
from otklik.cases.numbers import shown
from otklik.classifier.models import Theme
from tests.making import SYSTEM, logged_in, make_case, make_user, organisation, place, reread

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(db):
    return make_case(phone="+7 900 000-00-10")


@pytest.fixture
def desk(db):
    return logged_in(make_user(("coordinator", "gorod-kamyshin")))


def post(desk, case, tail, **fields):
    return desk.post(f"/desk/case/{shown(case.number)}/{tail}", fields, headers=HTMX)


def assigned(desk, case) -> Assignment:
    answer = post(desk, case, "assign/", organisation=organisation().pk, task="Заменить лампу на столбе")
    assert answer.status_code == 200, answer.content.decode()
    with acting(SYSTEM):
        return Assignment.objects.select_related("organisation").get(case=case, state="open")


def test_one_key_takes_a_suggested_theme_and_leaves_the_rest(desk, case):
    theme = Theme.objects.order_by("id")[0]
    answer = post(desk, case, "triage/", theme=theme.pk)
    assert answer.status_code == 200
    now = reread(case.pk)
    assert (now.theme_id, now.state, now.importance) == (theme.pk, Case.State.TRIAGED, theme.importance)
    told = json.loads(answer["HX-Trigger-After-Swap"])["deskActed"]
    assert told == {"number": shown(case.number), "finished": False, "notice": "Сохранено."}


def test_the_whole_triage_form(desk, case):
    settlement = place("gorod-kamyshin")
    post(
        desk, case, "triage/", territory=settlement.pk, street="ул. Мира", house="12", title="Не горит фонарь",
        importance="3",
    )
    now = reread(case.pk)
    assert (now.street, now.house, now.title, now.importance) == ("ул. Мира", "12", "Не горит фонарь", 3)


@pytest.mark.parametrize("bad", [{"theme": "99999999"}, {"theme": "abc"}, {"importance": "9"}, {"title": "я" * 201}])
def test_a_wrong_triage_is_told_and_changes_nothing(desk, case, bad):
    answer = post(desk, case, "triage/", **bad)
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert reread(case.pk).version == case.version


def test_assignment_needs_an_organisation_and_a_task_and_keeps_what_was_typed(desk, case):
    answer = post(desk, case, "assign/", task="Заменить лампу на столбе у ворот")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Выберите организацию" in page
    assert "Заменить лампу на столбе у ворот" in page
    page = post(desk, case, "assign/", organisation=organisation().pk, task="").content.decode()
    assert "Напишите, что нужно сделать" in page


def test_assigning_finishes_the_triage_and_calls_the_next_case(desk, case):
    task = assigned(desk, case)
    assert task.address.startswith("Камышин")
    assert reread(case.pk).state == Case.State.ASSIGNED


def test_a_due_date_in_the_past_is_told_beside_its_field(desk, case):
    answer = post(
        desk, case, "assign/", organisation=organisation().pk, task="Заменить лампу", due_at="2020-01-01T10:00"
    )
    assert answer.status_code == 422
    assert "Срок уже прошёл" in answer.content.decode()
    wrong = post(desk, case, "assign/", organisation=organisation().pk, task="Лампа", due_at="завтра")
    assert "например 12.06.2026" in wrong.content.decode()


def test_a_redirect_keeps_its_reason(desk, case):
    task = assigned(desk, case)
    other = organisation("adm-gorod-volzhskiy")
    answer = post(desk, case, "redirect/", assignment=task.pk, organisation=other.pk, reason="Это их столб")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Это их столб" in page
    empty = post(desk, case, "redirect/", assignment=task.pk, organisation=other.pk, reason="")
    assert empty.status_code == 422


def test_a_co_executor_gets_its_own_part(desk, case):
    assigned(desk, case)
    other = organisation("adm-gorod-volzhskiy")
    assert post(desk, case, "co-executor/", organisation=other.pk, task="Дать вышку").status_code == 200
    with acting(SYSTEM):
        assert Assignment.objects.get(case=case, part="co_executor").task == "Дать вышку"


def test_a_word_by_phone_counts_and_is_marked(desk, case):
    task = assigned(desk, case)
    answer = post(
        desk, case, "word/", assignment=task.pk, kind="done", said_by="мастер Орлов", said_at="2026-01-10T10:00",
        text="Заменили",
    )
    assert answer.status_code == 200, answer.content.decode()
    assert "со слов" in answer.content.decode()
    with acting(SYSTEM):
        assert TaskReply.objects.get(case=case).said_by == "мастер Орлов"
    assert reread(case.pk).state == Case.State.REPLIED


def test_a_word_without_its_speaker_is_not_kept(desk, case):
    task = assigned(desk, case)
    answer = post(desk, case, "word/", assignment=task.pk, kind="done", said_by="", said_at="2026-01-10T10:00")
    assert answer.status_code == 422
    assert "кто это сказал" in answer.content.decode()


def test_spam_leaves_the_queue_and_not_ours_needs_a_reason(desk, case):
    refused = post(desk, case, "aside/", outcome="not_ours")
    assert refused.status_code == 422
    assert "чьё это дело" in refused.content.decode()
    assert post(desk, case, "aside/", outcome="spam").status_code == 200
    assert reread(case.pk).outcome == Case.Outcome.SPAM


def test_what_the_rule_forbids_is_refused_in_words(desk, case):
    answer = post(desk, case, "close/", outcome="explained")
    assert answer.status_code == 422
    assert "сейчас невозможно" in answer.content.decode()
    head = logged_in(make_user(("head", "gorod-kamyshin")))
    assert "нет права" in post(head, case, "take/").content.decode()


def test_without_scripts_the_same_forms_work(desk, case):
    address = f"/desk/case/{shown(case.number)}/"
    done = desk.post(address + "take/", follow=True)
    assert "Карточка теперь ваша" in done.content.decode()
    wrong = desk.post(address + "assign/", {"task": "Заменить лампу"})
    assert wrong.status_code == 422
    assert "<html" in wrong.content.decode()
    assert "Заменить лампу" in wrong.content.decode()


def test_the_text_with_the_link_is_ready_to_send(desk, case):
    task = assigned(desk, case)
    page = post(desk, case, f"task/{task.pk}/link/").content.decode()
    assert "http://testserver/task/" in page
    assert "data-autocopy" in page
    assert "900 000" not in page.split("data-autocopy")[1].split("</textarea>")[0]


def test_the_printed_task_has_a_drawing_of_its_link(desk, case):
    task = assigned(desk, case)
    sheet = post(desk, case, f"task/{task.pk}/print/")
    assert sheet.status_code == 200
    assert "<svg" in sheet.content.decode()
    assert "style=" not in sheet.content.decode()
    assert post(desk, case, "task/999999/link/").status_code == 404


def test_a_case_goes_to_another_municipality_and_is_gone_from_here(desk, case):
    other = place("gorod-volzhskiy")
    assert post(desk, case, "hand-over/", territory=other.pk, reason="").status_code == 422
    page = post(desk, case, "hand-over/", territory=other.pk, reason="Адрес в Волжском")
    assert page.status_code == 200
    assert "Теперь карточку ведут другие" in page.content.decode()
    assert json.loads(page["HX-Trigger-After-Swap"])["deskActed"]["finished"] is True
    assert desk.get(f"/desk/case/{shown(case.number)}/").status_code == 404
    there = logged_in(make_user(("operator", "gorod-volzhskiy")))
    assert "Адрес в Волжском" in there.get(f"/desk/case/{shown(case.number)}/").content.decode()


def test_why_a_case_was_handed_over_is_read_at_once_until_it_is_taken_up(desk, case):
    other = place("gorod-volzhskiy")
    post(desk, case, "hand-over/", territory=other.pk, reason="Адрес в Волжском")
    there = logged_in(make_user(("coordinator", "gorod-volzhskiy")))

    def told() -> str:
        page = there.get(f"/desk/case/{shown(case.number)}/").content.decode()
        return page.partition('<div class="case-grid">')[0]

    assert "Передано в другой муниципалитет:" in told() and "Адрес в Волжском" in told()
    post(there, case, "assign/", organisation=organisation("adm-gorod-volzhskiy").pk, task="Заменить лампу")
    assert "Адрес в Волжском" not in told()


def test_a_hand_over_without_scripts_leads_back_to_the_list(desk, case):
    answer = desk.post(
        f"/desk/case/{shown(case.number)}/hand-over/",
        {"territory": place("gorod-volzhskiy").pk, "reason": "Адрес в Волжском"}, follow=True,
    )
    assert answer.redirect_chain[0][0] == "/desk/"
    assert "Передано: Волжский" in answer.content.decode()


def test_places_elsewhere_are_offered_only_when_asked_for(desk, case):
    address = f"/desk/case/{shown(case.number)}/elsewhere/"
    assert desk.get(address).context["places"] == []
    assert "Волжский" in desk.get(address, {"q": "волж"}).content.decode()


def test_a_limit_is_paused_with_what_is_waited_for_and_goes_on(desk, case):
    assert post(desk, case, "pause/", reason="").status_code == 422
    page = post(desk, case, "pause/", reason="Уточняем адрес у жителя").content.decode()
    if "Нечего приостановить" in page:
        pytest.skip("the shipped policy lets no limit stand still")
    assert "приостановлен" in page
    assert "Уточняем адрес у жителя" in page
    assert "Срок снова идёт" in post(desk, case, "resume/").content.decode()


def test_a_link_given_to_a_wrong_person_is_ended(desk, case, client):
    task = assigned(desk, case)
    text = post(desk, case, f"task/{task.pk}/link/").content.decode()
    link = "/task/" + text.split("http://testserver/task/")[1].split("/")[0] + "/"
    assert client.get(link).status_code == 200
    assert "больше не действует" in post(desk, case, f"task/{task.pk}/revoke/").content.decode()
    assert client.get(link).status_code in (404, 410)


def test_an_executor_who_refuses_makes_redirecting_the_next_step(desk, case):
    task = assigned(desk, case)
    page = post(
        desk, case, "word/", assignment=task.pk, kind="not_ours", said_by="мастер Орлов", said_at="2026-01-10T10:00",
        whose="не знаю",
    )
    assert 'data-step="redirect"' in page.content.decode()


def test_when_a_colleague_was_quicker_the_page_offers_what_is_next_now(desk, case):
    assigned(desk, case)
    late = post(desk, case, "assign/", organisation=organisation().pk, task="Починить", address="")
    page = late.content.decode()
    assert late.status_code == 422
    assert "только что изменили" in page
    assert 'data-go-step="assign"' not in page
    assert 'data-go-step="link"' in page
