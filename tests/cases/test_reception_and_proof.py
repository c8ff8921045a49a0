"""Personal reception, several signers, the list of the post and the proof of a sending: ways through the gates."""

from datetime import date

import pytest

from otklik.acting import acting, widened
from otklik.answers import letters
from otklik.answers.drafting import save_draft
from otklik.answers.sending import sent
from otklik.cases.actions.collective import not_collective, set_collective
from otklik.cases.actions.posting import (
    Line,
    address_of,
    enter_tracking,
    hand_over_list,
    lines_of,
    make_list,
    the_list,
    unproven,
    waiting,
)
from otklik.cases.actions.proving import prove
from otklik.cases.actions.reception import Talk, receptions, the_reception
from otklik.cases.models import Case, Collective, PostalList, Reception, SendingProof
from otklik.cases.registers import save_register
from otklik.channels.models import Delivery, Message
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.accepting import issue_key
from otklik.intake.reception import Visit, receive
from tests.cases.invariants import check
from tests.cases.registering import LATER, NOW, by_law, clocks_of, local
from tests.cases.steps import RECEIVED, coordinator, entries, o_clock, received
from tests.making import SYSTEM, at, make_staff, organisation, place, reread

pytestmark = pytest.mark.django_db
EVENING = o_clock("17:00")
ELSEWHERE = ("coordinator", "gorod-volzhskiy")


@pytest.fixture
def who():
    return coordinator()


def talk(**fields) -> Talk:
    wanted = {
        "body_id": organisation().pk, "held_at": RECEIVED, "official": "Ветрова О. П.", "post": "глава",
        "essence": "Просит поставить лавочки в сквере", "outcome": "written",
    }
    return Talk(**wanted | fields)


def visit(who, *, key="", register_id=None, name="Полынная Анна", **fields) -> Reception:
    home = place("gorod-kamyshin").pk
    return receive(who, Visit(key or issue_key(), home, talk(**fields), name, register_id=register_id), now=NOW)


class TestReception:
    def test_a_written_answer_leaves_an_appeal_with_clocks_from_the_day_of_the_talk(self, who):
        card = visit(who, held_at=at("2026-03-03 15:00"))
        case = reread(card.case_id)
        assert (case.regime, case.state, card.number) == ("law59", "new", "ЛП-1/2026")
        law = clocks_of(case.pk, "law59")
        assert local(law["register"].due_at) == "2026-03-06 23:59:59"
        check(case.pk)

    def test_it_can_take_the_next_number_of_the_body_at_once(self, who):
        register = save_register(
            SYSTEM, body_id=organisation().pk, regime="law59", act_number="1", act_date=date(2026, 1, 1), is_on=True,
            now=NOW,
        )
        case = reread(visit(who, register_id=register.pk).case_id)
        with acting(SYSTEM):
            entry = case.registrations.get()
        assert (entry.number, entry.own) == ("1/2026", True)
        assert local(clocks_of(case.pk, "law59")["answer"].due_at) == "2026-04-03 23:59:59"
        check(case.pk)

    @pytest.mark.parametrize(
        ("outcome", "more", "ended"),
        [
            ("oral", {"consent": True, "told": "Лавочки поставят в мае"}, "explained"),
            ("elsewhere", {"told": "В управление дорог, ул. Мира, 1"}, "not_ours"),
            ("refused", {"told": "Уже отвечали", "earlier": "А-1 от 03.02.2026"}, "declined"),
        ],
    )
    def test_what_the_talk_ended_is_closed_at_once(self, who, outcome, more, ended):
        card = visit(who, outcome=outcome, **more)
        case = reread(card.case_id)
        assert (case.state, case.outcome) == ("closed", ended)
        assert (case.answered_at is not None) == (outcome == "oral")
        check(case.pk)

    def test_a_refusal_leads_to_the_answer_that_was_given_before(self, who):
        before = reread(received().case_id)
        card = visit(who, outcome="refused", told="Уже отвечали", earlier=f"34-{before.number:06}")
        assert card.earlier_case_id == before.pk

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"outcome": "oral", "told": "Да"}, "consent"), ({"outcome": "oral", "consent": True}, "told"),
            ({"outcome": "oral", "consent": True, "told": "Да", "written": True}, "outcome"),
            ({"outcome": "refused", "told": "Нет"}, "earlier"), ({"outcome": "elsewhere"}, "told"),
            ({"outcome": "x"}, "outcome"), ({"official": " "}, "official"), ({"post": ""}, "post"),
            ({"essence": "\x00"}, "essence"), ({"held_at": at("2026-03-05 10:00")}, "held_at"),
            ({"held_at": at("2025-03-01 10:00")}, "held_at"), ({"body_id": 10**17}, "body"), ({"name": " "}, "name"),
        ],
    )
    def test_what_the_law_wants_is_asked_for_and_nothing_is_kept(self, who, changed, field):
        with pytest.raises(BadInput) as wrong:
            visit(who, **changed)
        assert wrong.value.field == field
        with acting(SYSTEM):
            assert not Case.objects.exists()
            assert not Reception.objects.exists()

    def test_the_body_is_one_of_the_place(self, who):
        with pytest.raises(BadInput) as wrong:
            visit(who, body_id=organisation("adm-gorod-mikhaylovka").pk)
        assert wrong.value.field == "body"

    def test_the_same_form_twice_is_one_card_and_numbers_leave_no_gap(self, who):
        key = issue_key()
        assert visit(who, key=key).pk == visit(who, key=key).pk
        with pytest.raises(BadInput):
            visit(who, outcome="oral")
        assert visit(who, essence="Другое дело").number == "ЛП-2/2026"

    def test_others_write_no_card_here_and_see_none(self, who):
        card = visit(who)
        stranger = make_staff(ELSEWHERE)
        with pytest.raises(BadInput):
            visit(stranger)
        with acting(stranger, read_only=True):
            assert not receptions(stranger).exists()
            with pytest.raises(NotYours):
                the_reception(stranger, card.pk)


