"""Decisions by law: who takes them, on what ground, to whom never, within which limit, and what they end."""

from datetime import date, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.answers.sending import sent
from otklik.cases.actions.complained import add_complained, remove_complained
from otklik.cases.actions.correspondence import forwarded, not_ours
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.law_outcomes import decide, done, prepare, rewrite, withdraw
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.law_authority import save_authority, take_authority_back
from otklik.cases.models import ComplainedOf, EarlierAnswer, LawDecision, Notice, Registration, Remark
from otklik.cases.outcome_filling import Given, stops_of
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations.models import Organisation
from tests.cases.invariants import check
from tests.cases.registering import LATER, NOW, by_law, clocks_of, local
from tests.cases.steps import RECEIVED, approver, coordinator, entries, received
from tests.making import SYSTEM, make_staff, make_user, organisation, place, reread

pytestmark = pytest.mark.django_db
NAME = "Проба Нина Ильинична"
PROSECUTOR = "Прокуратура"


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def head():
    return make_staff(("head", "gorod-kamyshin"), name="Глав Ян Олегович")


def appeal(who, regime="law59", number="А-17", **fields):
    """A case that stands under a law, registered on the day it came."""
    wanted = {"name": NAME, "email": "proba@example.test"} | fields
    case_id = received(**wanted).case_id
    transfer_regime(who, case_id, regime=regime, reason="по закону", now=NOW)
    return case_id, by_law(who, case_id, regime, number=number)


def prepared(who, case_id, entry, code, **given):
    return prepare(who, case_id, registration_id=entry.pk, code=code, given=Given(**given), now=NOW)


def letter_out(who, case_id, decision, **fields):
    wanted = {"number": "исх-9", "at": LATER, "signer": "Глава", "way": "post"} | fields
    return done(who, case_id, decision_id=decision.pk, now=LATER, **wanted)


def again(decision):
    with acting(SYSTEM):
        return LawDecision.objects.get(pk=decision.pk)


def test_a_court_decision_is_returned_within_seven_days_with_the_order_of_appeal(who):
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "court", reason="в апелляционном порядке в течение месяца")
    assert "№ А-17" in decision.text
    assert "в апелляционном порядке" in decision.text
    tell = clocks_of(case_id, "law59")["tell"]
    assert local(tell.due_at) == "2026-03-11 23:59:59"
    assert "часть 2 статьи 11 59-ФЗ" in " ".join(tell.why)
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    assert reread(case_id).state == "new", "until the letter has left, the limit runs"
    letter_out(who, case_id, decision)
    case = reread(case_id)
    assert (case.state, case.outcome) == ("closed", "explained")
    with acting(SYSTEM):
        row = Registration.objects.get(pk=entry.pk)
        assert (row.ended_by, row.out_number, row.signer, row.way) == ("decided", "исх-9", "Глава", "post")
    assert clocks_of(case_id, "law59")["tell"].stopped_at == LATER
    assert [e.verb for e in entries(case_id)][-3:] == ["law_prepare", "law_decide", "law_done"]
    assert "апелляционном" not in str([e.fields for e in entries(case_id)]), "the journal holds no words"
    check(case_id)


def test_only_the_head_stops_correspondence_and_only_upon_earlier_answers(who, head):
    case_id, entry = appeal(who)
    ready = {"reason": "о ремонте двора", "no_new": True, "earlier_text": "№ 1-о от 10.01.2026\n№ 2-о от 12.02.2026"}
    for missing, field in (("no_new", "no_new"), ("reason", "reason"), ("earlier_text", "earlier_text")):
        with pytest.raises(BadInput) as told:
            prepared(who, case_id, entry, "stopped", **(ready | {missing: "" if missing != "no_new" else False}))
        assert told.value.field == field
    with pytest.raises(BadInput, match="не меньше 2"):
        prepared(who, case_id, entry, "stopped", **(ready | {"earlier_text": "№ 1 от 10.01.2026\n№ 1 от 10.01.2026"}))
    with pytest.raises(BadInput, match="позже самого обращения"):
        prepared(who, case_id, entry, "stopped", **(ready | {"earlier_text": "№ 1-о от 10.01.2026\n№ 2 от 05.03.2026"}))
    decision = prepared(who, case_id, entry, "stopped", **ready)
    assert "вопрос (о ремонте двора) Вам давались" in decision.text
    for other in (who, approver(), make_staff(("operator", "gorod-kamyshin"))):
        with pytest.raises(Refused, match="решает"):
            decide(other, case_id, decision_id=decision.pk, now=LATER)
    with pytest.raises(Refused, match="этого муниципалитета"):
        decide(make_staff(("head", "volgograd")), case_id, decision_id=decision.pk, now=LATER)
    assert again(decision).state == "prepared"
    assert told_of(head, case_id) == [""], "the head is told that a decision waits"
    decide(head, case_id, decision_id=decision.pk, now=LATER)
    assert told_of(who, case_id) == ["Решение принято, отправьте письмо."], "and who prepared it, that it is taken"
    letter_out(head, case_id, decision)
    case = reread(case_id)
    assert (case.state, case.outcome) == ("closed", "left")
    check(case_id)


