"""Letters by law: each outcome with its notice and covering letter, and no more of the person than is needed."""

from dataclasses import fields

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.law_letters import draft_inquiry, make, make_extension, make_forwarding, make_inquiry
from otklik.cases.actions.complained import add_complained
from otklik.cases.actions.correspondence import extend, not_ours
from otklik.cases.actions.inquiries import Letter, send
from otklik.cases.actions.law_outcomes import decide, done, prepare
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import LawDecision, Registration
from otklik.cases.numbers import shown
from otklik.cases.outcome_filling import Given
from otklik.failures import BadInput, NotYours, Refused
from tests.cases.registering import LATER, NOW, by_law
from tests.cases.steps import coordinator, entries, received
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, reread

pytestmark = pytest.mark.django_db
NAME, STREET, MAIL = "Проба Нина Ильинична", "Мира", "proba@example.test"
POLICE, GOVERNOR = "Управление внутренних дел", "Высшее должностное лицо"


@pytest.fixture
def who():
    return coordinator()


def appeal(who, regime="law59", **more):
    case_id = received(name=NAME, street=STREET, house="12", email=MAIL, **more).case_id
    transfer_regime(who, case_id, regime=regime, reason="по закону", now=NOW)
    return case_id, by_law(who, case_id, regime)


def nobody_in(letter):
    """No word of the resident's stands anywhere on the paper."""
    words = " ".join(str(getattr(letter, one.name)) for one in fields(letter) if one.name != "executor")
    return not any(word in words for word in ("Проба", "Нина", STREET, "д. 12", MAIL))


def prepared(who, case_id, entry, code, **given):
    return prepare(who, case_id, registration_id=entry.pk, code=code, given=Given(**given), now=NOW)


def test_a_forwarded_appeal_has_a_letter_for_the_person_and_one_for_the_body(who):
    case_id, entry = appeal(who)
    decision = prepared(who, case_id, entry, "forward", body="Комитет дорог", reason="дорога областная")
    mine = make(who, case_id, decision_id=decision.pk, kind="pdf", now=NOW)
    theirs = make(who, case_id, decision_id=decision.pk, kind="pdf", to="body", now=NOW)
    assert (mine.addressee, theirs.addressee) == (NAME, "Комитет дорог")
    assert mine.in_number == "А-17"
    assert theirs.in_number == "", "nobody of theirs wrote: there is nothing it answers"
    assert "часть" in mine.text or "Основание" in mine.text
    assert "части 3 статьи 8" in theirs.text
    assert "№ А-17" in theirs.text
    assert "уведомлён" in theirs.text
    assert "областная" not in theirs.text, "why is between us and the resident"
    assert nobody_in(theirs)
    assert [one.fields["as"] for one in entries(case_id, "letter")] == ["pdf", "pdf"]
    with pytest.raises(Refused):
        make(who, case_id, decision_id=decision.pk, kind="pdf", to="also", now=NOW)


def test_signs_of_crime_without_a_signature_go_on_under_the_number_that_was_noted(who):
    case_id = received().case_id
    transfer_regime(who, case_id, regime="law59", reason="по закону", now=NOW)
    entry = by_law(who, case_id)
    decision = prepared(who, case_id, entry, "crime", body="Отдел полиции", reason="готовят поджог")
    decide(who, case_id, decision_id=decision.pk, now=NOW)
    done(who, case_id, decision_id=decision.pk, number="7-с", at=LATER, signer="Глава", way="post", now=LATER)
    letter = make(who, case_id, decision_id=decision.pk, kind="docx", to="body", now=LATER)
    assert (letter.out_number, letter.signer) == ("7-с", "Глава")
    assert "Уведомить о направлении некого" in letter.text
    with pytest.raises(Refused, match="письма нет"):
        make(who, case_id, decision_id=decision.pk, kind="docx", now=LATER)


def test_a_migration_matter_names_both_whom_the_law_names_and_each_gets_its_letter(who):
    case_id, entry = appeal(who)
    with pytest.raises(BadInput) as told:
        prepared(who, case_id, entry, "migration", body=POLICE)
    assert told.value.field == "also"
    with pytest.raises(BadInput, match="тот же получатель"):
        prepared(who, case_id, entry, "migration", body=POLICE, also=POLICE)
    decision = prepared(who, case_id, entry, "migration", body=POLICE, also=GOVERNOR)
    assert f"{POLICE}; {GOVERNOR}" in decision.text
    for to, addressee in (("body", POLICE), ("also", GOVERNOR)):
        letter = make(who, case_id, decision_id=decision.pk, kind="pdf", to=to, now=NOW)
        assert letter.addressee == addressee
        assert "части 3.1 статьи 8" in letter.text
        assert f"{POLICE}; {GOVERNOR}" in letter.text, "each knows of the other"
        assert nobody_in(letter)
    decide(who, case_id, decision_id=decision.pk, now=NOW)
    done(who, case_id, decision_id=decision.pk, number="5", at=LATER, signer="Глава", way="post", now=LATER)
    with acting(SYSTEM):
        assert Registration.objects.get(pk=entry.pk).forwarded_to == f"{POLICE}; {GOVERNOR}"


