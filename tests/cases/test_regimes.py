"""A case under several regimes: registrations, their clocks, what stops them; moved only by a person."""

from datetime import timedelta

import pytest

from otklik.acting import acting
from otklik.answers.jobs import close_silent
from otklik.answers.publishing import publish
from otklik.answers.sending import sent
from otklik.cases.actions.close import close, close_by_silence
from otklik.cases.actions.correspondence import ask_extension, extend, forwarded, not_ours
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.register import register_mirror, unregister
from otklik.cases.actions.resident import refute
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.gate import passing
from otklik.cases.lifecycle import MOVES
from otklik.cases.models import Case, Clock, Registration, Remark
from otklik.cases.resident_links import open_link
from otklik.failures import BadInput, NotYours, Refused
from tests.cases.invariants import check
from tests.cases.registering import LATER, NOW, by_law, clocks_of, local
from tests.cases.steps import RECEIVED, answered, approved, approver, coordinator, entries, o_clock, received
from tests.making import SYSTEM, at, make_staff, place, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def case_id():
    return received().case_id


def test_a_registration_puts_the_clocks_of_its_law_beside_those_of_the_case(who, case_id):
    by_law(who, case_id)
    social, law = clocks_of(case_id, "social"), clocks_of(case_id, "law59")
    assert social["answer"].stopped_at is None
    assert set(law) == {"register", "answer"}, "forwarding has a condition, and nobody said that it holds"
    assert law["register"].stopped_by == "registered"
    assert local(law["answer"].due_at) == "2026-04-03 23:59:59"
    case = reread(case_id)
    assert case.regime == "social"
    assert case.due_at == social["answer"].due_at, "what runs out first is what is due"
    check(case_id)


def test_the_date_of_the_other_system_wins_over_our_reckoning(who, case_id):
    due = at("2026-03-20 23:59")
    entry = by_law(who, case_id, due_at=due, status="на исполнении")
    assert clocks_of(case_id, "law59")["answer"].due_at == due
    again = by_law(who, case_id, number="А-17/1", due_at=due + timedelta(days=3), now=LATER)
    assert again.pk == entry.pk
    assert (again.number, again.source_status) == ("А-17/1", "на исполнении")
    assert clocks_of(case_id, "law59")["answer"].due_at == due + timedelta(days=3)
    check(case_id)


def test_saying_the_same_again_is_nothing(who, case_id):
    by_law(who, case_id)
    by_law(who, case_id, now=LATER)
    assert len(entries(case_id, "register")) == 1


def test_three_regimes_at_once_each_with_its_own_clock(who, case_id):
    by_law(who, case_id)
    by_law(who, case_id, "law8", number="З-3")
    register_mirror(who, case_id, regime="pos", number="ПОС-1", now=NOW)
    with acting(SYSTEM):
        running = Clock.objects.filter(case_id=case_id, kind="answer", stopped_at=None)
        assert {c.regime for c in running} == {"social", "law59", "law8", "pos"}
    assert "Срок не подтверждён" in " ".join(clocks_of(case_id, "pos")["answer"].why)
    check(case_id)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"number": ""}, "number"), ({"registered_at": None}, "registered_at"),
        ({"registered_at": NOW + timedelta(days=1)}, "registered_at"),
        ({"registered_at": RECEIVED - timedelta(days=3)}, "registered_at"),
        ({"received_at": NOW + timedelta(days=1)}, "received_at"), ({"due_at": RECEIVED - timedelta(days=1)}, "due_at"),
        ({"regime": "social"}, "regime"), ({"number": "9" * 101}, "number"),
    ],
)
def test_what_cannot_be_so_is_told_beside_its_field(who, case_id, fields, wrong):
    with pytest.raises(BadInput) as told:
        by_law(who, case_id, **fields)
    assert told.value.field == wrong
    assert not clocks_of(case_id, "law59")


