"""A sheet that comes again moves its cases; what people changed here since is a conflict, never overwritten."""

import csv
from pathlib import Path

import pytest
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.answers.publishing import published_by_hand
from otklik.cases.actions.close import close
from otklik.cases.actions.reopen import reopen
from otklik.cases.models import Case, Clock, OutsideNumber, Registration
from otklik.channels.models import Message
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake import conflicts, importing, mirroring, taking
from otklik.intake.models import Conflict, ImportRun, MirroredRow
from otklik.journal.models import Entry
from otklik.organisations.models import Organisation
from tests.cases.invariants import check
from tests.cases.steps import approved, assigned
from tests.making import logged_in, make_staff, make_user, organisation, place, reread

pytestmark = pytest.mark.django_db
ACTOR = System("import")
HOME = "gorod-kamyshin"
HEADERS = ["ID", "Дата создания", "Срок", "Исполнитель", "Текущий шаг инцидента", "Дата закрытия", "Ответ",
           "№ ПОС", "Текст", "Режим", "Вх. №", "Дата регистрации", "Исх. №", "Дата ответа", "Кто подписал"]


@pytest.fixture
def load(tmp_path: Path):
    """Loads a sheet whose rows differ from an ordinary one only in what is given."""

    def act(*rows: dict[str, str], code: str = HOME, name: str = "инцидент", **fields) -> ImportRun:
        path = tmp_path / "sheet.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADERS, restval="")
            writer.writeheader()
            for number, row in enumerate(rows, 1):
                plain = {"ID": str(number), "Текст": f"Яма у дома {number}", "Дата создания": "02.03.2026 10:00"}
                writer.writerow(plain | row)
        run = importing.begin(ACTOR, path, into=place(code), profile=name, **fields)
        return taking.run(run.pk, path=path)

    return act


def the_case() -> Case:
    with acting(ACTOR):
        only = Case.objects.get()
    return reread(only.pk)


def waiting() -> list[Conflict]:
    with acting(ACTOR):
        return list(Conflict.objects.filter(settled_at=None).order_by("aspect"))


def coordinator():
    return make_staff(("coordinator", HOME))


def bodies() -> list[Organisation]:
    return [
        Organisation.objects.create(
            code=f"trial-{n}", name=f"Служба {n}", short_name=f"Служба {n}", kind=organisation().kind,
            territory=place(HOME),
        )
        for n in range(2)
    ]


def entries(verb: str) -> list[Entry]:
    with acting(ACTOR):
        return list(Entry.objects.filter(verb=verb).order_by("id"))


def test_an_unchanged_row_writes_nothing(load):
    load({"Срок": "10.03.2026"})
    before = the_case().version
    run = load({"Срок": "10.03.2026"})
    assert (run.existing, run.changed, run.conflicts) == (1, 0, 0)
    assert the_case().version == before and not entries("mirror")


def test_a_changed_due_date_moves_the_clock_and_the_journal_names_the_field_only(load):
    load({"Срок": "10.03.2026"})
    run = load({"Срок": "12.03.2026"})
    assert (run.existing, run.changed, run.conflicts) == (1, 1, 0)
    case = the_case()
    assert timezone.localtime(case.due_at).strftime("%d.%m.%Y") == "12.03.2026"
    with acting(ACTOR):
        assert Clock.objects.filter(case=case, stopped_at=None).count() == 1
    (entry,) = entries("mirror")
    assert entry.fields == {"mirrored": ["due"]} and entry.actor.startswith("system:import")
    check(case.pk)


def test_a_first_due_date_takes_the_place_of_our_reckoning(load):
    load({})
    load({"Срок": "20.03.2026"})
    case = the_case()
    with acting(ACTOR):
        (clock,) = Clock.objects.filter(case=case, stopped_at=None, kind="answer")
    assert clock.policy_version == "source"
    check(the_case().pk)