def test_only_whoever_is_complained_of_is_left_out_of_a_migration_matter(who):
    case_id, entry = appeal(who)
    add_complained(who, case_id, name=GOVERNOR, now=NOW)
    with pytest.raises(BadInput, match="Жалобу нельзя пересылать"):
        prepared(who, case_id, entry, "migration", body=POLICE, also=GOVERNOR)
    decision = prepared(who, case_id, entry, "migration", body=POLICE)
    assert GOVERNOR not in decision.text
    add_complained(who, case_id, name=POLICE, now=NOW)
    with pytest.raises(BadInput, match="Жалобу нельзя пересылать"):
        decide(who, case_id, decision_id=decision.pk, now=NOW)


@pytest.mark.parametrize(("regime", "days", "law", "until"), [
    ("law59", 30, "часть 2 статьи 12", "3 мая 2026 г."), ("law8", 15, "часть 6 статьи 18", "18 апреля 2026 г."),
])  # fmt: skip
def test_the_notice_of_an_extension_names_days_reason_and_the_new_date(who, regime, days, law, until):
    case_id, entry = appeal(who, regime)
    made = make_extension(
        who, case_id, registration_id=entry.pk, days=days, reason="ждём экспертизу", kind="pdf", now=NOW
    )
    assert made.addressee == NAME
    assert law in made.text
    assert f"{days} " in made.text
    assert "ждём экспертизу" in made.text
    assert until in made.text
    with acting(SYSTEM):
        assert Registration.objects.get(pk=entry.pk).extended_days is None, "a paper changes nothing"
    with pytest.raises(BadInput, match="не больше чем"):
        make_extension(who, case_id, registration_id=entry.pk, days=60, reason="x", kind="pdf", now=NOW)
    extend(who, case_id, registration_id=entry.pk, days=days - 5, reason="экспертиза", noticed_at=NOW,
           decided_by="Глава", now=NOW)  # fmt: skip
    again = make_extension(who, case_id, registration_id=entry.pk, days=0, reason="", kind="pdf", now=LATER)
    assert f"{days - 5} " in again.text, "once it is noted, it says what was noted"


def test_a_plain_forwarding_has_both_letters_too_and_none_to_whom_the_complaint_is_about(who):
    case_id, entry = appeal(who)
    not_ours(who, case_id, registration_id=entry.pk, reason="областная дорога", now=NOW)
    given = {"registration_id": entry.pk, "kind": "pdf", "now": NOW}
    notice = make_forwarding(who, case_id, body="Комитет дорог", to_body=False, **given)
    assert notice.addressee == NAME
    assert "Комитет дорог" in notice.text
    theirs = make_forwarding(who, case_id, body="Комитет дорог", to_body=True, **given)
    assert theirs.addressee == "Комитет дорог"
    assert nobody_in(theirs)
    add_complained(who, case_id, name="Комитет дорог", now=NOW)
    with pytest.raises(BadInput, match="Жалобу нельзя пересылать"):
        make_forwarding(who, case_id, body="Комитет дорог области", to_body=True, **given)


def test_after_a_plain_forwarding_its_letters_are_still_there_with_what_was_noted():
    desk = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    case = make_case(name=NAME, email=MAIL)
    at = f"/desk/case/{shown(case.number)}/"
    who = make_staff(("coordinator", "gorod-kamyshin"))
    transfer_regime(who, case.pk, regime="law59", reason="по закону")
    today = timezone.localdate().isoformat()
    desk.post(f"{at}register/", {"regime": "law59", "number": "А-17", "registered_at": today})
    with acting(SYSTEM):
        entry = Registration.objects.get(case=case, ended_at=None)
    not_ours(who, case.pk, registration_id=entry.pk, reason="областная дорога")
    whose = {"registration": entry.pk}
    desk.post(f"{at}forwarded/", whose | {"to": "Комитет дорог", "number": "5-п", "at": today, "signer": "Глава",
                                          "notified": "on", "not_complained_of": "on"})  # fmt: skip
    assert reread(case.pk).state == "closed"
    page = desk.get(at).content.decode()
    assert "Переслано: Комитет дорог" in page
    assert page.count(f"{at}paper/forwarding/?as=docx") == 2
    for tail in ("?as=docx", "?as=pdf", "?as=docx&whom=body", "?as=pdf&whom=body"):
        made = desk.post(f"{at}paper/forwarding/{tail}", whose)
        assert made.content[:2] in (b"PK", b"%P"), tail
    given = {"registration_id": entry.pk, "body": "", "kind": "pdf"}
    theirs = make_forwarding(who, case.pk, to_body=True, **given)
    assert (theirs.addressee, theirs.out_number, theirs.signer) == ("Комитет дорог", "5-п", "Глава")
    mine = make_forwarding(who, case.pk, to_body=False, **given)
    assert (mine.addressee, mine.out_number) == (NAME, ""), "what was noted is the number of the letter to the body"


