"""Registrations, parts and the upper level from the case page: every button works, every error stands by its field."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.models import Assignment, Clock, Registration, UpperRequest
from otklik.cases.numbers import shown
from otklik.cases.registers import save_register
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, organisation, place, reread

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
THIRD = "adm-gorod-mikhaylovka"


def today() -> str:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate().isoformat()


@pytest.fixture
def case(db):
    return make_case()


@pytest.fixture
def desk(db):
    return logged_in(make_user(("coordinator", "gorod-kamyshin")))


def post(client, case, tail, **fields):
    return client.post(f"/desk/case/{shown(case.number)}/{tail}", fields, headers=HTMX)


def seen(client, case):
    return client.get(f"/desk/case/{shown(case.number)}/").content.decode()


def registered(desk, case, **fields):
    wanted = {"regime": "law59", "number": "А-17", "registered_at": today()} | fields
    answer = post(desk, case, "register/", **wanted)
    assert answer.status_code == 200, answer.content.decode()
    with acting(SYSTEM):
        return Registration.objects.get(case=case, regime=wanted["regime"], ended_at=None)


def test_both_clocks_stand_side_by_side_each_with_the_name_of_its_regime(desk, case):
    registered(desk, case)
    page = seen(desk, case)
    assert "вх. № А-17" in page
    head = re.search(r'<div class="clocks">.*?</header>', page, re.S).group(0)
    assert re.findall(r"bg-azure-lt\">([^<]+)</span> <span class=\"clock-name\">", head).count("59-ФЗ") == 1
    assert "соцсети и портал" in head


def test_a_card_of_a_social_network_never_says_обращение(desk, case):
    assert "Перевести в другой режим" in seen(desk, case)
    card = seen(desk, case).partition('<article id="case"')[2]  # above it stands the door «Обращения» of the desk
    assert card and "обращени" not in card.lower()


def test_a_pos_card_says_that_its_date_is_not_confirmed_until_the_source_names_it(desk, case):
    registered(desk, case, regime="pos", number="П-1", registered_at="")
    assert "срок не подтверждён" in seen(desk, case)
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    registered(desk, case, regime="pos", number="П-1", registered_at="", due_at=due)
    page = seen(desk, case)
    assert "срок не подтверждён" not in page
    assert "срок назван системой" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"number": ""}, "Напишите входящий номер"), ({"registered_at": ""}, "Укажите дату регистрации"),
        ({"registered_at": "2099-01-01"}, "ещё не наступила"), ({"registered_at": "вчера"}, "Напишите дату"),
        ({"regime": "social"}, "Выберите из списка"), ({"due_at": "2001-01-01"}, "Срок раньше регистрации"),
    ],
)
def test_what_is_wrong_is_told_by_its_field_and_kept(desk, case, fields, words):
    wanted = {"regime": "law59", "number": "А-17", "registered_at": today(), "status": "на рассмотрении"} | fields
    answer = post(desk, case, "register/", **wanted)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="на рассмотрении"' in page
    with acting(SYSTEM):
        assert not Registration.objects.exists()


def test_sent_with_number_signer_and_way(desk, case):
    entry = registered(desk, case)
    answer = post(desk, case, "sent/", registration=entry.pk, number="исх-9", at=today(), signer="", way="post")
    assert answer.status_code == 422
    assert "Напишите, кто подписал" in answer.content.decode()
    answer = post(desk, case, "sent/", registration=entry.pk, number="исх-9", at=today(), signer="Глава", way="post")
    assert answer.status_code == 200
    assert "исх. № исх-9" in seen(desk, case)
    with acting(SYSTEM):
        assert Registration.objects.get(pk=entry.pk).ended_by == "sent"


def test_the_way_of_a_matter_that_is_not_ours(desk, case):
    assert post(desk, case, "regime/", regime="law59", reason="просит письмо").status_code == 200
    entry = registered(desk, case)
    assert "Переслать по компетенции" not in seen(desk, case)
    assert post(desk, case, "not-ours/", registration=entry.pk, reason="область").status_code == 200
    wanted = {"registration": entry.pk, "to": "Комитет дорог", "number": "7", "at": today(), "signer": "Глава"}
    answer = post(desk, case, "forwarded/", **wanted)
    assert answer.status_code == 422
    assert "нужно уведомить" in answer.content.decode()
    wanted |= {"notified": "on", "not_complained_of": "on"}
    assert post(desk, case, "forwarded/", **wanted).status_code == 200
    assert reread(case.pk).outcome == "not_ours"


def test_an_answer_is_put_off(desk, case):
    entry = registered(desk, case, regime="law8")
    assert post(desk, case, "ask-extension/", registration=entry.pk).status_code == 200
    assert "Уведомить о продлении" in seen(desk, case)
    wanted = {"registration": entry.pk, "days": "16", "reason": "архив", "noticed_at": today()}
    answer = post(desk, case, "extend/", **wanted)
    assert answer.status_code == 422
    assert "15 дней" in answer.content.decode()
    assert post(desk, case, "extend/", **(wanted | {"days": "15"})).status_code == 200
    assert "продлено на 15 дней" in seen(desk, case)


def test_a_transfer_says_why_and_the_page_follows(desk, case):
    answer = post(desk, case, "regime/", regime="law59", reason="")
    assert answer.status_code == 422
    assert post(desk, case, "regime/", regime="law59", reason="просит письмо").status_code == 200
    page = seen(desk, case)
    assert "номера ещё нет" in page
    assert "просит письмо" in page
    assert reread(case.pk).regime == "law59"


def test_by_law_the_desk_leads_to_the_sending_not_to_publishing(desk, case):
    post(desk, case, "regime/", regime="law59", reason="просит письмо")
    registered(desk, case)
    who = make_staff(("coordinator", "gorod-kamyshin"))
    answer = save_draft(who, case.pk, text="Заменили.", base_version=None)
    send_to_review(who, answer.pk)
    approve(make_staff(("approver", "gorod-kamyshin")), answer.pk)
    page = seen(desk, case)
    assert "отметьте «Отправлено»" in page
    assert f"/answer/{answer.pk}/publish/" not in page
    entry = registered(desk, case)
    post(desk, case, "sent/", registration=entry.pk, number="1", at=today(), signer="Глава", way="email")
    assert reread(case.pk).state == "answered"


def test_an_own_number_is_offered_only_where_an_act_switched_it_on(desk, case):
    assert "зарегистрировать у себя" not in seen(desk, case)
    row = save_register(
        SYSTEM, body_id=organisation().pk, regime="law59", act_number="1", act_date=timezone.localdate(), is_on=True
    )
    assert "зарегистрировать у себя" in seen(desk, case)
    assert post(desk, case, "register-own/", register=row.pk).status_code == 200
    assert f"вх. № 1/{timezone.localdate().year}" in seen(desk, case)


def test_pos_ends_when_its_source_has_answered(desk, case):
    post(desk, case, "regime/", regime="pos", reason="пришло из ПОС")
    entry = registered(desk, case, regime="pos", number="П-1", registered_at="")
    assert post(desk, case, "source-answered/", registration=entry.pk, at="2099-01-01").status_code == 422
    assert post(desk, case, "source-answered/", registration=entry.pk, at=today(), status="решено").status_code == 200
    assert reread(case.pk).state == "answered"
    with acting(SYSTEM):
        assert Registration.objects.get(pk=entry.pk).ended_by == "source"


def test_a_mistake_is_taken_back(desk, case):
    entry = registered(desk, case)
    assert post(desk, case, "unregister/", registration=entry.pk, reason="").status_code == 422
    assert post(desk, case, "unregister/", registration=entry.pk, reason="не та").status_code == 200
    assert "внесено по ошибке" in seen(desk, case)


def test_several_bodies_get_their_parts_in_one_step(desk, case):
    rows = desk.get(f"/desk/case/{shown(case.number)}/part-rows/", headers=HTMX).content.decode()
    assert "Ещё одна организация" in rows
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    bodies = [organisation("adm-gorod-volzhskiy").pk, organisation(THIRD).pk]
    answer = desk.post(
        f"/desk/case/{shown(case.number)}/assign/",
        {"organisation": organisation().pk, "task": "Заменить лампу", "part_organisation": [*bodies, ""],
         "part_task": ["Дать кран", "", ""], "part_due": [tomorrow, "", ""]},
        headers=HTMX,
    )
    assert answer.status_code == 200, answer.content.decode()
    with acting(SYSTEM):
        parts = list(Assignment.objects.filter(case=case).order_by("id").values_list("part", "task"))
        assert parts == [
            ("responsible", "Заменить лампу"), ("co_executor", "Дать кран"), ("co_executor", "Заменить лампу"),
        ]
        assert Clock.objects.filter(case=case, kind="part", policy_version="given").count() == 1
    page = seen(desk, case)
    assert page.count("Снять часть") == 2


def test_a_row_that_cannot_be_is_told_and_kept(desk, case):
    answer = desk.post(
        f"/desk/case/{shown(case.number)}/assign/",
        {"organisation": organisation().pk, "task": "Заменить", "part_organisation": [organisation(THIRD).pk, "x"],
         "part_task": ["Дать кран", "что-то"], "part_due": ["31.02.2027", ""]},
        headers=HTMX,
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Строка 1" in page
    assert 'value="Дать кран"' in page
    with acting(SYSTEM):
        assert not Assignment.objects.exists()


def test_a_part_gets_another_date_or_is_taken_off(desk, case):
    post(desk, case, "assign/", organisation=organisation().pk, task="Заменить",
         part_organisation=organisation(THIRD).pk, part_task="Кран", part_due="")
    with acting(SYSTEM):
        part = Assignment.objects.get(case=case, part="co_executor")
    later = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert post(desk, case, "part-due/", assignment=part.pk, due_at=later, reason="").status_code == 422
    assert post(desk, case, "part-due/", assignment=part.pk, due_at=later, reason="занят").status_code == 200
    assert post(desk, case, "part-withdraw/", assignment=part.pk, reason="справились").status_code == 200
    with acting(SYSTEM):
        part.refresh_from_db()
        assert part.state == "withdrawn"


def test_a_final_answer_of_a_joint_matter_asks_why_before_all_parts_are_over(desk, case):
    post(desk, case, "assign/", organisation=organisation().pk, task="Заменить",
         part_organisation=organisation(THIRD).pk, part_task="Кран", part_due="")
    who = make_staff(("coordinator", "gorod-kamyshin"))
    answer = save_draft(who, case.pk, text="Заменили.", base_version=None)
    send_to_review(who, answer.pk)
    approve(make_staff(("approver", "gorod-kamyshin")), answer.pk)
    refused = post(desk, case, f"answer/{answer.pk}/publish/")
    assert refused.status_code == 422
    assert "Не закончены части" in refused.content.decode()
    assert post(desk, case, f"answer/{answer.pk}/publish/", in_spite="житель уезжает").status_code == 200
    assert reread(case.pk).state == "answered"


@pytest.fixture
def disputed(case):
    hand_over(make_staff(("coordinator", "gorod-volzhskiy"), ("coordinator", "gorod-kamyshin")), case.pk,
              territory_id=place("gorod-volzhskiy").pk, reason="их улица")
    return case


@pytest.fixture
def upper(db):
    return logged_in(make_user(("coordinator", "volgograd")))


def test_from_the_second_hop_a_centre_asks_and_the_upper_level_does_it(disputed, upper):
    there = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    page = seen(there, disputed)
    assert "Попросить ЦУР решить" in page
    assert post(there, disputed, "ask-upper/", reason="").status_code == 422
    answer = post(there, disputed, "ask-upper/", reason="улица за ними", territory=place("gorod-kamyshin").pk)
    assert answer.status_code == 200
    assert "Ждёт решения ЦУР" in seen(there, disputed)
    queue = upper.get("/desk/", {"tab": "upper"}).content.decode()
    assert shown(disputed.number) in queue
    assert post(upper, disputed, "ask-upper/grant/").status_code == 200
    assert reread(disputed.pk).scope.code == "gorod-kamyshin"
    with acting(SYSTEM):
        assert UpperRequest.objects.get().state == "done"


def test_the_upper_level_keeps_it_with_words_the_centre_reads(disputed, upper):
    there = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    post(there, disputed, "ask-upper/", reason="спор")
    answer = post(upper, disputed, "ask-upper/grant/")
    assert answer.status_code == 422
    assert post(there, disputed, "ask-upper/keep/", words="сам").status_code == 422
    assert post(upper, disputed, "ask-upper/keep/", words="улица ваша").status_code == 200
    page = seen(there, disputed)
    assert "улица ваша" in page
    assert "Ждёт решения ЦУР" not in page


def test_a_centre_takes_its_request_back(disputed):
    there = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    post(there, disputed, "ask-upper/", reason="спор")
    assert post(there, disputed, "ask-upper/recall/").status_code == 200
    assert "Ждёт решения ЦУР" not in seen(there, disputed)


def test_a_case_goes_to_the_upper_level_and_stands_in_its_own_tab(desk, case, upper):
    assert "В ЦУР" in seen(desk, case)
    assert post(desk, case, "hand-over/", territory=place("volgograd").pk, reason="спор").status_code == 200
    own = upper.get("/desk/", {"tab": "upper_own"}).content.decode()
    assert shown(case.number) in own
    assert post(upper, case, "hand-over/", territory=place("gorod-kamyshin").pk, reason="ваше").status_code == 200
    assert reread(case.pk).scope.code == "gorod-kamyshin"


def test_the_desk_over_all_shows_whose_each_case_is_and_one_municipality_when_chosen(upper, case):
    other = make_case(code="gorod-volzhskiy", text="Яма на дороге у рынка")
    page = upper.get("/desk/", {"tab": "triage"}).content.decode()
    assert shown(case.number) in page
    assert shown(other.number) in page
    assert "Все муниципалитеты" in page
    assert "Решает ЦУР" in page
    chosen = upper.get("/desk/", {"tab": "triage", "territory": place("gorod-volzhskiy").pk}).content.decode()
    assert shown(case.number) not in chosen
    assert shown(other.number) in chosen


def test_a_curator_of_two_centres_chooses_between_these_and_sees_no_third(case):
    other = make_case(code="gorod-volzhskiy", text="Яма на дороге у рынка")
    third = make_case(code="gorod-mikhaylovka", text="Не вывозят мусор")
    curator = logged_in(make_user(("curator", "gorod-kamyshin"), ("curator", "gorod-volzhskiy")))
    page = curator.get("/desk/", {"tab": "triage"}).content.decode()
    assert shown(case.number) in page
    assert shown(other.number) in page
    assert shown(third.number) not in page
    offered = re.search(r'id="place-choice".*?</select>', page, re.S).group(0)
    assert offered.count("<option") == 3


def test_one_centre_has_neither_the_choice_nor_the_tabs_of_the_upper_level(desk, case):
    page = desk.get("/desk/", {"tab": "triage"}).content.decode()
    assert "Все муниципалитеты" not in page
    assert "Карточки ЦУР" not in page


def test_a_strangers_desk_does_nothing(case):
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    for tail, fields in (
        ("register/", {"regime": "law59", "number": "1", "registered_at": today()}), ("regime/", {"regime": "law59"}),
        ("sent/", {"registration": 1}), ("ask-upper/", {"reason": "x"}), ("part-due/", {"assignment": 1}),
        ("register-own/", {"register": 1}),
    ):
        assert post(stranger, case, tail, **fields).status_code == 404
    with acting(SYSTEM):
        assert not Registration.objects.exists()