def test_closed_there_is_closed_here_at_their_time_with_their_answer(load):
    load({"Срок": "10.03.2026"})
    load({"Срок": "10.03.2026", "Текущий шаг инцидента": "Закрыт", "Дата закрытия": "05.03.2026 12:00",
          "Ответ": "Яму засыпали"})
    case = the_case()
    assert case.state == Case.State.CLOSED
    assert timezone.localtime(case.closed_at).strftime("%d.%m %H:%M") == "05.03 12:00"
    with acting(ACTOR):
        assert not Clock.objects.filter(case=case, stopped_at=None).exists()
        assert Message.objects.get(direction="out").text == "Яму засыпали"
    (entry,) = entries("mirror")
    assert "засыпали" not in str(entry.fields)
    check(case.pk)


def test_closed_there_without_a_date_is_neither_in_time_nor_late(load):
    load({"Срок": "10.03.2026"})
    load({"Срок": "10.03.2026", "Текущий шаг инцидента": "Закрыт"})
    case = the_case()
    with acting(ACTOR):
        assert not Clock.objects.filter(case=case).exists()
    assert case.state == Case.State.CLOSED


def test_opened_again_there_is_a_new_turn_here(load):
    load({"Текущий шаг инцидента": "Закрыт", "Дата закрытия": "05.03.2026 12:00"})
    load({"Текущий шаг инцидента": "Новый", "Срок": "20.03.2026"})
    case = the_case()
    assert (case.state, case.turn) == (Case.State.TRIAGED, 2)
    with acting(ACTOR):
        assert Clock.objects.filter(case=case, stopped_at=None, policy_version="source").count() == 1
    check(case.pk)


def test_an_executor_changed_there_changes_here(load):
    load({"Исполнитель": organisation().name})
    other, _third = bodies()
    load({"Исполнитель": other.name})
    assert the_case().executor_id == other.pk


def test_a_second_answer_joins_the_thread_as_a_new_version(load):
    load({"Ответ": "Смотрим", "Дата ответа": "03.03.2026"})
    load({"Ответ": "Сделали", "Дата ответа": "04.03.2026"})
    load({"Ответ": "Сделали", "Дата ответа": "04.03.2026"})
    with acting(ACTOR):
        out = list(Message.objects.filter(direction="out").order_by("version").values_list("text", "version"))
    assert out == [("Смотрим", 1), ("Сделали", 2)]


def test_work_here_is_no_conflict_while_the_source_only_ends_it(load):
    load({"Срок": "10.03.2026"})
    assigned(coordinator(), the_case().pk, timezone.now())
    run = load({"Срок": "10.03.2026", "Текущий шаг инцидента": "Закрыт", "Дата закрытия": "05.03.2026"})
    assert run.conflicts == 0 and the_case().state == Case.State.CLOSED


def test_what_a_person_opened_again_is_not_closed_by_the_same_old_word(load):
    """The source repeats «закрыт»: its state is nothing new; only its answer is, and joins."""
    closed = {"Текущий шаг инцидента": "Закрыт", "Дата закрытия": "05.03.2026 12:00"}
    load(closed)
    reopen(coordinator(), the_case().pk, reason="Житель позвонил")
    run = load(closed | {"Ответ": "Всё сделали"})
    assert (run.changed, run.conflicts) == (1, 0)
    assert (the_case().state, the_case().turn) == (Case.State.TRIAGED, 2)


def test_what_people_changed_is_a_conflict_and_either_side_may_be_taken(load):
    load({"Исполнитель": organisation().name})
    case = the_case()
    other, third = bodies()
    assigned(coordinator(), case.pk, timezone.now(), organisation_id=other.pk)
    assert the_case().executor_id == other.pk
    run = load({"Исполнитель": third.name})
    assert (run.changed, run.conflicts) == (1, 1)
    assert the_case().executor_id == other.pk, "never overwritten"
    (conflict,) = waiting()
    assert load({"Исполнитель": third.name}).conflicts == 0, "the same word is no second conflict"
    conflicts.settle(coordinator(), conflict.pk, "theirs")
    assert the_case().executor_id == third.pk and not waiting()
    (entry,) = entries("settle")
    assert entry.fields["chosen"] == "theirs" and entry.fields["conflict"] == "executor"
    with pytest.raises(BadInput, match="уже решено"):
        conflicts.settle(coordinator(), conflict.pk, "ours")
    check(case.pk)