def test_a_request_for_documents_names_its_term_and_goes_to_no_court(who):
    case_id, entry = appeal(who)
    given = {"registration_id": entry.pk, "of": "request", "kind": "pdf", "now": NOW}
    letter = draft_inquiry(who, case_id, to="Росреестр", what="выписку по дому 5", **given)
    assert "пункта 2 части 1 статьи 10" in letter.text
    assert "до 19.03.2026" in letter.text, "15 days"
    assert nobody_in(letter)
    for court in ("Городской суд", "мировому судье участка 5", "Следственный комитет", "отдел дознания"):
        with pytest.raises(BadInput, match="не запрашивают"):
            draft_inquiry(who, case_id, to=court, what="дело", **given)
    with pytest.raises(BadInput, match="не запрашивают"):
        send(who, case_id, registration_id=entry.pk, now=NOW,
             letter=Letter("request", "Городской суд", "дело", "1", NOW, "Глава"))  # fmt: skip
    assert draft_inquiry(who, case_id, to="Служба судоходства", what="акт", **given)


@pytest.mark.parametrize("words", ["справку о Нине Ильиничне", "звонки с +7 900 000-00-01", "письма с a@example.test"])
def test_a_letter_that_names_the_resident_needs_somebody_to_say_that_it_must(who, words):
    case_id, entry = appeal(who)
    given = {"registration_id": entry.pk, "of": "request", "kind": "pdf", "now": NOW, "to": "Росреестр"}
    with pytest.raises(BadInput) as told:
        draft_inquiry(who, case_id, what=words, **given)
    assert told.value.field == "what"
    assert words in draft_inquiry(who, case_id, what=words, names=True, **given).text


def test_a_letter_that_was_noted_is_made_with_its_number_and_date(who):
    case_id, entry = appeal(who)
    row = send(who, case_id, registration_id=entry.pk, now=NOW,
               letter=Letter("request", "Росреестр", "выписку", "12-з", NOW, "Глава"))  # fmt: skip
    letter = make_inquiry(who, case_id, inquiry_id=row.pk, kind="docx", now=LATER)
    assert (letter.out_number, letter.signer, letter.addressee) == ("12-з", "Глава", "Росреестр")
    assert "4 марта 2026" in letter.out_at
    with pytest.raises(NotYours):
        make_inquiry(who, received("Другое").case_id, inquiry_id=row.pk, kind="docx", now=LATER)
    with pytest.raises(NotYours):
        make_inquiry(make_staff(("head", "gorod-volzhskiy")), case_id, inquiry_id=row.pk, kind="docx", now=LATER)


def test_the_pages_offer_each_letter_and_hand_it_over_or_say_what_is_missing():
    desk = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    case = make_case(name=NAME, email=MAIL)
    at = f"/desk/case/{shown(case.number)}/"
    transfer_regime(make_staff(("coordinator", "gorod-kamyshin")), case.pk, regime="law59", reason="по закону")
    today = timezone.localdate().isoformat()
    desk.post(f"{at}register/", {"regime": "law59", "number": "А-17", "registered_at": today})
    with acting(SYSTEM):
        entry = Registration.objects.get(case=case, ended_at=None)
    desk.post(f"{at}not-ours/", {"registration": entry.pk, "reason": "областная дорога"})
    page = desk.get(at).content.decode()
    for paper in ("extension", "forwarding", "inquiry"):
        assert f"{at}paper/{paper}/" in page, paper
    assert "paper/forwarding/?as=pdf&amp;whom=body" in page
    whose = {"registration": entry.pk, "as": "docx"}
    papers = (
        ("paper/extension/", {"days": "10", "reason": "ждём экспертизу"}),
        ("paper/forwarding/", {"to": "Комитет дорог"}), ("paper/forwarding/?whom=body", {"to": "Комитет дорог"}),
        ("paper/inquiry/", {"kind": "request", "to": "Росреестр", "what": "выписку"}),
    )
    for tail, given in papers:
        made = desk.post(at + tail, whose | given)
        assert made.content.startswith(b"PK"), tail
        wrong = desk.post(at + tail, whose)
        assert wrong.status_code == 422
        assert "is-invalid" in wrong.content.decode()
        odd = desk.post(at + tail, whose | given | {"as": "exe"})
        assert "DOCX или PDF" in odd.content.decode()
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.post(f"{at}paper/inquiry/", whose | papers[-1][1]).status_code == 404
    desk.post(f"{at}law/prepare/", {"entry": entry.pk, "code": "migration", "body": POLICE, "also": GOVERNOR})
    with acting(SYSTEM):
        decision = LawDecision.objects.get(case=case)
    page = desk.get(f"{at}law/").content.decode()
    assert page.count("Сопроводительное письмо") == 2
    for to in ("", "body", "also"):
        letter = desk.post(f"{at}law/{decision.pk}/letter/", {"as": "pdf", "to": to})
        assert letter.content.startswith(b"%PDF"), to
    assert desk.post(f"{at}law/{decision.pk}/letter/", {"as": "pdf", "to": "mayor"}).status_code == 302
    assert reread(case.pk).state == "new"