def told_of(person, case_id):
    with acting(SYSTEM):
        rows = Notice.objects.filter(user_id=person.user_id, case_id=case_id, kind="decision")
        return list(rows.values_list("words", flat=True))


def test_a_later_appeal_about_the_same_is_joined_to_the_decision_and_shows_the_earlier_answers(who, head):
    earlier = []
    for number in ("1-о", "2-о"):
        old, row = appeal(who, number=f"А-{number}", text=f"Двор не ремонтируют {number}")
        sent(who, old, registration_id=row.pk, number=number, at=RECEIVED, signer="Глава", way="email", now=NOW)
        earlier.append(row.pk)
    case_id, entry = appeal(who, number="А-20", text="Снова двор")
    decision = prepared(who, case_id, entry, "stopped", reason="о дворе", no_new=True, earlier_ids=tuple(earlier))
    assert "№ 1-о" in decision.text
    assert "№ 2-о" in decision.text
    decide(head, case_id, decision_id=decision.pk, now=LATER)
    later, again_entry = appeal(who, number="А-21", text="И опять двор")
    assert not list_of_stops(later), "until the resident is told, nothing is stopped"
    letter_out(head, case_id, decision)
    assert list_of_stops(later) == [decision.pk]
    with pytest.raises(BadInput):
        prepared(who, later, again_entry, "same_stopped", no_new=True)
    joined = prepared(who, later, again_entry, "same_stopped", no_new=True, stop_id=decision.pk)
    assert joined.stopped_by_id == decision.pk
    assert "исх. № исх-9" in joined.text
    with acting(SYSTEM):
        assert set(EarlierAnswer.objects.filter(decision=joined).values_list("number", flat=True)) == {"1-о", "2-о"}
    decide(head, later, decision_id=joined.pk, now=LATER)
    letter_out(head, later, joined)
    check(later)


def list_of_stops(case_id):
    with acting(SYSTEM):
        return [row.pk for row in stops_of(reread(case_id))]


def test_an_answer_to_somebody_else_is_no_earlier_answer(who):
    other, row = appeal(who, name="Другая Ия", email="drugaya@example.test", text="Другой двор")
    sent(who, other, registration_id=row.pk, number="9", at=RECEIVED, signer="Глава", way="email", now=NOW)
    case_id, entry = appeal(who, number="А-20", text="Двор")
    with pytest.raises(BadInput) as told:
        prepared(who, case_id, entry, "stopped", reason="о дворе", no_new=True, earlier_ids=(row.pk,))
    assert told.value.field == "earlier"


def test_an_authorised_official_stops_correspondence_by_an_act_while_it_holds(who):
    user = make_user(("approver", "gorod-kamyshin"), name="Замов Ян Ильич")
    deputy = make_staff(("approver", "gorod-kamyshin"))
    deputy = type(deputy)(user.pk, user.short_name, deputy.grants, deputy.sees)
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "abuse", reason="оскорбления должностного лица")
    with pytest.raises(Refused):
        decide(deputy, case_id, decision_id=decision.pk, now=LATER)
    fields = {"user_id": user.pk, "territory_id": place("gorod-kamyshin").pk, "act_number": "15-р"}
    with pytest.raises(Refused):
        save_authority(who, **fields, act_date=date(2026, 3, 1), until=None, now=NOW)
    with pytest.raises(BadInput) as told:
        save_authority(SYSTEM, **fields, act_date=date(2026, 3, 9), until=None, now=NOW)
    assert told.value.field == "act_date"
    ended = save_authority(SYSTEM, **fields, act_date=date(2026, 2, 1), until=date(2026, 3, 3), now=NOW)
    with pytest.raises(Refused):
        decide(deputy, case_id, decision_id=decision.pk, now=LATER)
    save_authority(SYSTEM, **fields, act_date=date(2026, 3, 1), until=None, now=NOW)
    decide(deputy, case_id, decision_id=decision.pk, now=LATER)
    assert again(decision).authority == "акт № 15-р от 01.03.2026"
    take_authority_back(SYSTEM, ended.pk, now=NOW)
    with pytest.raises(NotYours):
        take_authority_back(SYSTEM, ended.pk, now=NOW)


