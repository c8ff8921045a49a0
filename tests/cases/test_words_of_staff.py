"""Nobody's words stand in the journal: they may name a person, and a person can be erased."""

import json

import pytest
from django.db.models import Model

from otklik.acting import Link, acting, widened
from otklik.answers.approval import approve, return_to_author, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import add_co_executor
from otklik.cases.actions.close import close
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.pause import pause, resume
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.reply import note_word, reply
from otklik.cases.actions.resident import refute
from otklik.cases.actions.reveal import reveal_contacts
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.triage import triage
from otklik.cases.alarms import confirm
from otklik.cases.models import Alarm, Assignment, Case, Remark, TaskReply
from otklik.cases.reading import thread
from otklik.cases.resident_links import open_link
from otklik.channels.models import Message
from otklik.failures import BadInput
from otklik.journal.appending import salted_digest
from otklik.journal.models import Entry
from tests.cases.steps import approver, assigned, coordinator, entries, executor, o_clock, received
from tests.making import SYSTEM, make_staff, organisation, place, reread

pytestmark = pytest.mark.django_db
NAME = "Сомова"  # in every text that people type below
PHONE = "+7 900 555-66-77"
DANGER = f"{NAME} пишет: над тротуаром висит оголённый провод"


def whole_life() -> int:
    """One case through every gate, with the name in every text."""
    who, other = coordinator(), approver()
    curator = make_staff(("curator", "volgograd"))
    sent = received(DANGER, name=f"{NAME} Ия", phone=PHONE, street=f"{NAME} ул.", place_note=f"за домом {NAME}")
    case_id = sent.case_id
    with acting(SYSTEM):
        alarm = Alarm.objects.get(case_id=case_id).pk
    confirm(who, alarm, taken_by=f"{NAME} дежурная", now=o_clock("10:05"))
    triage(who, case_id, title=f"{NAME}: провод", street=f"{NAME} пр.", importance=3, now=o_clock("10:06"))
    reveal_contacts(who, case_id, reason=f"перезвонить {NAME}", now=o_clock("10:07"))
    pause(who, case_id, reason=f"{NAME} уточнит адрес", now=o_clock("10:08"))
    resume(who, case_id, now=o_clock("10:09"))
    task = assigned(who, case_id, o_clock("10:10"), task=f"провод у {NAME}", address=f"дом {NAME}", reason=f"по {NAME}")
    add_co_executor(who, case_id, organisation_id=organisation("adm-gorod-volzhskiy").pk, task=f"помочь {NAME}",
                    now=o_clock("10:11"))
    link = executor(who, task, o_clock("10:12"))
    reply(link, kind="not_ours", whose=f"это {NAME}", text=f"знаем {NAME}", once="o1", now=o_clock("10:13"))
    task = redirect(
        who, case_id, assignment_id=task.pk, organisation_id=organisation("adm-gorod-mikhaylovka").pk,
        reason=f"{NAME} не у них", now=o_clock("10:14"),
    )
    task = redirect(
        curator, case_id, assignment_id=task.pk, organisation_id=organisation().pk, reason=f"{NAME} наша",
        now=o_clock("10:15"),
    )
    note_word(
        who, case_id, assignment_id=task.pk, kind="done", text=f"сделали у {NAME}", said_by=f"мастер {NAME}",
        said_at=o_clock("10:15"), now=o_clock("10:16"),
    )
    answer = save_draft(who, case_id, text=f"{NAME}, провод закрепили", now=o_clock("10:17"))
    send_to_review(who, answer.pk, now=o_clock("10:18"))
    return_to_author(other, answer.pk, reason=f"уберите фамилию {NAME}", now=o_clock("10:19"))
    send_to_review(who, answer.pk, now=o_clock("10:20"))
    approve(other, answer.pk, note=f"устно: {NAME}", now=o_clock("10:21"))
    publish(who, answer.pk, in_spite=f"часть подождёт, {NAME} не против", now=o_clock("10:22"))
    refute(open_link(sent.token), text=f"это {NAME}, снова висит", once="o2", now=o_clock("10:30"))
    answer = save_draft(who, case_id, text=f"{NAME}, закрепили ещё раз", now=o_clock("10:31"))
    send_to_review(who, answer.pk, now=o_clock("10:32"))
    approve(other, answer.pk, now=o_clock("10:33"))
    publish(who, answer.pk, now=o_clock("10:34"))
    close(who, case_id, outcome="solved", reason=f"{NAME} подтвердила", now=o_clock("10:35"))
    reopen(who, case_id, reason=f"{NAME} звонила", now=o_clock("10:36"))
    set_aside(who, case_id, outcome="not_ours", reason=f"{NAME} направлена в суд", now=o_clock("10:37"))
    return case_id


