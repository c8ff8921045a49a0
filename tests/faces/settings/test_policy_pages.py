"""A regulation is changed in plain fields, looked at, and only then adopted; own registers are switched on here."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import Clock, Register
from otklik.cases.numbers import shown
from otklik.cases.rejudging import apply_adopted
from otklik.journal.models import Entry
from otklik.policy.loading import policy_for
from otklik.policy.models import PolicyVersion
from tests.making import SYSTEM, logged_in, make_case, make_user, organisation, place

pytestmark = pytest.mark.django_db
ADDRESS = "/settings/policies/change/"


def administrator(code="volgograd"):
    return logged_in(make_user(("administrator", code)))


def fields_of(client, regime="social", code="volgograd", **changes):
    """The form as it is offered, with some fields changed."""
    page = client.get(ADDRESS, {"regime": regime, "territory": place(code).pk})
    form = page.context["form"]
    sent = {"regime": regime, "territory": place(code).pk, "action": "preview"}
    for name in form.fields:
        value = form[name].value()
        if value is not None and value is not False:
            sent[name] = value if value is not True else "on"
    return sent | {"source": "Регламент области № 5 от 01.11.2026"} | changes


def test_a_preview_shows_field_by_field_what_changes_with_dates_by_both_and_adopts_nothing():
    client = administrator()
    case = make_case()
    page = client.post(ADDRESS, fields_of(client, answer_limit=16, react_limit_3=2, react_unit_3="hours"))
    text = page.content.decode()
    assert page.status_code == 200
    rows = {what: (was, will) for what, was, will in page.context["differences"]}
    assert rows["Срок «ответ»"] == ("8 рабочих часов", "16 рабочих часов")
    assert rows["Срок «первое действие» при важности 3"] == ("1 рабочий час", "2 часа круглосуточно")
    assert "Срок «окончательный ответ»" not in rows
    assert "1 открытая карточка останется на прежней версии" in text
    assert any(one.was != one.will_be for one in page.context["examples"])
    assert not PolicyVersion.objects.filter(territory=place("volgograd")).exists()
    assert case.pk


def adopted(client, sent):
    seen = client.post(ADDRESS, sent).context["seen"]
    return client.post(ADDRESS, sent | {"action": "adopt", "seen": seen})


def test_what_was_seen_is_adopted_and_open_cases_keep_their_version():
    client = administrator()
    old, before = make_case(), policy_for("social", timezone.localdate()).reference
    assert adopted(client, fields_of(client, answer_limit=16)).status_code == 302
    new = make_case()
    with acting(SYSTEM):
        versions = {
            c.case_id: c.policy_version for c in Clock.objects.filter(kind="answer", case_id__in=[old.pk, new.pk])
        }
        assert Entry.objects.filter(stream="policy:social", verb="policy.adopted").count() == 1
    region = place("volgograd").pk
    assert versions == {old.pk: before, new.pk: f"social-1@{region}"}
    policy = policy_for("social", timezone.localdate(), [region])
    assert policy.rule("answer").limit.amount == 16
    assert policy.rule("answer").limit_for(3).amount == 4, "exceptions that nobody touched stay"


def test_changed_after_the_look_is_looked_at_again():
    client = administrator()
    sent = fields_of(client, answer_limit=16)
    seen = client.post(ADDRESS, sent).context["seen"]
    page = client.post(ADDRESS, sent | {"answer_limit": 17, "action": "adopt", "seen": seen})
    assert "Посмотрите ещё раз" in page.content.decode()
    assert not PolicyVersion.objects.filter(territory=place("volgograd")).exists()
    page = client.post(ADDRESS, sent | {"action": "adopt"})
    assert not PolicyVersion.objects.filter(territory=place("volgograd")).exists(), "without a look nothing is adopted"


def test_one_centre_has_its_own_rules_and_the_others_keep_theirs():
    client = administrator("gorod-kamyshin")
    assert adopted(client, fields_of(client, code="gorod-kamyshin", approval="no")).status_code == 302
    today = timezone.localdate()
    assert policy_for("social", today, [place("gorod-kamyshin").pk]).approval == ()
    assert policy_for("social", today, [place("gorod-volzhskiy").pk]).approval == ("approver",)


def test_a_law_is_changed_by_its_own_fields():
    client = administrator()
    assert adopted(client, fields_of(client, "law59", answer_limit=25, answer_extension=20)).status_code == 302
    policy = policy_for("law59", timezone.localdate(), [place("volgograd").pk])
    rule = policy.rule("answer")
    assert (rule.limit.amount, rule.extension.days, rule.stops) == (25, 20, ("sent",))
    assert policy.rule("forward").condition


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"answer_limit": ""}, "answer_limit"), ({"answer_limit": "-1"}, "answer_limit"),
        ({"answer_limit": "восемь"}, "answer_limit"), ({"answer_limit": "99999"}, "answer_limit"),
        ({"answer_unit": "weeks"}, "answer_unit"), ({"source": " "}, "source"), ({"warn_2": "40"}, "warn_2"),
        ({"warn_3": "101"}, "warn_3"), ({"valid_from": "31.02.2027"}, "valid_from"), ({"title": ""}, "title"),
        ({"valid_from": (timezone.localdate() - timedelta(days=1)).isoformat()}, "valid_from"),
        ({"reopen_importance_max": "5"}, "reopen_importance_max"), ({"approval": "может"}, "approval"),
        ({"answer_limit_3": "много"}, "answer_limit_3"),
    ],
)
def test_wrong_content_is_told_beside_its_field(wrong, field):
    client = administrator()
    page = client.post(ADDRESS, fields_of(client, **wrong))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "differences" not in page.context


def test_nobody_else_changes_a_regulation():
    for role, code in (("coordinator", "volgograd"), ("security", "volgograd")):
        assert logged_in(make_user((role, code))).get(ADDRESS).status_code == 403
    client = administrator("gorod-kamyshin")
    for code in ("volgograd", "gorod-volzhskiy"):
        assert client.get(ADDRESS, {"territory": place(code).pk}).status_code == 404
    assert client.get(ADDRESS, {"regime": "moon"}).status_code == 404
    assert "Изменить регламент" not in logged_in(make_user(("operator", "gorod-kamyshin"))).get(
        "/settings/policies/").content.decode()


def test_an_administrator_switches_an_own_register_on():
    client = administrator("gorod-kamyshin")
    body = organisation()
    sent = {"body": body.pk, "regime": "law59", "act_number": "12-п", "act_date": "2026-02-01", "is_on": "on"}
    assert client.post("/settings/registers/", sent).status_code == 302
    assert Register.objects.get().is_on
    page = client.get("/settings/registers/").content.decode()
    assert "акт № 12-п" in page.replace("\xa0", " ")
    assert "номеров в этом году нет" in page
    assert client.post("/settings/registers/", sent | {"is_on": ""}).status_code == 302
    assert not Register.objects.get().is_on
    assert "Изменён свой журнал регистрации" in client.get("/settings/journal/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"act_number": ""}, "act_number"), ({"act_date": "завтра"}, "act_date"), ({"act_date": "2099-01-01"}, "act_date"),
     ({"body": "1"}, "body"), ({"regime": "pos"}, "regime")],
)
def test_a_register_without_its_act_is_not_switched_on(wrong, field):
    client = administrator("gorod-kamyshin")
    sent = {"body": organisation().pk, "regime": "law59", "act_number": "1", "act_date": "2026-02-01", "is_on": "on"}
    page = client.post("/settings/registers/", sent | wrong)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Register.objects.exists()


def test_a_body_of_elsewhere_is_not_offered():
    client = administrator("gorod-kamyshin")
    sent = {
        "body": organisation("adm-gorod-volzhskiy").pk, "regime": "law59", "act_number": "1", "act_date": "2026-02-01",
    }
    assert client.post("/settings/registers/", sent).status_code == 422
    assert logged_in(make_user(("coordinator", "gorod-kamyshin"))).get("/settings/registers/").status_code == 403


def test_the_preview_lists_open_cases_with_both_dates_and_gives_the_whole_list_to_carry_away():
    client, case = administrator(), make_case()
    sent = fields_of(client, answer_limit=16)
    page = client.post(ADDRESS, sent)
    assert [one.number for one in page.context["for_open"].listed] == [shown(case.number)]
    assert "Что изменится для открытых карточек" in page.content.decode()
    table = client.post(ADDRESS, sent | {"action": "export"})
    assert table["Content-Disposition"].startswith("attachment")
    assert shown(case.number) in table.content.decode()
    assert case.text not in table.content.decode()
    assert not PolicyVersion.objects.exclude(over="").exists()


def test_open_cases_follow_the_new_version_only_where_the_person_chose_so():
    client, case = administrator(), make_case()
    assert adopted(client, fields_of(client, answer_limit=16) | {"open_cases": "judge"}).status_code == 302
    assert apply_adopted(timezone.now()) == 1
    with acting(SYSTEM):
        row = Clock.objects.get(case=case, kind="answer")
    assert row.policy_version == f"social-1@{place('volgograd').pk}"


def test_reasons_and_caps_of_pauses_are_fields_and_a_reason_that_stayed_keeps_its_code():
    client = administrator()
    sent = fields_of(client, pause_cap=6, reason0="ждём уточнения от жителя", reason0_most=3, reason1="ждём суда")
    sent |= {f"reason{n}": "" for n in range(2, 8)}
    page = client.post(ADDRESS, sent)
    rows = {what: will for what, _was, will in page.context["differences"]}
    assert rows["Паузы вместе не дольше, рабочих дней"] == "6"
    assert rows["Причины паузы"].startswith("ждём уточнения от жителя — до 3 рабочих дней; ждём суда")
    assert adopted(client, sent).status_code == 302
    policy = policy_for("social", timezone.localdate(), [place("volgograd").pk])
    assert [(one.code, one.most) for one in policy.pause_reasons] == [("resident", 3), ("own1", None)]
    twice = client.post(ADDRESS, sent | {"reason2": "ждём суда"})
    assert twice.status_code == 422
    assert "названа дважды" in twice.content.decode()


def test_a_decree_is_entered_on_the_page_of_its_year_by_the_regions_administrator():
    client, address = administrator(), "/settings/calendar/RU/2027/"
    assert "Календарь 2027 года предварительный" in client.get("/settings/policies/").content.decode()
    bad = {"source": "акт", "from0": "2027-01-02"}
    assert client.post(address, bad).status_code == 422
    wrong = client.post(address, bad | {"to0": "2027-01-04"})
    assert wrong.status_code == 422
    assert "нерабочий день" in wrong.content.decode()
    assert administrator("gorod-kamyshin").post(address, bad | {"to0": "2027-01-11"}).status_code == 403
    assert client.post(address, bad | {"to0": "2027-01-11"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Внести постановление" not in page
    assert "предварительный" not in client.get("/settings/policies/").content.decode()