def test_signs_of_a_crime_are_sent_on_even_without_a_name_and_nobody_is_written_to(who):
    case_id, entry = appeal(who, name="", email="")
    with pytest.raises(BadInput):
        prepared(who, case_id, entry, "crime", body=PROSECUTOR)
    decision = prepared(who, case_id, entry, "crime", body=PROSECUTOR, reason="о поджоге, назван подозреваемый")
    assert (decision.tells, decision.text) == (False, "")
    assert local(clocks_of(case_id, "law59")["forward"].due_at) == "2026-03-11 23:59:59"
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    assert reread(case_id).state == "new", "it has still to be sent on"
    letter_out(who, case_id, decision)
    case = reread(case_id)
    assert (case.state, case.outcome) == ("closed", "not_ours")
    with acting(SYSTEM):
        row = Registration.objects.get(pk=entry.pk)
        assert (row.ended_by, row.forwarded_to) == ("forwarded", PROSECUTOR)
    check(case_id)


def test_without_a_name_there_is_no_answer_and_with_name_and_address_there_is(who):
    known, entry = appeal(who)
    with pytest.raises(Refused, match="известны"):
        prepared(who, known, entry, "anonymous", reason="нет адреса")
    case_id, entry = appeal(who, name="", email="", number="А-30")
    with pytest.raises(BadInput) as told:
        prepared(who, case_id, entry, "unclear", reason="о чём речь")
    assert told.value.field == "addressee"
    decision = prepared(who, case_id, entry, "anonymous", reason="нет фамилии")
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    assert (again(decision).state, reread(case_id).outcome) == ("done", "left")
    check(case_id)


def test_whoever_cannot_be_read_is_told_only_if_name_and_address_can_be(who):
    case_id, entry = appeal(who, name="", email="")
    with pytest.raises(BadInput) as told:
        prepared(who, case_id, entry, "unreadable", reason="весь текст")
    assert told.value.field == "readable"
    silent = prepared(who, case_id, entry, "unreadable", reason="весь текст", readable=False)
    assert not silent.tells
    withdraw(who, case_id, decision_id=silent.pk, reason="фамилию разобрали", now=NOW)
    told_one = prepared(who, case_id, entry, "unreadable", reason="весь текст", readable=True, addressee="Проба Н. И.")
    assert told_one.tells
    assert clocks_of(case_id, "law59")["tell"].stopped_at is None


def test_a_complaint_never_goes_to_whom_it_is_about_nor_to_those_under_them(who):
    case_id, entry = appeal(who)
    body = organisation()
    with acting(SYSTEM), widened():
        under = Organisation.objects.create(
            code="adm-proba-roads", name="Отдел дорог Камышина", short_name="Отдел дорог", name_key="отдел дорог",
            kind="department", territory=place("gorod-kamyshin"), parent=body,
        )
    row = add_complained(who, case_id, organisation_id=body.pk, now=NOW)
    assert add_complained(who, case_id, organisation_id=body.pk, now=NOW).pk == row.pk
    for given in (
        {"organisation_id": body.pk}, {"organisation_id": under.pk}, {"body": body.name.lower()},
        {"body": "отдел дорог Камышина"},
    ):
        with pytest.raises(BadInput, match="Жалобу нельзя"):
            prepared(who, case_id, entry, "forward", reason="их вопрос", **given)
    not_ours(who, case_id, registration_id=entry.pk, reason="их вопрос", now=NOW)
    sending = {"number": "7", "at": LATER, "signer": "Глава", "notified": True, "not_complained_of": True}
    for to, chosen in ((body.short_name, None), ("Куда следует", under.pk)):
        with pytest.raises(BadInput, match="Жалобу нельзя"):
            forwarded(who, case_id, registration_id=entry.pk, to=to, organisation_id=chosen, now=LATER, **sending)
    decision = prepared(who, case_id, entry, "forward", reason="их вопрос", body=PROSECUTOR)
    add_complained(who, case_id, name=PROSECUTOR, now=NOW)
    with pytest.raises(BadInput, match="Жалобу нельзя"):
        decide(who, case_id, decision_id=decision.pk, now=LATER)
    with acting(SYSTEM):
        ids = list(ComplainedOf.objects.filter(case_id=case_id).values_list("pk", flat=True))
    remove_complained(who, case_id, complained_id=ids[1], now=NOW)
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    letter_out(who, case_id, decision)
    assert reread(case_id).outcome == "not_ours"
    check(case_id)