def test_no_text_and_no_contact_stands_in_any_entry():
    case_id = whole_life()
    with acting(SYSTEM):
        rows = list(Entry.objects.values_list("stream", "verb", "actor", "fields"))
    everything = json.dumps(rows, ensure_ascii=False)
    assert len(entries(case_id)) > 20
    for told in (NAME, NAME.lower(), "5556677", "555-66", "провод", "тротуар"):
        assert told not in everything


def test_the_words_stand_beside_the_entry_and_in_the_thread():
    case_id = whole_life()
    case = reread(case_id)
    with acting(SYSTEM):
        remarks = list(Remark.objects.filter(case=case).order_by("entry_seq"))
        events = [(item.text, item.extra["fields"]) for item in thread(case) if item.kind == "event"]
    told = {verb: words for verb, fields in events if (words := fields.get("reason") or fields.get("note"))}
    assert [r.verb for r in remarks] == [
        "reveal", "pause", "return", "approve", "publish", "close", "reopen", "set_aside"
    ]
    assert told["close"] == f"{NAME} подтвердила"
    assert told["approve"] == f"устно: {NAME}"
    assert "opened" not in told
    entry = entries(case_id, "close")[0]
    remark = next(r for r in remarks if r.verb == "close")
    assert (remark.entry_seq, remark.scope_id) == (entry.seq, case.scope_id)
    assert entry.fields["remark"] == salted_digest(bytes(case.salt), remark.text)


def test_the_words_are_seen_by_the_scope_alone():
    whole_life()
    with acting(make_staff(("coordinator", "gorod-volzhskiy"))):
        assert not Remark.objects.exists()
    with acting(make_staff(("coordinator", "gorod-kamyshin"))):
        assert Remark.objects.exists()
    with acting(SYSTEM):
        case = Case.objects.get()
    with acting(Link(case.pk, "resident", 1)):
        assert not Remark.objects.exists()


def test_a_hand_over_takes_the_words_along():
    case_id = received().case_id
    hand_over(coordinator(), case_id, territory_id=place("gorod-volzhskiy").pk, reason=f"{NAME} из Волжского")
    with acting(make_staff(("coordinator", "gorod-volzhskiy"))):
        assert Remark.objects.get().text == f"{NAME} из Волжского"
    with acting(make_staff(("coordinator", "gorod-kamyshin"))):
        assert not Remark.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda who, case, words: reveal_contacts(who, case, reason=words),
        lambda who, case, words: pause(who, case, reason=words),
        lambda who, case, words: set_aside(who, case, outcome="not_ours", reason=words),
        lambda who, case, words: hand_over(who, case, territory_id=place("gorod-volzhskiy").pk, reason=words),
    ],
)
def test_a_reason_is_needed_and_is_never_cut(act):
    who, case_id = coordinator(), received().case_id
    for words in ("", "   ", "\x00\u202e", "ш" * 2001):
        with pytest.raises(BadInput) as told:
            act(who, case_id, words)
        assert told.value.field == "reason"
    act(who, case_id, "ш" * 2000 + "\x00")
    with acting(SYSTEM), widened():
        assert Remark.objects.get().text == "ш" * 2000


def _every_text(row: Model) -> str:
    return " ".join(str(getattr(row, f.attname)) for f in row._meta.concrete_fields)


def test_whatever_signs_people_paste_every_gate_keeps_the_rest():
    """NUL cannot be stored, half a surrogate pair cannot be sent, marks of direction make texts lie."""
    odd = "при\x00вет\u202e \ud83d мир"
    who, sent = coordinator(), received(odd, name=odd, street=odd, house=odd, place_note=odd)
    case_id = sent.case_id
    triage(who, case_id, title=odd, street=odd, house="1\x00", now=o_clock("10:01"))
    task = assigned(who, case_id, o_clock("10:02"), task=odd, address=odd, reason=odd)
    link = executor(who, task, o_clock("10:03"))
    reply(link, kind="needs_time", text=odd, until=o_clock("10:03").date(), once=odd, now=o_clock("10:04"))
    note_word(who, case_id, assignment_id=task.pk, kind="not_ours", whose=odd, said_by=odd, said_at=o_clock("10:04"),
              now=o_clock("10:05"))
    answer = save_draft(who, case_id, text=odd, now=o_clock("10:06"))
    send_to_review(who, answer.pk, now=o_clock("10:07"))
    approve(who, answer.pk, note=odd, now=o_clock("10:08"))
    publish(who, answer.pk, now=o_clock("10:09"))
    refute(open_link(sent.token), text=odd, once=odd, now=o_clock("10:10"))
    with acting(SYSTEM):
        kept = " ".join(_every_text(row) for row in [reread(case_id), *Remark.objects.all(), *thread_rows(case_id)])
    assert "привет" in kept
    for sign in "\x00\u202e\ud83d":
        assert sign not in kept


def thread_rows(case_id: int) -> list[Model]:
    return [*Assignment.objects.filter(case_id=case_id), *TaskReply.objects.filter(case_id=case_id),
            *Message.objects.filter(in_case__case_id=case_id)]