def test_a_stranger_registers_nothing_and_an_approver_may_not(case_id):
    with pytest.raises(NotYours):
        by_law(make_staff(("coordinator", "gorod-volzhskiy")), case_id)
    with pytest.raises(Refused):
        by_law(approver(), case_id)


def test_sent_stops_the_clocks_of_that_registration_at_its_time(who, case_id):
    transfer_regime(who, case_id, regime="law59", reason="подписано и с адресом", now=NOW)
    entry = by_law(who, case_id)
    done = o_clock("12:10")
    sent(who, case_id, registration_id=entry.pk, number="исх-5", at=done, signer="Глава", way="post", now=LATER)
    clock = clocks_of(case_id, "law59")["answer"]
    assert (clock.stopped_at, clock.stopped_by) == (done, "sent")
    case = reread(case_id)
    assert (case.state, case.answered_at) == ("answered", done)
    check(case_id)


def test_what_was_sent_stands_in_the_thread_as_the_answer(who, case_id):
    transfer_regime(who, case_id, regime="law59", reason="по закону", now=NOW)
    entry = by_law(who, case_id)
    answer = approved(who, case_id, o_clock("12:20"))
    with pytest.raises(Refused, match="Отправлено"):
        publish(who, answer.pk, now=LATER)
    sent(who, case_id, registration_id=entry.pk, number="5", at=LATER, signer="Глава", way="email", now=LATER)
    with acting(SYSTEM):
        answer.refresh_from_db()
        assert (answer.state, answer.published_at) == ("published", LATER)
        assert answer.message.text == "Лампу заменили."
    check(case_id)


def test_an_answer_on_our_page_does_not_end_what_stands_in_a_register(who, case_id):
    entry = by_law(who, case_id)
    answered(who, case_id, LATER)
    case = reread(case_id)
    assert (case.state, case.answered_at) == ("new", LATER)
    assert clocks_of(case_id, "social")["answer"].stopped_at == LATER
    assert clocks_of(case_id, "law59")["answer"].stopped_at is None
    assert case.due_at == clocks_of(case_id, "law59")["answer"].due_at
    sent(who, case_id, registration_id=entry.pk, number="1", at=LATER, signer="Глава", way="hand", now=LATER)
    assert reread(case_id).state == "answered"
    check(case_id)


def test_a_letter_does_not_end_what_the_resident_waits_for_on_our_page(who, case_id):
    entry = by_law(who, case_id)
    sent(who, case_id, registration_id=entry.pk, number="1", at=NOW, signer="Глава", way="hand", now=LATER)
    assert reread(case_id).state == "new"
    assert clocks_of(case_id, "social")["answer"].stopped_at is None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"number": ""}, "number"), ({"signer": " "}, "signer"), ({"way": "dove"}, "way"),
     ({"at": LATER + timedelta(days=1)}, "at"), ({"at": RECEIVED - timedelta(days=1)}, "at")],
)
def test_a_letter_needs_number_signer_way_and_a_possible_day(who, case_id, fields, wrong):
    entry = by_law(who, case_id)
    wanted = {"number": "1", "at": NOW, "signer": "Глава", "way": "post"} | fields
    with pytest.raises(BadInput) as told:
        sent(who, case_id, registration_id=entry.pk, now=LATER, **wanted)
    assert told.value.field == wrong


def test_forwarding_has_its_limit_only_once_a_person_says_not_ours(who, case_id):
    transfer_regime(who, case_id, regime="law59", reason="по закону", now=NOW)
    entry = by_law(who, case_id)
    not_ours(who, case_id, registration_id=entry.pk, reason="дороги области", now=LATER)
    clock = clocks_of(case_id, "law59")["forward"]
    assert local(clock.due_at) == "2026-03-11 23:59:59", "seven days of the registration"
    with pytest.raises(BadInput) as told:
        forward(who, case_id, entry, not_complained_of=False)
    assert told.value.field == "not_complained_of"
    forward(who, case_id, entry)
    case = reread(case_id)
    assert (case.state, case.outcome) == ("closed", "not_ours")
    with acting(SYSTEM):
        row = Registration.objects.get(pk=entry.pk)
        assert (row.ended_by, row.forwarded_to) == ("forwarded", "Комитет дорог")
    check(case_id)