def test_when_nobody_else_could_decide_the_complaint_is_returned_with_the_way_to_court(who):
    case_id, entry = appeal(who)
    with pytest.raises(BadInput, match="на кого жалуются"):
        prepared(who, case_id, entry, "complaint_returned", reason="больше некому")
    add_complained(who, case_id, organisation_id=organisation().pk, now=NOW)
    decision = prepared(who, case_id, entry, "complaint_returned", reason="другого органа нет")
    assert organisation().name in decision.text
    assert "в суде" in decision.text


def test_a_matter_of_migration_is_sent_on_in_five_days_whatever_is_known_of_the_registration_later(who):
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "migration", body="Управление МВД", also="Губернатор")
    assert local(clocks_of(case_id, "law59")["forward"].due_at) == "2026-03-09 23:59:59"
    by_law(who, case_id, status="в работе", now=LATER)
    assert local(clocks_of(case_id, "law59")["forward"].due_at) == "2026-03-09 23:59:59"
    withdraw(who, case_id, decision_id=decision.pk, reason="не миграция", now=LATER)
    assert clocks_of(case_id, "law59")["forward"].stopped_by == "withdrawn"
    with acting(SYSTEM):
        assert Registration.objects.get(pk=entry.pk).not_ours_at is None
    check(case_id)


def test_a_limit_that_a_person_had_set_outlives_the_decision_that_is_taken_back(who):
    case_id, entry = appeal(who)
    not_ours(who, case_id, registration_id=entry.pk, reason="не наше", now=NOW - timedelta(minutes=5))
    decision = prepared(who, case_id, entry, "migration", body="Управление МВД", also="Губернатор")
    withdraw(who, case_id, decision_id=decision.pk, reason="не миграция", now=LATER)
    clock = clocks_of(case_id, "law59")["forward"]
    assert (clock.stopped_at, local(clock.due_at)) == (None, "2026-03-11 23:59:59")


def test_an_answer_published_for_all_answers_the_next_one_too(who):
    case_id, entry = appeal(who)
    for fields, wrong in (
        ({"url": "сайт", "published_on": date(2026, 3, 4)}, "url"), ({"url": "https://example.test/1"}, "published_on"),
        ({"url": "https://example.test/1", "published_on": date(2027, 1, 1)}, "published_on"),
        ({"url": "javascript:alert(1)", "published_on": date(2026, 3, 4)}, "url"),
        ({"url": "https://example.test/1", "published_on": date(2026, 3, 4)}, "impersonal"),
    ):
        with pytest.raises(BadInput) as told:
            prepared(who, case_id, entry, "site_answer", **fields)
        assert told.value.field == wrong
    fields = {"url": "https://example.test/1", "published_on": date(2026, 3, 4)}
    decision = prepared(who, case_id, entry, "site_answer", impersonal=True, **fields)
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    letter_out(who, case_id, decision, way="email")
    with acting(SYSTEM):
        assert Registration.objects.get(pk=entry.pk).ended_by == "sent"
    later, next_entry = appeal(who, number="А-31", text="Тот же вопрос")
    answer = prepared(who, later, next_entry, "published", **fields)
    assert "https://example.test/1" in answer.text
    assert local(clocks_of(later, "law59")["tell"].due_at) == "2026-03-11 23:59:59"


