"""The journal holds ids, names of fields and digests: whatever people type, no word and no contact gets in."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import Visitor, acting
from otklik.answers.sending import sent
from otklik.cases import saved_views
from otklik.cases.actions import ask_upper as upper
from otklik.cases.actions import (
    correspondence,
    law_outcomes,
    notes,
    outside_numbers,
    part,
    pass_contact,
    problems,
    public,
)
from otklik.cases.actions.assign import PartTask, assign
from otklik.cases.actions.complained import add_complained
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.point import place_point
from otklik.cases.actions.register import register_mirror, source_answered, unregister
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.outcome_filling import Given
from otklik.cases.supporting import reveal_supporters, support
from otklik.intake.erasing.erase import erase
from otklik.intake.erasing.finding import ask
from otklik.journal.models import Entry
from otklik.organisations.models import User
from tests.cases.problems_steps import coordinator, head, leak, switched_on
from tests.making import SYSTEM, logged_in, make_staff, organisation, place

pytestmark = pytest.mark.django_db
WORD = "Жаворонкова"
PHONE = "+79005550099"
SAID = f"{WORD} просила, её телефон 8 (900) 555-00-99, живёт в кв. 17"


def test_a_walk_over_all_new_gates_leaves_no_word_in_the_journal():
    who, chief, above = coordinator(), head(), make_staff(("coordinator", "volgograd"))
    now = timezone.now()
    case_id = leak(who, text=f"{SAID}: прорвало трубу у дома", name=f"{WORD} Ия", phone=PHONE)
    _parts(who, above, case_id)
    _register(who, case_id)
    notes.note(who, case_id, text=SAID)
    outside_numbers.add_number(who, case_id, system=f"тетрадь {WORD}", number=f"№ {WORD} 5", url="https://e.ru/" + "j")
    outside_numbers.add_number(who, case_id, system="ПОС", number=PHONE)
    place_point(who, case_id, latitude=50.0833, longitude=45.4022)
    _problem(who, chief, case_id)
    saved_views.save(who, name=WORD, query="tab=open&state=new")
    page = logged_in(User.objects.get(pk=who.user_id))
    page.post(f"/desk/views/save/?tab=open&text={WORD}", {"name": f"Вид {WORD}"})
    page.post(f"/desk/export/csv/?tab=all&text={WORD}").getvalue()
    other = leak(who, text=f"{SAID} ещё раз", name=f"{WORD} Ия", phone=PHONE)
    hand_over(who, other, territory_id=place("gorod-volzhskiy").pk, reason=SAID)
    asked = ask(SYSTEM, sought=PHONE, reason=SAID)
    erase(SYSTEM, asked.pk, confirmed="стереть", whole=True, words=WORD)
    with acting(SYSTEM):
        entries = list(Entry.objects.filter(at__gte=now - timedelta(minutes=1)))
    assert len({entry.verb for entry in entries}) > 25
    for entry in entries:
        kept = json.dumps(entry.fields, ensure_ascii=False) + entry.actor + entry.stream
        for bad in (WORD, "0099", "00-99", "кв. 17", "просила"):
            assert bad not in kept, (entry.verb, entry.fields)


def _parts(who, above, case_id: int) -> None:
    bodies = [organisation(), organisation("adm-gorod-volzhskiy"), organisation("adm-gorod-volgograd")]
    soon = timezone.now() + timedelta(days=2)
    task = assign(
        who, case_id, organisation_id=bodies[0].pk, task=SAID, reason=SAID,
        co_executors=[PartTask(bodies[1].pk, SAID, soon), PartTask(bodies[2].pk, SAID)],
    )
    pass_contact.pass_contact(who, case_id, assignment_id=task.pk, basis="consent", reason=SAID)
    pass_contact.take_back(who, case_id, assignment_id=task.pk)
    with acting(SYSTEM):
        first, second = task.case.tasks.filter(part="co_executor").order_by("id")
    part.set_due(who, case_id, assignment_id=first.pk, due_at=soon + timedelta(days=1), reason=SAID)
    part.withdraw(who, case_id, assignment_id=second.pk, reason=SAID)
    upper.ask_upper(who, case_id, reason=SAID)
    upper.keep(above, case_id, words=SAID)


def _register(who, case_id: int) -> None:
    day = timezone.now()
    wrong = register_mirror(
        who, case_id, regime="law8", number=f"5-{WORD}", system=f"СЭД {WORD}", registered_at=day, received_at=day,
        status=SAID[:100],
    )
    unregister(who, case_id, registration_id=wrong.pk, reason=SAID)
    pos = register_mirror(who, case_id, regime="pos", number=WORD, received_at=day, status=WORD)
    source_answered(who, case_id, registration_id=pos.pk, at=day, status=SAID[:100])
    law = register_mirror(who, case_id, regime="law59", number=WORD, registered_at=day, received_at=day)
    correspondence.not_ours(who, case_id, registration_id=law.pk, reason=SAID)
    correspondence.extend(who, case_id, registration_id=law.pk, days=5, reason=SAID, noticed_at=day, decided_by=WORD)
    sent(who, case_id, registration_id=law.pk, number=WORD, at=timezone.now(), signer=WORD, way="post")
    again = leak(who)
    transfer_regime(who, again, regime="law59", reason=SAID)
    with acting(SYSTEM):
        entry = law.__class__.objects.get(case_id=again)
    register_mirror(who, again, regime="law59", number=WORD, registered_at=timezone.now())
    add_complained(who, again, name=f"чиновник {WORD}")
    given = Given(reason=SAID, addressee=SAID)
    decision = law_outcomes.prepare(who, again, registration_id=entry.pk, code="unclear", given=given)
    law_outcomes.rewrite(who, again, decision_id=decision.pk, text=SAID, was=decision.text)
    law_outcomes.decide(who, again, decision_id=decision.pk)
    law_outcomes.withdraw(who, again, decision_id=decision.pk, reason=SAID)
    correspondence.forwarded(
        who, again, registration_id=entry.pk, to=SAID, number=WORD, at=timezone.now(), signer=WORD, notified=True,
        not_complained_of=True,
    )


def _problem(who, chief, case_id: int) -> None:
    switched_on()
    open_case = leak(who)
    made = problems.make_problem(who, open_case, title=f"У {WORD}")
    problems.change(who, made.pk, title=f"Возле {WORD}", street=f"ул. {WORD}", house="5")
    problems.set_state(who, made.pk, state="open")
    problems.tell(who, made.pk, text="Ищем место порыва", names_are_fine=True)
    public.release(chief, made.pk, title="Прорыв", text="Течь", place="Камышин", names_are_fine=True)
    support(Visitor(), made.pk, browser="b" * 20, phone=PHONE)
    reveal_supporters(who, made.pk, reason=SAID)
    problems.split(who, made.pk, case_ids=[open_case], title=f"Другая {WORD}")
    public.withdraw(chief, made.pk)
