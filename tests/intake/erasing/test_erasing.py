"""Erasing a person: nothing is left of them, the journal is whole, and nobody does it who may not."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.answers.drafting import save_draft
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.reply import note_word, reply
from otklik.cases.actions.reveal import reveal_contacts
from otklik.cases.models import Case, CaseLink, CaseWords, Evidence, Registration, TaskLink
from otklik.cases.queue import Filters, page
from otklik.cases.task_links import link_for, open_task
from otklik.channels.models import Message
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.models import StoredFile
from otklik.files.storage import path_of
from otklik.intake import importing, taking
from otklik.intake.erasing.erase import drop, erase
from otklik.intake.erasing.finding import ask
from otklik.intake.erasing.holding import held
from otklik.intake.erasing.models import Erasure
from otklik.intake.erasing.reading import erasures
from otklik.intake.models import Conflict, ImportRun, MirroredRow, RejectedRow
from otklik.journal.models import Entry
from otklik.operations.beats import follow_journal, seal_journal
from otklik.operations.doctor import examine
from otklik.residents.contacts import lookup_hash
from otklik.residents.models import Contact, Resident
from tests.at_once import at_once, failures
from tests.cases.steps import answered, assigned, coordinator, photo
from tests.intake.erasing.steps import MARKS, NAME, PHONE, TEXT, corners, files_of_home
from tests.making import SYSTEM, make_staff, organisation, place, reread, send

WHY = "Заявление Ковыльной А. П. от 25.11.2026, вх. 17"
CHAINS = {"streams", "positions", "seals", "photos", "references", "threads", "figures"}


def officer(code: str = "gorod-kamyshin", role: str = "security"):
    return make_staff((role, code), name="Охранный Ян Ильич")


def asked(who=None, sought: str = PHONE) -> Erasure:
    return ask(who or officer(), sought=sought, reason=WHY)


def done(who=None, **options) -> Erasure:
    who = who or officer()
    return erase(who, asked(who).pk, confirmed="стереть", **options)


def written(**fields):
    return send(TEXT, name=NAME, phone=PHONE, email="kovyl-mail@example.test", street="Мира", house="77",
                place_note="кв. 7731, дмф-код", latitude=50.0812, longitude=45.4056, answer_by="phone",
                photos=(photo("red"),), **fields)  # fmt: skip


def everywhere(folder: Path) -> int:
    """The person in every table that words can get into. Returns the id of the case."""
    now = timezone.now()
    who = coordinator()
    sent = written()
    case_id = sent.case_id
    task = assigned(who, case_id, now, task="Свет у Ковыльной, тел. 8 900 555 77 11")
    link_for(who, task.pk)
    note_word(who, case_id, assignment_id=task.pk, kind="not_ours", text="Ковыльная не пустила", until=None,
              whose="самой Ковыльной", said_by="мастер", said_at=now)  # fmt: skip
    redirect(who, case_id, assignment_id=task.pk, organisation_id=organisation("adm-gorod-volzhskiy").pk,
             reason="Ковыльная жалуется снова")  # fmt: skip
    reveal_contacts(who, case_id, reason="Ковыльная не берёт трубку")
    save_draft(who, case_id, text="Уважаемая Анна Петровна Ковыльная! Позвоните 8-900-555-77-11.")
    sheet = folder / "sheet.csv"
    sheet.write_text(
        "ID,Дата создания,Муниципалитет,Текст инцидента,Автор,Телефон\n"
        f"71,01.03.2026 10:00,Камышин,Нет света у Ковыльной,{NAME},{PHONE}\n"
        f"72,не дата,Камышин,Опять темно,{NAME},8 (900) 555-77-11\n"
        "73,не дата,Камышин,Совсем другое,Иная Ия Львовна,+79001112233\n",
        encoding="utf-8",
    )
    taking.run(importing.begin(SYSTEM, sheet, into=place("gorod-kamyshin")).pk, path=sheet)
    importing.prepare(
        make_staff(("operator", "gorod-kamyshin")),
        SimpleUploadedFile("waiting.csv", sheet.read_bytes() + b"74,01.03.2026 11:00,,x,,\n"),
        place("gorod-kamyshin").pk, "другая",
    )
    return case_id


def test_nothing_is_left_of_the_person_anywhere(committed, owner_url, tmp_path):
    case_id = everywhere(tmp_path)
    other = send("У соседей тоже нет света", phone="+79001112244", photos=(photo("blue"),))
    before = corners(owner_url, MARKS)
    assert {"cases_case.text", "channels_message.text", "cases_assignment.task", "cases_remark.text",
            "residents_resident.name", "intake_rejectedrow.values", "answers_answerversion.text"} - {
        one.split(":")[0] for one in before
    } == set()  # fmt: skip
    row = done()
    assert row.state == Erasure.State.DONE
    # Four digits stand in a hash by chance: in columns of hashes they are no trace.
    by_chance = {"intake_formkey.key_hash: 7731", "channels_message.external_id: 7731"}
    assert set(corners(owner_url, (*MARKS, "7731", "дмф-код"))) - by_chance == set()
    assert not any(m.encode() in p.read_bytes() for p in files_of_home() for m in ("Ковыльн", "9005557711"))
    with acting(SYSTEM):
        assert [path_of(f.sha256).exists() for f in StoredFile.objects.all()] == [True]  # the neighbour's photo
        assert Message.objects.get(in_case__case_id=other.case_id).text == "У соседей тоже нет света"
        assert not Contact.objects.filter(lookup=lookup_hash("phone", PHONE)).exists()
        assert Case.objects.get(pk=case_id).latitude is None
    follow_journal(timezone.now())
    seal_journal(timezone.now())
    diagnosis = examine(timezone.now())
    assert [f.text for name, f in diagnosis.found if name in CHAINS and f.level == "problem"] == []


def test_an_erased_case_is_found_by_what_is_left_and_not_by_the_name(committed):
    sent = written()
    done()
    who = coordinator()
    with acting(who):
        assert page(who, Filters(tab="all", text="света"), timezone.now()).total == 1
        for gone in ("Ковыльная", "ковыльной", PHONE):
            assert page(who, Filters(tab="all", text=gone), timezone.now()).total == 0
        assert not CaseWords.objects.filter(pk=sent.case_id, words="ковыльн").exists()


def test_links_of_an_erased_person_open_nothing(committed):
    sent = written()
    who = coordinator()
    task = assigned(who, sent.case_id, timezone.now())
    token = link_for(who, task.pk)
    assert Client().get(f"/c/{sent.token}/").status_code == 200
    done()
    assert Client().get(f"/c/{sent.token}/").status_code == 404
    assert Client().get(f"/task/{token}/").status_code == 410
    with acting(SYSTEM):
        assert not CaseLink.objects.filter(case_id=sent.case_id).exists()
        assert not TaskLink.objects.filter(case_id=sent.case_id, revoked_at=None).exists()


@pytest.mark.django_db
def test_erasing_twice_changes_nothing_more():
    written()
    who = officer()
    row = done(who)
    count = Entry.objects.count()
    again = erase(who, row.pk, confirmed="стереть")
    assert again.done_at == row.done_at and Entry.objects.count() == count
    with pytest.raises(BadInput, match="Никого не нашли"):
        asked(who)


@pytest.mark.django_db
def test_the_certificate_says_what_was_done_and_names_nobody():
    sent = written()
    row = done()
    entry = Entry.objects.get(stream=f"erasure:{row.pk}", verb="erasure_done")
    assert entry.fields["cases"] == [sent.case_id]
    assert entry.fields["counts"]["contacts"] == 2 and entry.fields["counts"]["photos"] == 1
    assert "Ковыльн" not in row.reason and "вх. 17" in row.reason
    assert Entry.objects.filter(stream=f"case:{sent.case_id}", verb="erased").count() == 1


@pytest.mark.django_db
def test_texts_go_whole_when_the_officer_says_so():
    sent = written()
    done(whole=True)
    case = reread(sent.case_id)
    assert case.text == "[текст удалён по требованию автора]"


@pytest.mark.django_db
def test_more_words_are_taken_out_when_the_officer_names_them():
    sent = send("Пишет Бабушка Люся из зелёного дома", phone=PHONE)
    done(words="Бабушка Люся, зелёного дома")
    assert reread(sent.case_id).text == "Пишет [убрано] из [убрано]"


@pytest.mark.django_db
def test_without_the_second_confirmation_nothing_happens():
    sent = written()
    row = asked(who := officer())
    for word in ("", "да", "стереть всё"):
        with pytest.raises(BadInput, match="вернуть стёртое нельзя"):
            erase(who, row.pk, confirmed=word)
    assert "Ковыльная" in reread(sent.case_id).text


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["operator", "coordinator", "head", "curator", "analyst"])
def test_who_works_with_cases_does_not_erase(role):
    written()
    with pytest.raises(Refused):
        asked(make_staff((role, "volgograd" if role in ("curator", "analyst") else "gorod-kamyshin")))


@pytest.mark.django_db
def test_an_administrator_of_another_centre_finds_and_erases_nobody():
    written()
    stranger = officer("gorod-volzhskiy", "administrator")
    with pytest.raises(BadInput, match="Никого не нашли"):
        asked(stranger)
    row = asked()
    for act in (lambda: erase(stranger, row.pk, confirmed="стереть"), lambda: held(stranger, row.pk),
                lambda: drop(stranger, row.pk)):  # fmt: skip
        with pytest.raises(NotYours):
            act()
    assert erasures(stranger) == []


@pytest.mark.django_db
def test_only_the_region_erases_who_wrote_to_several_centres():
    written()
    written(code="gorod-volzhskiy")
    local = officer()
    row = asked(local)
    assert len(row.residents) == 1  # theirs only
    whole = officer("volgograd")
    everything = asked(whole)
    assert len(everything.residents) == 2
    erase(whole, everything.pk, confirmed="стереть")
    with acting(SYSTEM):
        assert not Contact.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("regime", ["law59", "law8"])
def test_an_appeal_at_law_is_erased_neither_while_its_clock_runs_nor_for_five_years(regime):
    sent = written()
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=sent.case_id).update(regime=regime)
    who = officer()
    row = erase(who, asked(who).pk, confirmed="стереть")
    assert row.state == Erasure.State.WAITING and "59-ФЗ" in row.waits_for
    closed = timezone.now() - timedelta(days=400)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=sent.case_id).update(state="closed", closed_at=closed)
        Case.objects.get(pk=sent.case_id).clocks.update(stopped_at=closed)
    row = erase(who, row.pk, confirmed="стереть")
    assert row.state == Erasure.State.WAITING and row.waits_until.year == closed.year + 5
    assert erase(who, row.pk, confirmed="стереть", now=timezone.now() + timedelta(days=5 * 366)).state == "done"
    assert "Ковыльн" not in reread(sent.case_id).text


@pytest.mark.django_db
@pytest.mark.parametrize(("ended_by", "state"), [("", "waiting"), ("sent", "waiting"), ("mistake", "done")])
def test_a_case_that_is_registered_as_an_appeal_besides_waits_too(ended_by, state):
    sent = written()
    now = timezone.now()
    with acting(SYSTEM), widened():
        Registration.objects.create(
            case_id=sent.case_id, scope=place("gorod-kamyshin"), regime="law59", received_at=now, created_at=now,
            ended_at=now if ended_by else None, ended_by=ended_by,
        )
    who = officer()
    assert erase(who, asked(who).pk, confirmed="стереть").state == state


@pytest.mark.django_db
def test_the_officer_sees_what_there_is_and_what_will_be_left():
    sent = written()
    shown = held(officer(), asked().pk)
    (case,) = shown.cases
    assert case.number.startswith("34-") and case.photos == 1
    assert "[имя убрано]" in case.left and "Ковыльн" not in case.left
    assert any("…77-11" in one for one in shown.contacts) and not any("9005557711" in one for one in shown.contacts)
    assert case.warning and sent.case_id


@pytest.mark.django_db
def test_a_case_of_nobody_known_is_erased_by_its_number():
    sent = send("Меня зовут Сом, тел. 8 900 000 00 01")
    who = officer()
    row = ask(who, sought=str(reread(sent.case_id).number), reason="просьба")
    erase(who, row.pk, confirmed="стереть")
    assert reread(sent.case_id).text == "Меня зовут Сом, тел. [телефон убран]"


@pytest.mark.django_db
def test_a_row_loaded_again_after_the_erasure_brings_nobody_back(tmp_path):
    sheet = tmp_path / "s.csv"
    sheet.write_text(
        "ID,Дата создания,Муниципалитет,Текст инцидента,Автор,Телефон\n"
        f"1,01.03.2026 10:00,Камышин,Нет света у Ковыльной,{NAME},{PHONE}\n", encoding="utf-8",
    )  # fmt: skip
    taking.run(importing.begin(SYSTEM, sheet, into=place("gorod-kamyshin")).pk, path=sheet)
    done()
    again = taking.run(importing.begin(SYSTEM, sheet, into=place("gorod-kamyshin")).pk, path=sheet)
    assert (again.created, again.existing, again.rejected) == (0, 1, 0)
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("Нет света", "Ковыльная пишет: света нет"), "utf-8")
    changed = taking.run(importing.begin(SYSTEM, sheet, into=place("gorod-kamyshin")).pk, path=sheet)
    assert (changed.created, changed.rejected) == (0, 0)
    with acting(SYSTEM):
        left = [list(model.objects.values_list()) for model in (Message, MirroredRow, Conflict, RejectedRow, Resident)]
        assert "Ковыльн" not in str(left)
    with acting(SYSTEM):
        assert not Contact.objects.exists() and not Resident.objects.exclude(name="").exists()


@pytest.mark.django_db
def test_a_dropped_request_erases_nobody():
    sent = written()
    who = officer()
    row = asked(who)
    drop(who, row.pk)
    with pytest.raises(Refused, match="Найдите человека снова"):
        erase(who, row.pk, confirmed="стереть")
    assert "Ковыльная" in reread(sent.case_id).text


def test_two_officers_at_once_erase_once(committed):
    written()
    first, second = officer(), officer()
    row = asked(first)
    came = at_once(
        lambda: erase(first, row.pk, confirmed="стереть"), lambda: erase(second, row.pk, confirmed="стереть")
    )
    assert not failures(came)
    with acting(System("test")):
        assert Entry.objects.filter(stream=f"erasure:{row.pk}", verb="erasure_done").count() == 1


def test_a_photo_that_somebody_else_sent_too_stays_on_disk(committed):
    written()
    shared = photo("red")
    send("Та же фотография от соседки", phone="+79001112244", photos=(shared,))
    done()
    assert path_of(shared.sha256).exists()


def test_the_file_of_a_waiting_import_goes_with_its_run_told_why(committed, tmp_path):
    everywhere(tmp_path)
    done()
    with acting(SYSTEM):
        run = ImportRun.objects.get(profile__code="другая")
    assert run.state == "failed" and "чьи данные стёрли" in run.failure and run.stored_at == ""


@pytest.mark.django_db
def test_what_staff_answered_stays_without_the_name():
    sent = written()
    answered(coordinator(), sent.case_id, timezone.now(), text="Анна Петровна, свет дали. Диспетчер: 8 (84457) 1-23-45")
    done()
    with acting(SYSTEM):
        out = Message.objects.get(in_case__case_id=sent.case_id, direction="out")
    assert out.text == "[имя убрано] [имя убрано], свет дали. Диспетчер: 8 (84457) 1-23-45"




@pytest.mark.django_db
@pytest.mark.parametrize("whole", [False, True])
def test_what_an_executor_shows_of_the_work_stays_unless_all_must_go(whole: bool):
    now, who = timezone.now(), coordinator()
    case_id = written().case_id
    task = assigned(who, case_id, now)
    link = open_task(link_for(who, task.pk), now)
    reply(link, kind="done", text="Сделано", photos=(photo("green"),), once="k" * 20)
    assert done(whole=whole).counts["photos"] == 1 + whole
    with acting(SYSTEM):
        left = list(Evidence.objects.filter(case_id=case_id).values_list("moment", flat=True))
    assert left == ([] if whole else ["after"])
