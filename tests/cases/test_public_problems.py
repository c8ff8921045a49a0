"""What everybody may read of a problem: words that a person released, and never a resident's."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from otklik.acting import Visitor, acting, widened
from otklik.acting.protection import PUBLIC_READ
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.problems import change, join, leave, set_state, tell
from otklik.cases.actions.public import photos_to_choose, switch, withdraw
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Case
from otklik.cases.problem_models import PublicNews, PublicPhoto
from otklik.cases.public_twin import look_through
from otklik.cases.public_words import spans_of
from otklik.cases.supporting import followed, reveal_supporters, support
from otklik.classifier.publicity import never_public
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.operations import auditing
from otklik.operations.auditing import Asked
from otklik.operations.doctor.rights import content_tables
from otklik.organisations.models import User
from tests.cases.problems_steps import (
    HOME,
    cases_of,
    coordinator,
    head,
    leak,
    problem,
    released,
    switched_on,
    theme,
    twin,
)
from tests.cases.steps import photo
from tests.making import SYSTEM, logged_in, make_staff, place

pytestmark = pytest.mark.django_db


def put_under_law(case_id: int, regime: str = "law59") -> None:
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(regime=regime)


def test_nothing_is_public_until_the_head_switches_the_group_on() -> None:
    who = coordinator()
    made = problem(who)
    with pytest.raises(Refused, match="не включён"):
        released(who, made.pk)
    switch(head(), place(HOME).pk, groups=["water"], statistics=False)
    shown = released(who, made.pk)
    assert shown.title == "Прорыв водопровода" and shown.reports == 1
    assert shown.place == "Камышин, ул. Мира"  # no house
    assert (shown.latitude, shown.longitude) == (50.083, 45.402)  # a street and no home


def test_switching_off_takes_everything_of_the_group_off_at_once() -> None:
    who, chief = coordinator(), head()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    switch(chief, place(HOME).pk, groups=["road"], statistics=False)
    assert twin(made.pk) is None


@pytest.mark.parametrize("role", ["operator", "coordinator", "approver"])
def test_only_head_and_administrator_switch(role: str) -> None:
    with pytest.raises(Refused):
        switch(make_staff((role, HOME)), place(HOME).pk, groups=["water"], statistics=True)
    with pytest.raises(Refused):
        switch(make_staff(("head", "gorod-volzhskiy")), place(HOME).pk, groups=["water"], statistics=True)
    with pytest.raises(NotYours):
        switch(Visitor(), place(HOME).pk, groups=["water"], statistics=True)


def test_an_operator_does_not_release() -> None:
    switched_on()
    made = problem(coordinator())
    with pytest.raises(Refused, match="координатор"):
        released(make_staff(("operator", HOME)), made.pk)


def test_security_military_energy_and_politics_are_never_public() -> None:
    who = coordinator()
    never = never_public()
    assert "defenders" in never.groups
    assert {"safety.alert_shelter", "safety.suspicious", "feedback.politics"} <= set(never.themes)
    with pytest.raises(Refused, match="никогда"):
        switch(head(), place(HOME).pk, groups=["defenders"], statistics=False)
    switched_on("safety", "power", "water")
    for code in ("safety.alert_shelter", "safety.suspicious", "power.transformer", "defenders.payments"):
        made = problem(who, code=code)
        with pytest.raises(Refused, match="никогда"):
            released(who, made.pk)
    shown = problem(who)
    released(who, shown.pk)
    change(who, shown.pk, theme_id=theme("safety.suspicious").pk)
    assert twin(shown.pk) is None


def test_appeals_by_law_never_feed_it() -> None:
    who = coordinator()
    switched_on()
    made = problem(who, more=1, photos=(photo(),))
    first, second = sorted(cases_of(made.pk))
    put_under_law(first)
    assert released(who, made.pk).reports == 1
    with acting(who, read_only=True):
        theirs = [file_id for file_id, _m in photos_to_choose(made)]
    assert len(theirs) == 1
    put_under_law(second, "law8")
    with acting(SYSTEM), widened():
        assert look_through(timezone.now()) == 1
    assert twin(made.pk) is None
    with pytest.raises(Refused, match="59-ФЗ"):
        released(who, made.pk)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Звоните 8 (900) 123-45-67", "8 (900) 123-45-67"), ("Пишите на voda@example.ru", "voda@example.ru"),
        ("Диспетчер 4-12-34", "4-12-34"), ("Заявитель из кв. 12 просит", "кв. 12"),
        ("Сообщила Иванова Мария Петровна", "Иванова Мария Петровна"), ("Мастер Сидоров И. И.", "Сидоров И. И."),
        ("Порыв у подстанции", "подстанции"), ("После атаки беспилотников", "беспилотников"),
        ("Номер счёта 40817810099910004312", "40817810099910004312"), ("Вступайте: vk.com/voda34", "vk.com/voda34"),
        ("Вода бежит по улице второй день и дети идут", "Вода бежит по улице второй день и дети идут"),
    ],
)  # fmt: skip
def test_words_that_are_not_for_everybody_are_refused_and_shown(text: str, found: str) -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    for field in ("title", "text"):
        with pytest.raises(BadInput) as wrong:
            released(who, made.pk, **{field: text})
        assert wrong.value.field == field and found in str(wrong.value)
    assert twin(made.pk) is None


def test_a_street_named_after_a_person_is_no_person_and_a_doubtful_name_a_person_lets_through() -> None:
    for text in ("Яма на улице Юрия Гагарина", "Ремонт на улице Ленина до 25.11.2026, с 08:00", "Село Попово"):
        assert not spans_of(text), text
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk, text="Авария у магазина «Мария Петровна»", names_are_fine=True)
    with pytest.raises(BadInput):
        released(who, made.pk, text="Мария Петровна, 8 900 123-45-67", names_are_fine=True)


def test_the_twin_follows_state_count_and_news() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    tell(who, made.pk, text="Бригада выехала.")
    released(who, made.pk)
    extra = leak(who)
    join(who, extra, problem_id=made.pk)
    tell(who, made.pk, text="Нашли место порыва.")
    set_state(who, made.pk, state="fixed")
    shown = twin(made.pk)
    assert shown and (shown.reports, shown.state) == (2, "fixed") and shown.fixed_on
    assert list(PublicNews.objects.order_by("at").values_list("text", flat=True)) == [
        "Бригада выехала.", "Нашли место порыва."
    ]
    leave(who, extra)
    shown = twin(made.pk)
    assert shown and shown.reports == 1


def test_photos_only_those_that_were_chosen() -> None:
    who = coordinator()
    switched_on()
    made = problem(who, photos=(photo("red"), photo("blue")))
    foreign = problem(who, photos=(photo("black"),))
    with acting(who, read_only=True):
        mine = [file_id for file_id, _m in photos_to_choose(made)]
        theirs = [file_id for file_id, _m in photos_to_choose(foreign)]
    released(who, made.pk)
    assert not PublicPhoto.objects.exists()
    released(who, made.pk, before=mine[:1])
    assert list(PublicPhoto.objects.values_list("file_id", flat=True)) == mine[:1]
    with pytest.raises(BadInput):
        released(who, made.pk, before=theirs)
    assert list(PublicPhoto.objects.values_list("file_id", flat=True)) == mine[:1]


def test_withdrawing_takes_it_off_at_once_and_keeps_the_words_for_the_form() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    with pytest.raises(NotYours):
        withdraw(make_staff(("coordinator", "gorod-volzhskiy")), made.pk)
    assert withdraw(who, made.pk).public_title == "Прорыв водопровода"
    assert twin(made.pk) is None
    withdraw(who, made.pk)


def test_what_leaves_for_another_centre_takes_its_last_case_off_the_portal() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    hand_over(who, made.main_case_id or 0, territory_id=place("gorod-volzhskiy").pk, reason="Не наш город")
    assert twin(made.pk) is None


def test_a_fixed_problem_leaves_the_list_after_a_while() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    set_state(who, made.pk, state="fixed")
    with acting(SYSTEM), widened():
        assert look_through(timezone.now()) == 0
        assert look_through(timezone.now() + timedelta(days=100)) == 1


def test_a_visitor_reads_public_tables_and_no_other_and_writes_none() -> None:
    who = coordinator()
    switched_on()
    released(who, problem(who).pk)
    with acting(Visitor()), connection.cursor() as cursor:
        for table in PUBLIC_READ:
            cursor.execute(f"SELECT count(*) FROM {table}")
            for change_it in (f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    cursor.execute(change_it)
        rooms = ("cases_", "channels_", "residents_", "files_", "answers_")
        for table in sorted(t for t in content_tables() if t.startswith(rooms)):
            cursor.execute("SELECT has_table_privilege('otklik_app', %s, 'SELECT')", [table])
            assert cursor.fetchone() == (False,), table
    assert {"cases_problem", "cases_problemnews", "cases_supporter"} <= content_tables()


def test_no_word_of_a_resident_reaches_a_public_table() -> None:
    who = coordinator()
    switched_on()
    made = problem(who, text="Уникальнослово течёт у подъезда", name="Редкаяфамилия Анна", phone="+79000000077")
    released(who, made.pk)
    tell(who, made.pk, text="Бригада выехала.")
    support(Visitor(), made.pk, browser="b", phone="+79000000078")
    with acting(Visitor(), read_only=True), connection.cursor() as cursor:
        for table in PUBLIC_READ:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            everything = cursor.fetchone()[0].lower()
            for word in ("уникальнослово", "редкаяфамилия", "79000000077", "79000000078"):
                assert word not in everything, (table, word)


def test_a_neighbour_is_counted_once_a_browser_and_once_a_phone() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    first = support(Visitor(), made.pk, browser="one", phone="8 900 000-00-78")
    again = support(Visitor(), made.pk, browser="one")
    assert again.existed and again.token == first.token
    other = support(Visitor(), made.pk, browser="two", phone="+79000000078")
    assert other.token != first.token  # and is told nothing about the phone
    shown = twin(made.pk)
    assert shown and shown.same == 1
    assert reveal_supporters(who, made.pk, reason="Позвонить о воде") == ["+79000000078"]
    with pytest.raises(BadInput):
        reveal_supporters(who, made.pk, reason=" ")
    with pytest.raises(NotYours):
        reveal_supporters(make_staff(("coordinator", "gorod-volzhskiy")), made.pk, reason="Любопытно")


def test_a_supporter_follows_it_and_after_withdrawal_sees_only_how_it_stands() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    link = support(Visitor(), made.pk, browser="one").token
    shown = followed(link)
    assert shown.public and shown.public.title == "Прорыв водопровода"
    withdraw(who, made.pk)
    set_state(who, made.pk, state="fixed")
    shown = followed(link)
    assert shown.public is None and shown.state == "fixed"
    with pytest.raises(NotYours):
        followed("no-such-token")


def test_nobody_joins_what_is_not_shown_or_is_fixed_or_by_the_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    with pytest.raises(NotYours):
        support(Visitor(), made.pk, browser="one")
    released(who, made.pk)
    with pytest.raises(BadInput):
        support(Visitor(), made.pk, browser="one", phone="не номер")
    monkeypatch.setattr("otklik.cases.supporting.MOST_AN_HOUR", 1)
    support(Visitor(), made.pk, browser="one")
    with pytest.raises(Refused):
        support(Visitor(), made.pk, browser="two")
    support(Visitor(), made.pk, browser="two", now=timezone.now() + timedelta(hours=2))
    set_state(who, made.pk, state="fixed")
    with pytest.raises(Refused):
        support(Visitor(), made.pk, browser="three")


def test_a_case_moved_under_a_law_leaves_the_portal_with_the_same_step() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    transfer_regime(who, made.main_case_id or 0, regime="law59", reason="Подано как обращение")
    assert twin(made.pk) is None


def test_who_looked_at_the_phones_and_why_stands_beside_the_problem_and_in_the_audit() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    support(Visitor(), made.pk, browser="a" * 20, phone="+79005550012")
    assert reveal_supporters(who, made.pk, reason="обзвон перед отключением") == ["+79005550012"]
    page = logged_in(User.objects.get(pk=who.user_id)).get(f"/desk/problem/{made.pk}/").content.decode()
    assert "обзвон перед отключением" in page and "+79005550012" not in page
    for asked in (Asked(), Asked(kind="contacts")):
        lines = auditing.lines(make_staff(("security", HOME)), asked, 50)
        assert [(one.kind, one.who) for one in lines if one.verb == "revealed"] == [("contacts", "Луговая И. Л.")]
        elsewhere = auditing.lines(make_staff(("security", "gorod-volzhskiy")), asked, 50)
        assert not [one for one in elsewhere if one.verb == "revealed"]
    entry = Entry.objects.get(verb="revealed")
    assert "обзвон" not in str(entry.fields)