def test_ours_is_kept_and_the_source_may_say_the_same_for_ever(load):
    load({"Исполнитель": organisation().name})
    other, third = bodies()
    assigned(coordinator(), the_case().pk, timezone.now(), organisation_id=other.pk)
    load({"Исполнитель": third.name})
    assert conflicts.settle_all(coordinator(), [c.pk for c in waiting()], "ours").done == 1
    load({"Исполнитель": third.name})
    assert not waiting() and the_case().executor_id == other.pk
    load({"Исполнитель": organisation().name})
    assert len(waiting()) == 1, "something new there is asked about again"


def test_an_answer_of_ours_and_another_of_theirs_are_a_conflict(load):
    load({})
    who = coordinator()
    now = timezone.now()
    assigned(who, the_case().pk, now)
    answer = approved(who, the_case().pk, now, text="Наш ответ")
    published_by_hand(who, answer.pk, at=now, now=now)
    load({"Ответ": "Их ответ", "Дата ответа": "03.03.2026"})
    assert [c.aspect for c in waiting()] == ["answer"]
    close(who, the_case().pk, outcome="explained", now=timezone.now())
    load({"Ответ": "Наш ответ", "Дата ответа": "03.03.2026"})
    with acting(ACTOR):
        assert [m.text for m in Message.objects.filter(direction="out")] == ["Наш ответ"]


def test_a_stranger_neither_sees_nor_settles_a_conflict(load):
    load({"Исполнитель": organisation().name})
    with acting(ACTOR):
        row = MirroredRow.objects.get()
    with acting(ACTOR), widened():
        conflict = Conflict.objects.create(
            row=row, case_id=row.case_id, scope_id=row.scope_id, aspect="due", at=timezone.now(),
            theirs={"due_at": "2026-03-20T20:59:59+00:00"},
        )
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    with acting(stranger):
        assert not conflicts.open_conflicts(stranger).exists()
    with pytest.raises(NotYours):
        conflicts.settle(stranger, conflict.pk, "theirs")
    with pytest.raises(Refused):
        conflicts.settle(make_staff(("approver", HOME)), conflict.pk, "ours")
    assert conflicts.settle_all(stranger, [conflict.pk], "ours").refused


def test_rows_gone_from_a_full_sheet_are_told_and_left_alone(load):
    load({}, {}, {"Текущий шаг инцидента": "Закрыт", "Дата закрытия": "05.03.2026"}, full=True)
    run = load({}, full=True)
    assert run.missing == 1, "the closed one is nobody's worry"
    with acting(ACTOR):
        (gone,) = mirroring.missing_of(run)
    assert gone.text == "Яма у дома 2" and gone.state == Case.State.NEW
    assert load({}).missing == 0, "a part of the source says nothing of the rest"


def test_one_matter_is_joined_by_any_of_its_numbers(load):
    load({"ID": "И-1", "№ ПОС": "777"})
    run = load({"ID": "СЭД-9", "№ ПОС": "777", "Текст": "Другими словами", "Срок": "15.03.2026"}, name="СЭД")
    assert (run.created, run.existing) == (0, 1)
    case = the_case()
    with acting(ACTOR):
        assert set(OutsideNumber.objects.values_list("system", "number")) == {
            ("инцидент", "И-1"), ("ПОС", "777"),
        } | {("СЭД", "СЭД-9")}
        assert MirroredRow.objects.count() == 2
    assert timezone.localtime(case.due_at).strftime("%d.%m.%Y") == "15.03.2026"
    assert load({"ID": "СЭД-9", "№ ПОС": "777", "Текст": "Другими словами", "Срок": "15.03.2026"},
                name="СЭД").created == 0