def test_a_request_of_law8_is_refused_with_its_ground_or_asked_back_and_goes_on(who):
    case_id, entry = appeal(who, "law8")
    with pytest.raises(Refused, match="другого режима"):
        prepared(who, case_id, entry, "court", reason="x")
    asked = prepared(who, case_id, entry, "l8_clarify", reason="за какой год")
    decide(who, case_id, decision_id=asked.pk, now=LATER)
    letter_out(who, case_id, asked)
    assert reread(case_id).state == "new", "a question back ends nothing"
    assert clocks_of(case_id, "law8")["answer"].stopped_at is None
    with pytest.raises(BadInput, match="не меньше 1"):
        prepared(who, case_id, entry, "l8_given_before")
    decision = prepared(who, case_id, entry, "l8_given_before", earlier_text="№ 3 от 01.02.2026")
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    letter_out(who, case_id, decision)
    assert reread(case_id).state == "closed"
    check(case_id)


def test_a_decision_about_one_of_two_leaves_the_case_to_the_other(who):
    case_id = received(name=NAME, email="proba@example.test").case_id
    entry = by_law(who, case_id)
    decision = prepared(who, case_id, entry, "unclear", reason="о чём речь")
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    letter_out(who, case_id, decision)
    assert reread(case_id).state == "new", "on our page they still wait"
    check(case_id)


def test_an_answer_that_was_sent_after_all_takes_the_waiting_decision_away(who):
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "unclear", reason="о чём речь")
    with pytest.raises(Refused, match="уже готовят"):
        prepared(who, case_id, entry, "court", reason="в суд")
    sent(who, case_id, registration_id=entry.pk, number="5", at=LATER, signer="Глава", way="post", now=LATER)
    assert again(decision).state == "withdrawn"
    check(case_id)


def test_the_letter_is_changed_until_it_is_decided_and_no_edit_is_lost(who):
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "unclear", reason="о чём речь")
    was = decision.text
    rewrite(who, case_id, decision_id=decision.pk, text="Поясните, о чём речь.", was=was, now=NOW)
    with pytest.raises(Refused, match="только что изменили"):
        rewrite(who, case_id, decision_id=decision.pk, text="Другой текст", was=was, now=NOW)
    with pytest.raises(BadInput):
        rewrite(who, case_id, decision_id=decision.pk, text=" ", was="Поясните, о чём речь.", now=NOW)
    decide(who, case_id, decision_id=decision.pk, now=LATER)
    with pytest.raises(Refused, match="уже изменили"):
        rewrite(who, case_id, decision_id=decision.pk, text="Ещё", was="Поясните, о чём речь.", now=LATER)


def test_a_stranger_and_who_may_not_do_nothing_here(who):
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "unclear", reason="о чём речь")
    stranger = make_staff(("head", "gorod-volzhskiy"))
    for call in (
        lambda: prepared(stranger, case_id, entry, "court", reason="x"),
        lambda: decide(stranger, case_id, decision_id=decision.pk, now=LATER),
        lambda: letter_out(stranger, case_id, decision), lambda: add_complained(stranger, case_id, name="x"),
        lambda: rewrite(stranger, case_id, decision_id=decision.pk, text="x", was=""),
        lambda: withdraw(stranger, case_id, decision_id=decision.pk, reason="x"),
    ):
        with pytest.raises(NotYours):
            call()
    other, _entry = appeal(who, number="А-40", text="Другое")
    with pytest.raises(NotYours):
        decide(who, other, decision_id=decision.pk, now=LATER)
    with pytest.raises(Refused):
        prepared(approver(), case_id, entry, "court", reason="x")
    with acting(stranger):
        assert not LawDecision.objects.exists()
    with acting(SYSTEM):
        assert not Remark.objects.filter(case_id=case_id, verb="law_decide").exists()


def test_the_decision_goes_with_its_case_to_another_centre(who):
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "unclear", reason="о чём речь")
    hand_over(make_staff(("coordinator", "gorod-kamyshin"), ("coordinator", "gorod-volzhskiy")), case_id,
              territory_id=place("gorod-volzhskiy").pk, reason="их улица", now=LATER)
    with pytest.raises(NotYours):
        decide(who, case_id, decision_id=decision.pk, now=LATER)
    decide(make_staff(("head", "gorod-volzhskiy")), case_id, decision_id=decision.pk, now=LATER)