def forward(who, case_id, entry, **fields):
    wanted = {
        "to": "Комитет дорог", "number": "7", "at": LATER, "signer": "Глава", "notified": True,
        "not_complained_of": True,
    } | fields
    return forwarded(who, case_id, registration_id=entry.pk, now=LATER, **wanted)


def test_forwarding_one_of_two_leaves_the_case_open(who, case_id):
    entry = by_law(who, case_id)
    not_ours(who, case_id, registration_id=entry.pk, reason="не наше", now=LATER)
    forward(who, case_id, entry)
    assert reread(case_id).state == "new"
    check(case_id)


def put_off(who, case_id, entry, days, told):
    return extend(
        who, case_id, registration_id=entry.pk, days=days, reason="запросы", noticed_at=told, decided_by="глава",
        now=told,
    )


def test_an_answer_of_law59_is_put_off_by_at_most_30_days_with_notice_before_its_date(who, case_id):
    entry = by_law(who, case_id)
    with pytest.raises(BadInput, match="кто решил") as told:
        extend(who, case_id, registration_id=entry.pk, days=30, reason="запросы", noticed_at=LATER, now=LATER)
    assert told.value.field == "decided_by", "by 59-ФЗ, 12, part 2 the head decides: a coordinator says who did"
    with pytest.raises(BadInput, match="30 дней"):
        put_off(who, case_id, entry, 31, LATER)
    put_off(who, case_id, entry, 30, LATER)
    clock = clocks_of(case_id, "law59")["answer"]
    assert local(clock.due_at) == "2026-05-03 23:59:59"
    assert "Срок продлён на 30 дней" in " ".join(clock.why)
    assert "запросы" not in " ".join(clock.why), "a reason may name somebody, and the words of a clock stay for good"
    with pytest.raises(Refused, match="уже продлевали"):
        put_off(who, case_id, entry, 1, LATER)
    by_law(who, case_id, status="продлено", now=LATER)
    assert local(clocks_of(case_id, "law59")["answer"].due_at) == "2026-05-03 23:59:59"
    check(case_id)


def test_a_late_notice_puts_nothing_off(who, case_id):
    entry = by_law(who, case_id)
    late = at("2026-04-06 10:00")
    with pytest.raises(BadInput, match="уведомить надо было до 03.04.2026"):
        put_off(who, case_id, entry, 5, late)
    assert local(clocks_of(case_id, "law59")["answer"].due_at) == "2026-04-03 23:59:59"


def test_law8_watches_its_own_limit_of_notice_when_asked_and_gives_15_days(who, case_id):
    entry = by_law(who, case_id, "law8")
    assert set(clocks_of(case_id, "law8")) == {"register", "answer"}
    ask_extension(who, case_id, registration_id=entry.pk, now=LATER)
    assert local(clocks_of(case_id, "law8")["extend"].due_at) == "2026-03-11 23:59:59"
    extend(who, case_id, registration_id=entry.pk, days=15, reason="архив", noticed_at=LATER, now=LATER)
    law = clocks_of(case_id, "law8")
    assert law["extend"].stopped_by == "notice_sent"
    assert local(law["answer"].due_at) == "2026-04-18 23:59:59"
    check(case_id)


def test_law59_has_no_separate_limit_of_notice(who, case_id):
    entry = by_law(who, case_id)
    with pytest.raises(Refused):
        ask_extension(who, case_id, registration_id=entry.pk, now=LATER)


def test_a_mistake_is_taken_back_and_entered_anew(who, case_id):
    entry = by_law(who, case_id)
    unregister(who, case_id, registration_id=entry.pk, reason="не та карточка", now=LATER)
    assert clocks_of(case_id, "law59")["answer"].stopped_by == "mistake"
    by_law(who, case_id, number="А-18", now=LATER)
    assert clocks_of(case_id, "law59")["answer"].stopped_at is None
    check(case_id)


