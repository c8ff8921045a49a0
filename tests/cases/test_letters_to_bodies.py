"""Letters to other bodies: copies in seven days, requests with fifteen, each clock beside the case's own date."""

from dataclasses import replace

import pytest

from otklik.acting import acting
from otklik.answers.sending import sent
from otklik.cases.actions.inquiries import Letter, copies_out, letters_of, over, send, several_bodies
from otklik.cases.models import Case, Clock
from otklik.cases.outcome_models import ComplainedOf
from otklik.cases.warnings import warn_due
from otklik.failures import BadInput, NotYours, Refused
from tests.cases.invariants import check
from tests.cases.registering import LATER, NOW, by_law, clocks_of, local
from tests.cases.steps import answered, coordinator, entries, o_clock, received
from tests.making import SYSTEM, at, make_staff, organisation, reread

REQUEST = Letter("request", "Управление дорог области", "Паспорт дороги и акт осмотра", "И-41", NOW, "Глава А. Б.")


@pytest.mark.django_db
class TestWay:
    @pytest.fixture
    def who(self):
        return coordinator()

    @pytest.fixture
    def case_id(self):
        return received().case_id

    @pytest.fixture
    def entry(self, who, case_id):
        return by_law(who, case_id)

    def send(self, who, case_id, entry, letter=REQUEST, **fields):
        return send(who, case_id, registration_id=entry.pk, letter=letter, now=fields.pop("now", LATER), **fields)

    def test_a_request_by_59_fz_is_awaited_fifteen_days_after_the_day_it_left(self, who, case_id, entry):
        row = self.send(who, case_id, entry)
        clock = clocks_of(case_id, "law59")["inquiry"]
        assert row.state == "waiting"
        assert local(clock.due_at) == "2026-03-19 23:59:59"
        assert "статьи 10 59-ФЗ" in clock.why[0]
        assert "Не проверено по тексту закона: по памяти" in clock.why[0]
        case = reread(case_id)
        assert case.due_at != clock.due_at, "the case's own date is not moved"
        check(case_id)

    def test_a_late_answer_of_a_body_burns_and_is_warned_of(self, who, case_id, entry):
        self.send(who, case_id, entry)
        warn_due(at("2026-03-17 12:00"))
        warned = {(e.fields["kind"], e.fields["percent"]) for e in entries(case_id, "clock_warned")}
        assert ("inquiry", 80) in warned

    def test_what_came_stops_its_clock_and_leaves_the_others(self, who, case_id, entry):
        first, second = self.send(who, case_id, entry), self.send(who, case_id, entry, replace(REQUEST, number="И-42"))
        came = {"state": "answered", "number": "77", "at": o_clock("13:00"), "now": o_clock("14:00")}
        over(who, case_id, inquiry_id=first.pk, **came)
        with acting(SYSTEM):
            going = list(Clock.objects.filter(case_id=case_id, kind="inquiry", stopped_at=None))
        assert [c.inquiry_id for c in going] == [second.pk]
        check(case_id)
        with pytest.raises(Refused, match="уже отмечено"):
            over(who, case_id, inquiry_id=first.pk, state="silent", words="молчат", at=NOW, now=o_clock("15:00"))

    def test_the_answer_of_the_case_ends_the_waiting(self, who, case_id, entry):
        self.send(who, case_id, entry)
        sent(who, case_id, registration_id=entry.pk, number="1", at=LATER, signer="Г.", way="post", now=LATER)
        answered(who, case_id, LATER)
        assert running(case_id) == []
        check(case_id)

    def test_by_8_fz_no_law_sets_a_limit_so_a_person_names_a_day_or_nobody_waits(self, who, case_id):
        entry = by_law(who, case_id, "law8", number="З-1")
        assert self.send(who, case_id, entry).state == "sent"
        dated = self.send(who, case_id, entry, replace(REQUEST, until=at("2026-03-10 23:59")))
        assert dated.state == "waiting"
        assert "10.03.2026" in clocks_of(case_id, "law8")["inquiry"].why[0]
        check(case_id)

    def test_copies_leave_in_seven_days_of_registration_and_the_clock_ends_with_the_last(self, who, case_id, entry):
        copy = replace(REQUEST, kind="copy", not_complained_of=True)
        with pytest.raises(Refused, match="Сначала отметьте"):
            self.send(who, case_id, entry, copy)
        several_bodies(who, case_id, registration_id=entry.pk, reason="Дорога — области, свет — сетям", now=NOW)
        assert local(clocks_of(case_id, "law59")["copies"].due_at) == "2026-03-11 23:59:59"
        check(case_id)
        self.send(who, case_id, entry, copy)
        assert clocks_of(case_id, "law59")["copies"].stopped_at is None
        self.send(who, case_id, entry, replace(copy, number="И-43"), all_sent=True)
        assert clocks_of(case_id, "law59")["copies"].stopped_by == "copies_sent"
        check(case_id)
        with pytest.raises(Refused, match="уже отмечено"):
            several_bodies(who, case_id, registration_id=entry.pk, reason="ещё", now=LATER)

    def test_a_copy_never_goes_to_whom_the_complaint_is_about(self, who, case_id, entry):
        several_bodies(who, case_id, registration_id=entry.pk, reason="Двум", now=NOW)
        with acting(SYSTEM):
            case = reread(case_id)
            ComplainedOf.objects.create(case=case, scope=case.scope, organisation=organisation(), added_at=NOW)
            ComplainedOf.objects.create(case=case, scope=case.scope, name="Управление дорог", added_at=NOW)
        copy = replace(REQUEST, kind="copy", not_complained_of=True, to="", organisation_id=organisation().pk)
        with pytest.raises(BadInput, match="жалуются"):
            self.send(who, case_id, entry, copy)
        with pytest.raises(BadInput, match="жалуются"):
            self.send(who, case_id, entry, replace(copy, organisation_id=None, to="управление ДОРОГ области"))
        with pytest.raises(BadInput, match="жалуются"):
            self.send(who, case_id, entry, replace(copy, not_complained_of=False))

    def test_copies_out_is_said_only_after_a_copy(self, who, case_id, entry):
        several_bodies(who, case_id, registration_id=entry.pk, reason="Двум", now=NOW)
        with pytest.raises(Refused, match="Ни одной копии"):
            copies_out(who, case_id, registration_id=entry.pk, now=LATER)

    def test_a_stranger_and_a_head_of_elsewhere_send_nothing_and_see_nothing(self, who, case_id, entry):
        self.send(who, case_id, entry)
        stranger = make_staff(("coordinator", "gorod-volzhskiy"))
        with pytest.raises(NotYours):
            self.send(stranger, case_id, entry)
        with acting(stranger, read_only=True):
            assert letters_of(Case(pk=case_id)) == []

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"kind": "x"}, "kind"), ({"what": " "}, "what"), ({"number": ""}, "number"), ({"signer": ""}, "signer"),
            ({"to": "\x00"}, "to"), ({"at": at("2026-03-03 10:00")}, "at"), ({"at": at("2027-03-03 10:00")}, "at"),
            ({"until": at("2026-03-01 10:00")}, "until"), ({"organisation_id": 10**17}, "organisation"),
            ({"to": "ы" * 301}, "to"),
        ],
    )
    def test_what_is_missing_or_cannot_be_is_named(self, who, case_id, entry, changed, field):
        with pytest.raises(BadInput) as wrong:
            self.send(who, case_id, entry, replace(REQUEST, **changed))
        assert wrong.value.field == field

    def test_a_clock_that_another_body_missed_is_ended_by_saying_why(self, who, case_id, entry):
        row = self.send(who, case_id, entry)
        with pytest.raises(BadInput) as wrong:
            over(who, case_id, inquiry_id=row.pk, state="silent", at=LATER, now=LATER)
        assert wrong.value.field == "words"
        over(who, case_id, inquiry_id=row.pk, state="silent", words="Не ответили", at=LATER, now=LATER)
        assert "inquiry" not in {c.kind for c in running(case_id)}


def running(case_id: int) -> list[Clock]:
    with acting(SYSTEM):
        return list(Clock.objects.filter(case_id=case_id, stopped_at=None))