class TestCollective:
    def test_it_is_one_appeal_however_many_signed(self, who):
        case_id = received().case_id
        with pytest.raises(Refused, match="59-ФЗ"):
            set_collective(who, case_id, people=12, answer_to="Полынная А.", now=NOW)
        by_law(who, case_id)
        set_collective(who, case_id, people=12, answer_to="Полынная А.", note="дом 12", now=NOW)
        set_collective(who, case_id, people=12, answer_to="Полынная А.", note="дом 12", now=LATER)
        set_collective(who, case_id, people=15, answer_to="Полынная А.", now=LATER)
        assert len(entries(case_id, "collective")) == 2
        with acting(SYSTEM):
            assert Collective.objects.get(case_id=case_id).people == 15
        save_draft(who, case_id, text="Лавочки поставят в мае.", now=LATER)
        assert letters.make(who, case_id, kind="docx", now=LATER).addressee == "Полынная А."
        not_collective(who, case_id, now=LATER)
        not_collective(who, case_id, now=LATER)
        assert len(entries(case_id, "not_collective")) == 1
        check(case_id)

    @pytest.mark.parametrize(
        ("people", "answer_to", "field"), [(1, "А", "people"), (10**9, "А", "people"), (2, " ", "answer_to")]
    )
    def test_bad_input_is_named(self, who, people, answer_to, field):
        with pytest.raises(BadInput) as wrong:
            set_collective(who, received().case_id, people=people, answer_to=answer_to)
        assert wrong.value.field == field


def posted(who, way="post", number="И-1"):
    """A case whose letter is said to have left; its registration."""
    case_id = received().case_id
    entry = by_law(who, case_id)
    return sent(who, case_id, registration_id=entry.pk, number=number, at=LATER, signer="Глава", way=way, now=LATER)