def test_a_matter_of_another_centre_is_never_taken_over_by_its_number(load):
    load({"ID": "1", "№ ПОС": "777"})
    run = load({"ID": "5", "№ ПОС": "777"}, code="gorod-volzhskiy")
    assert (run.created, run.rejected) == (0, 1)
    with acting(ACTOR):
        assert "в другом центре" in run.rejected_rows.get().reason


def test_cases_of_before_are_followed_unless_people_worked_on_them(load):
    load({"Срок": "10.03.2026"}, {"Срок": "10.03.2026"})
    with acting(ACTOR), widened():
        MirroredRow.objects.all().delete()  # as part 1 left them
        first, second = Case.objects.order_by("id")
    who = coordinator()
    assigned(who, second.pk, timezone.now())
    run = load({"Срок": "12.03.2026"}, {"Срок": "12.03.2026"})
    assert (run.changed, run.conflicts) == (2, 1)
    assert timezone.localtime(reread(first.pk).due_at).day == 12
    assert timezone.localtime(reread(second.pk).due_at).day == 10


LETTER = {"Режим": "59-ФЗ", "Вх. №": "О-15", "Дата регистрации": "03.03.2026", "Срок": "02.04.2026"}


def test_a_register_opens_with_the_row_and_is_kept_in_step(load):
    load(LETTER)
    case = the_case()
    assert case.regime == "law59"
    with acting(ACTOR):
        entry = Registration.objects.get()
    assert (entry.number, entry.regime, entry.ended_at) == ("О-15", "law59", None)
    run = load(LETTER | {"Срок": "15.04.2026"})
    assert (run.changed, run.conflicts) == (1, 0)
    assert timezone.localtime(the_case().due_at).strftime("%d.%m") == "15.04"
    load(LETTER | {"Срок": "15.04.2026", "Исх. №": "И-3", "Дата ответа": "10.03.2026", "Кто подписал": "Глава Мирный"})
    with acting(ACTOR):
        entry = Registration.objects.get()
    assert (entry.out_number, entry.signer) == ("И-3", "Глава Мирный") and entry.ended_at
    assert the_case().state == Case.State.ANSWERED
    check(case.pk)


def test_an_unknown_regime_is_never_guessed(load):
    run = load({"Режим": "44-ФЗ"})
    assert run.rejected == 1
    with acting(ACTOR):
        assert "44-ФЗ" in run.rejected_rows.get().reason


def test_an_incoming_number_without_a_regime_is_only_a_number(load):
    load({"Вх. №": "О-15"})
    assert the_case().regime == "social"
    with acting(ACTOR):
        assert OutsideNumber.objects.filter(system="СЭД", number="О-15").exists()


def test_the_page_lists_conflicts_and_settles_them(load):
    load({"Исполнитель": organisation().name})
    first, second = bodies()
    assigned(coordinator(), the_case().pk, timezone.now(), organisation_id=first.pk)
    run = load({"Исполнитель": "Служба 1"})
    browser = logged_in(make_user(("coordinator", HOME)))
    page = browser.get("/settings/imports/conflicts/").content.decode()
    assert "Служба 0" in page and "Служба 1" in page
    assert "Расхождений с источником: 1" in browser.get(f"/settings/imports/{run.pk}/").content.decode()
    (conflict,) = waiting()
    sent = browser.post("/settings/imports/conflicts/settle/", {"chosen": f"theirs:{conflict.pk}"}, follow=True)
    assert "Решено 1 расхождение." in sent.content.decode()
    assert the_case().executor_id == second.pk
    assert "Отметьте хотя бы одно" in browser.post(
        "/settings/imports/conflicts/settle/", {"chosen": "ours"}, follow=True
    ).content.decode()