def test_a_transfer_needs_a_person_and_a_reason_and_starts_from_the_right_moment(who, case_id):
    with pytest.raises(BadInput):
        transfer_regime(who, case_id, regime="law59", reason=" ", now=NOW)
    with pytest.raises(Refused):
        transfer_regime(SYSTEM, case_id, regime="law59", reason="сама решила", now=NOW)
    with pytest.raises(BadInput):
        transfer_regime(who, case_id, regime="law59", reason="рано", received_at=RECEIVED - timedelta(days=2), now=NOW)
    transfer_regime(who, case_id, regime="law59", reason="житель просит письмо", now=NOW)
    assert {c.stopped_by for c in clocks_of(case_id, "social").values()} <= {"transferred", "person_acted"}
    law = clocks_of(case_id, "law59")
    assert local(law["register"].due_at) == "2026-03-07 23:59:59"
    assert "Прогноз" in " ".join(law["answer"].why), "registration is not known yet"
    assert reread(case_id).regime == "law59"
    entry = entries(case_id, "transfer")[0]
    assert entry.fields["regime"] == ["social", "law59"]
    with acting(SYSTEM):
        assert Remark.objects.get(case_id=case_id, entry_seq=entry.seq).text == "житель просит письмо"
    check(case_id)


def test_back_again_starts_anew(who, case_id):
    transfer_regime(who, case_id, regime="law59", reason="ошибка", now=NOW)
    transfer_regime(who, case_id, regime="social", reason="всё же сообщение", now=LATER)
    with acting(SYSTEM):
        running = Clock.objects.filter(case_id=case_id, stopped_at=None)
        assert {(c.regime, c.kind) for c in running} == {("social", "answer")}
        assert running.get().started_at == LATER
        assert not Registration.objects.filter(case_id=case_id, ended_at=None).exists()
    check(case_id)


def test_no_gate_moves_a_case_between_regimes_but_the_transfer(who, case_id):
    """Whoever tries inside any other move breaks that move: nothing is saved."""
    for move in MOVES:
        if move.name == "transfer":
            continue
        actor = who if move.roles & {"coordinator"} else SYSTEM
        if not (move.roles & {"coordinator"} or "system" in move.holders) or "new" not in move.sources:
            continue
        with pytest.raises(RuntimeError, match="moved case"), passing(actor, case_id, move.name, now=NOW) as gate:
            gate.case.regime = "law59"
        assert reread(case_id).regime == "social"


def test_law_is_never_closed_by_silence_and_disagreement_is_a_new_matter(who):
    accepted = received()
    transfer_regime(who, accepted.case_id, regime="law59", reason="по закону", now=NOW)
    entry = by_law(who, accepted.case_id)
    sent(who, accepted.case_id, registration_id=entry.pk, number="1", at=LATER, signer="Глава", way="post", now=LATER)
    assert close_silent(LATER + timedelta(days=60)) == 0
    with pytest.raises(Refused):
        close_by_silence(SYSTEM, accepted.case_id, now=LATER + timedelta(days=60))
    with pytest.raises(Refused, match="напишите снова"):
        refute(open_link(accepted.token), text="не согласен", once="k", now=LATER)
    close(who, accepted.case_id, outcome="explained", now=LATER)
    check(accepted.case_id)


def test_what_is_registered_is_not_put_aside_as_spam(who, case_id):
    by_law(who, case_id)
    with pytest.raises(Refused, match="зарегистрирована"):
        set_aside(who, case_id, outcome="spam", now=LATER)


def test_a_registration_goes_with_the_case_to_another_centre(who, case_id):
    by_law(who, case_id)
    hand_over(who, case_id, territory_id=place("gorod-volzhskiy").pk, reason="их улица", now=LATER)
    with acting(make_staff(("operator", "gorod-volzhskiy"))):
        assert Registration.objects.get().number == "А-17"
    with acting(who):
        assert not Registration.objects.exists()
        assert not Case.objects.exists()