class TestPost:
    def list_of(self, who, *rows, day=date(2026, 3, 4), now=EVENING):
        lines = [Line(row.pk, "Полынная Анна", "403870, г. Камышин, ул. Мира, 1") for row in rows]
        return make_list(who, scope_id=place("gorod-kamyshin").pk, day=day, lines=lines, now=now)

    def test_letters_of_a_day_become_a_numbered_list_and_the_posts_numbers_their_proof(self, who):
        first, second = posted(who), posted(who, number="И-2")
        with acting(who, read_only=True):
            assert {row.pk for row in waiting(who)} == {first.pk, second.pk}
        made = self.list_of(who, second, first)
        assert made.number == "1/2026"
        with acting(who, read_only=True):
            assert not waiting(who).exists()
            lines = lines_of(made)
            assert [row.registration_id for row in lines] == [second.pk, first.pk]
            assert address_of(lines[0]).startswith("403870")
            assert b"403870" not in bytes(lines[0].address_cipher)
        given = {lines[0].pk: "80110012345678", lines[1].pk: ""}
        assert enter_tracking(who, list_id=made.pk, numbers=given) == 1
        assert enter_tracking(who, list_id=made.pk, numbers=given) == 0
        with pytest.raises(BadInput, match="у двух"):
            enter_tracking(who, list_id=made.pk, numbers={lines[1].pk: "80110012345678"})
        hand_over_list(who, list_id=made.pk)
        with pytest.raises(Refused):
            hand_over_list(who, list_id=made.pk)
        for row in (first, second):
            check(row.case_id)
            assert [e.verb for e in entries(row.case_id)].count("post") == 1

    def test_a_letter_stands_in_one_list_only_and_all_or_nothing_is_made(self, who):
        first, second = posted(who), posted(who, number="И-2")
        self.list_of(who, first)
        with pytest.raises(Refused, match="уже стоит"):
            self.list_of(who, second, first)
        with acting(SYSTEM):
            assert PostalList.objects.count() == 1
        assert self.list_of(who, second).number == "2/2026"

    def test_what_went_otherwise_has_no_place_in_it(self, who):
        with pytest.raises(Refused, match="не почтой"):
            self.list_of(who, posted(who, way="email"))

    def test_a_list_is_not_dated_before_its_letters_nor_after_today(self, who):
        row = posted(who)
        for day in (date(2026, 3, 3), date(2026, 3, 5)):
            with pytest.raises(BadInput) as wrong:
                self.list_of(who, row, day=day)
            assert wrong.value.field == "day"

    def test_a_line_needs_whom_and_where(self, who):
        row = posted(who)
        home, day = place("gorod-kamyshin").pk, date(2026, 3, 4)
        for addressee, address, field in (("", "Мира, 1", "addressee"), ("А", " ", "address")):
            with pytest.raises(BadInput) as wrong:
                make_list(who, scope_id=home, day=day, lines=[Line(row.pk, addressee, address)], now=EVENING)
            assert wrong.value.field == f"{field}{row.pk}"

    def test_a_stranger_puts_nothing_there_and_reads_no_list(self, who):
        row = posted(who)
        stranger = make_staff(ELSEWHERE)
        with pytest.raises(NotYours):
            self.list_of(stranger, row)
        made = self.list_of(who, row)
        with pytest.raises(NotYours), acting(stranger, read_only=True):
            the_list(stranger, made.pk)
        with pytest.raises(NotYours):
            enter_tracking(stranger, list_id=made.pk, numbers={1: "1"})
        with acting(stranger, read_only=True):
            assert not SendingProof.objects.exists()


class TestProof:
    def test_every_way_wants_a_proof_or_a_reason_why_there_is_none(self, who):
        row = posted(who, way="cabinet")
        with acting(who, read_only=True):
            assert list(unproven(who)) == [row]
        prove(who, row.case_id, registration_id=row.pk, kind="cabinet", reference="К-17 от 04.03.2026", now=LATER)
        with acting(who, read_only=True):
            assert not unproven(who).exists()
        prove(who, row.case_id, registration_id=row.pk, kind="none", reason="Кабинет квитанций не даёт", now=LATER)
        with acting(SYSTEM):
            proof = SendingProof.objects.get()
        assert (proof.kind, proof.reference) == ("none", "")
        check(row.case_id)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"kind": "none"}, "reason"), ({"kind": "hand"}, "reference"), ({"kind": "x"}, "kind"),
            ({"kind": "email", "reference": "999999"}, "reference"),
            ({"kind": "hand", "reference": "ы" * 300}, "reference"),
        ],
    )
    def test_bad_input_is_named(self, who, fields, field):
        row = posted(who, way="hand")
        with pytest.raises(BadInput) as wrong:
            prove(who, row.case_id, registration_id=row.pk, **fields)
        assert wrong.value.field == field

    def test_an_email_is_proved_by_the_row_of_our_ledger_of_this_case_once_it_is_delivered(self, who):
        row = posted(who, way="email")
        with acting(SYSTEM), widened():
            message = Message.objects.filter(in_case__case_id=row.case_id).first()
            ours = Delivery.objects.create(message=message, scope_id=row.scope_id, state="waiting")
        named = {"registration_id": row.pk, "kind": "email", "reference": str(ours.pk), "now": LATER}
        with pytest.raises(BadInput, match="не удалась"):
            prove(who, row.case_id, **named)
        with acting(SYSTEM), widened():
            Delivery.objects.filter(pk=ours.pk).update(state="done", done_at=LATER)
        assert prove(who, row.case_id, **named).delivery_id == ours.pk
        other = posted(who, way="email", number="И-3")
        with pytest.raises(BadInput, match="у карточки нет"):
            prove(who, other.case_id, **named | {"registration_id": other.pk})

    def test_nothing_is_proved_of_what_has_not_left(self, who):
        case_id = received().case_id
        entry = by_law(who, case_id)
        with pytest.raises(Refused, match="Сначала"):
            prove(who, case_id, registration_id=entry.pk, kind="hand", reference="1", now=LATER)

    def test_erasure_leaves_no_address(self, who):
        row = posted(who)
        TestPost().list_of(who, row)
        from otklik.cases.redaction import redact

        with acting(SYSTEM), widened():
            redact([reread(row.case_id)], lambda text: "…", lambda words: words, SYSTEM, 1, LATER)
            assert not SendingProof.objects.exclude(address_key="").exists()
