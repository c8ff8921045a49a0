"""A passport keeps itself by data, is checked by people, and is shown outside as its head approved it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import Notice
from otklik.channels.models import Account
from otklik.curating.pages import PageSaid, close_page, save_page
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from otklik.organisations.models import Organisation, User
from otklik.practice import passports
from otklik.practice.jobs import mind_practices
from otklik.practice.models import PassportNote, PassportVersion
from otklik.practice.papers import made
from otklik.practice.passport_fields import HIDDEN_PHONE, QUARTER_DAYS, TYPED, outside
from otklik.practice.passport_paper import paper_of, side_by_side
from tests.making import make_staff, place

pytestmark = pytest.mark.django_db
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"


@pytest.fixture
def head():
    return make_staff(("head", HOME), name="Головина Зоя Ильинична")


@pytest.fixture
def coordinator():
    return make_staff(("coordinator", HOME), name="Лугова Мария Игоревна")


def words(sections, code):
    return next((row.text for one in sections for row in one.rows if row.code == code), None)


def test_what_data_say_keeps_itself(head, coordinator):
    here = place(HOME)
    with acting(coordinator, read_only=True):
        found = passports.draft(here, timezone.now())
    assert words(found.outer, "head") == "Головина Зоя Ильинична"
    assert words(found.outer, "hours").startswith("09:00")
    assert "согласующий" in words(found.outer, "chain_law59")
    assert "80 % срока" in words(found.outer, "escalation")
    Account.objects.create(channel="vk", code="vk-proba", name="Камышин говорит", territory=here)
    User.objects.filter(full_name__startswith="Головина").update(is_active=False)
    with acting(coordinator, read_only=True):
        later = passports.draft(here, timezone.now())
    assert words(later.outer, "own_pages") == "ВКонтакте: Камышин говорит" and words(later.outer, "head") is None


def test_official_pages_are_those_of_the_registry(coordinator):
    here = place(HOME)
    bodies = {one.kind: one for one in Organisation.objects.filter(territory=here, active=True)}
    office = Organisation.objects.create(
        code="otdel", name="Акты и архивы", short_name="Архив", kind="department", territory=here
    )
    kept = [
        save_page(coordinator, PageSaid(body.pk, f"vk.com/{code}"))
        for body, code in ((office, "otdel"), (bodies["administration"], "kam"))
    ]
    save_page(coordinator, PageSaid(bodies["administration"].pk, "ok.ru/kam"))
    with acting(coordinator, read_only=True):
        told = words(passports.draft(here, timezone.now()).outer, "registry").splitlines()
    assert [line.rpartition(": ")[2] for line in told] == ["ok.ru/kam", "vk.com/kam", "vk.com/otdel"]
    close_page(coordinator, kept[1].pk)
    with acting(coordinator, read_only=True):
        assert "vk.com/kam" not in words(passports.draft(here, timezone.now()).outer, "registry")


def test_how_it_works_says_what_is_set(head, coordinator):
    here = place(HOME)

    def told(code):
        with acting(coordinator, read_only=True):
            return words(passports.draft(here, timezone.now()).outer, code)

    assert "темы предлагает" in told("by_itself") and "всплески похожих" in told("by_itself")
    keeper = make_staff(("administrator", "volgograd"))
    region_settings.put(keeper, "theme_by_itself", True, here.pk)
    region_settings.put(keeper, "silent_hours", 7, here.pk)
    region_settings.put(keeper, "one_person", True, here.pk)
    for mode, said in (("never", "соединяет человек"), ("likely", "очень похоже на открытую проблему")):
        region_settings.put(keeper, "joining", {"by_itself": mode, "from": 0.95}, here.pk)
        assert said in told("by_itself")
    assert "ставит сама, когда уверена" in told("by_itself") and "через 7 ч" in told("by_itself")
    assert "из одного человека" in told("chain_social") and "согласующий" in told("chain_law59")
    Account.objects.create(channel="vk", code="vk-proba", name="Камышин", territory=here, dry_run=True)
    Account.objects.create(channel="email", code="mail-proba", name="Приёмная", territory=here, active=False)
    assert "ответы не уходят" in told("own_pages") and told("channels") is None


def test_a_typed_field_says_when_it_was_checked_and_asks_again_after_a_quarter(coordinator):
    here, now = place(HOME), timezone.now()
    passports.write(coordinator, here, "room", "Два кабинета, 40 м²", now=now - timedelta(days=QUARTER_DAYS + 1))
    with acting(coordinator, read_only=True):
        found = passports.draft(here, now)
    assert [row.code for row in found.stale] == ["room"]
    passports.confirm(coordinator, here, "room", now=now)
    with acting(coordinator, read_only=True):
        found = passports.draft(here, now)
        note = PassportNote.objects.get(place=here, code="room")
    assert not found.stale and note.written_at < note.checked_at
    assert f"проверено {timezone.localdate(now):%d.%m.%Y}" in [r.checked_words for s in found.outer for r in s.rows]
    verbs = list(Entry.objects.filter(stream=f"passport:{here.pk}").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["passport_field_changed", "passport_field_checked"]


def test_a_coordinator_is_asked_once_a_quarter_to_check_what_is_stale(head, coordinator):
    here, now = place(HOME), datetime(2026, 11, 26, 7, 23, tzinfo=UTC)
    make_staff(("coordinator", OTHER))
    old = now - timedelta(days=QUARTER_DAYS + 1)
    passports.write(coordinator, here, "room", "Два кабинета", now=old)
    passports.write(coordinator, here, "plans", "Класс", now=old)
    passports.write(coordinator, here, "act", "", now=old)  # nothing to be checked
    passports.write(coordinator, here, "units", "Четыре ставки", now=now - timedelta(days=QUARTER_DAYS))
    with acting(coordinator, read_only=True):
        assert len(passports.draft(here, now).stale) == 2
    assert (mind_practices(now), mind_practices(now + timedelta(days=20))) == (1, 0)
    told = Notice.objects.get(kind="exchange")
    assert (told.user_id, told.link) == (coordinator.user_id, f"/region/passports/{HOME}/check/")
    assert "(2)" in told.words
    assert mind_practices(datetime(2027, 1, 1, 7, 23, tzinfo=UTC)) == 1, "another quarter"
    for code in ("room", "plans", "units"):
        passports.confirm(coordinator, here, code, now=datetime(2027, 3, 31, tzinfo=UTC))
    assert mind_practices(datetime(2027, 4, 1, 7, 23, tzinfo=UTC)) == 0


def test_the_head_approves_what_was_read_and_only_that_is_shown(head, coordinator):
    here = place(HOME)
    passports.write(coordinator, here, "plans", "Свой учебный класс к маю")
    passports.propose(coordinator, here)
    with acting(head, read_only=True):
        assert passports.approved(here) is None
        waits = passports.waiting(here)
    with pytest.raises(BadInput, match="изменился"):
        passports.approve(head, here, seen="0" * 64)
    with pytest.raises(Refused, match="руководитель"):
        passports.approve(coordinator, here, seen=waits.digest)
    passports.approve(head, here, seen=waits.digest)
    passports.write(coordinator, here, "plans", "Уже другие планы")
    stranger = make_staff(("coordinator", OTHER))
    with acting(stranger, read_only=True):
        shown = passports.sections_of(passports.approved(here))
    assert words(shown, "plans") == "Свой учебный класс к маю"


def test_nothing_new_is_nothing_to_approve_though_figures_move(head, coordinator):
    here = place(HOME)
    passports.write(coordinator, here, "plans", "Класс")
    with acting(head, read_only=True):
        seen = passports.draft(here, timezone.now()).digest
    passports.approve(head, here, seen=seen)
    with pytest.raises(Refused, match="ничего не изменилось"):
        passports.propose(coordinator, here)


def test_a_returned_passport_says_why(head, coordinator):
    here = place(HOME)
    passports.propose(coordinator, here)
    with pytest.raises(BadInput):
        passports.send_back(head, here, " ")
    passports.send_back(head, here, "Добавьте акт")
    with acting(coordinator, read_only=True):
        assert passports.last_returned(here).words == "Добавьте акт" and passports.waiting(here) is None


def test_personal_phones_never_leave_the_centre(head, coordinator):
    here = place(HOME)
    User.objects.filter(pk=head.user_id).update(phone="+7 902 000-00-07")
    passports.write(coordinator, here, "substitute", "Лугова М. И., 8 (902) 000-00-08, городской 2-00-09")
    with acting(coordinator, read_only=True):
        found = passports.draft(here, timezone.now())
    assert "902" in words(found.inner, "phones") and words(found.outer, "phones") is None
    assert words(found.outer, "substitute") == f"Лугова М. И., {HIDDEN_PHONE}, городской 2-00-09"
    passports.approve(head, here, seen=found.digest)
    assert "902" not in str(PassportVersion.objects.get(place=here).content)


@pytest.mark.parametrize("text", ["+79020000007", "8 902 000 00 07", "(902) 000-00-07", "8-902-000-00-07"])
def test_a_mobile_phone_is_known_however_it_is_written(text):
    assert outside(f"Звоните {text}.").replace(HIDDEN_PHONE, "") == "Звоните ."


def test_strangers_change_nothing(coordinator):
    stranger, here = make_staff(("head", OTHER)), place(HOME)
    passports.propose(coordinator, here)
    for act in (
        lambda: passports.write(stranger, here, "plans", "чужое"), lambda: passports.confirm(stranger, here, "plans"),
        lambda: passports.propose(stranger, here), lambda: passports.approve(stranger, here, seen=""),
        lambda: passports.send_back(stranger, here, "нет"),
    ):
        with pytest.raises((Refused, NotYours)):
            act()


def test_it_is_two_pages_on_paper_even_when_everything_is_written(head, coordinator):
    here = place(HOME)
    for code in TYPED:
        passports.write(coordinator, here, code, "Слово за словом, строка за строкой. " * 16)
    with acting(coordinator, read_only=True):
        seen = passports.draft(here, timezone.now()).digest
    version = passports.approve(head, here, seen=seen)
    printed = made(paper_of("Камышин", version), "pdf")
    assert printed[:5] == b"%PDF-" and 1 <= len(re.findall(rb"/Type ?/Page\b", printed)) <= 2
    assert made(paper_of("Камышин", version), "docx")[:2] == b"PK"


def test_two_stand_side_by_side_row_by_row(head):
    here, there = place(HOME), place(OTHER)
    with acting(make_staff(("curator", "volgograd")), read_only=True):
        left, right = (passports.draft(one, timezone.now()).outer for one in (here, there))
    rows = [pair for _title, pairs in side_by_side(left, right) for pair in pairs]
    named = next(pair for pair in rows if pair.label == "Название")
    assert named.differs and "Камышин" in named.left.text and "Волжск" in named.right.text
    assert any(pair.right is None for pair in rows), "Камышин has a head, the other has none"
