"""«Запрос ЦУР»: reminded before its hour, told of after it, answered only by whom it was sent to, in time or late."""

from datetime import timedelta

import pytest

from otklik.acting import acting
from otklik.cases.models import Notice
from otklik.curating import asking, beside
from otklik.curating.models import AskPart
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations.models import Organisation
from tests.cases.steps import o_clock
from tests.making import SYSTEM, make_staff, make_user, place

pytestmark = pytest.mark.django_db
NOW, DUE = o_clock("10:00"), o_clock("14:00")
HOME, ELSEWHERE = "gorod-kamyshin", "gorod-volzhskiy"


def curator(code: str = "volgograd"):
    return make_staff(("curator", code), name="Куратова Лия Юрьевна")


def asked(who, *codes: str, **more) -> list[AskPart]:
    said = {"title": "Вода", "text": "Пишут, что нет воды.", "due_at": DUE} | more
    row = asking.ask(who, asking.Asked(scopes=[place(code).pk for code in codes], **said), now=NOW)
    return parts_of(row.pk)


def parts_of(ask_id: int) -> list[AskPart]:
    with acting(SYSTEM):
        return list(AskPart.objects.filter(ask_id=ask_id).select_related("ask").order_by("scope__name_key", "pk"))


def notices() -> list[tuple[int, str]]:
    with acting(SYSTEM):
        return list(Notice.objects.filter(kind="ask").order_by("pk").values_list("user_id", "words"))


def test_each_centre_gets_its_own_part_and_reads_no_other(db):
    person = make_user(("coordinator", HOME))
    first, second = asked(curator(), ELSEWHERE, HOME)
    with acting(make_staff(("operator", HOME))):
        seen = {part.scope_id for part in AskPart.objects.all()}
    assert seen == {place(HOME).pk} and first.scope_id != second.scope_id
    assert (person.pk, f"Запрос № {first.ask_id}: дайте позицию до 04.03 14:00") in notices()


def test_it_is_reminded_of_two_hours_before_and_told_to_both_sides_when_the_hour_is_over(db):
    who, person = curator(), make_user(("coordinator", HOME))
    (part,) = asked(who, HOME, due_at=o_clock("18:00"))
    assert asking.alarm_due(o_clock("15:59")) == 0
    assert asking.alarm_due(o_clock("16:01")) == 1
    assert asking.alarm_due(o_clock("16:02")) == 0
    assert asking.alarm_due(o_clock("18:01")) == 1
    assert asking.alarm_due(o_clock("18:02")) == 0
    late = f"Запрос № {part.ask_id}: ответа ждали до 04.03 18:00"
    assert (person.pk, late) in notices() and (who.user_id, late) in notices()


def test_a_short_one_is_reminded_of_when_a_third_of_its_time_is_left(db):
    (part,) = asked(curator(), HOME, due_at=NOW + timedelta(minutes=30))
    assert asking.remind_before(part) == timedelta(minutes=10)
    assert asking.alarm_due(NOW + timedelta(minutes=19)) == 0
    assert asking.alarm_due(NOW + timedelta(minutes=21)) == 1


def test_only_who_was_asked_answers_and_a_late_reply_stays_late(db):
    who = curator()
    (part,) = asked(who, HOME)
    for stranger, failure in (
        (make_staff(("coordinator", ELSEWHERE)), NotYours), (make_staff(("coordinator", "volgograd")), Refused),
        (who, Refused), (make_staff(("analyst", HOME)), Refused),
    ):
        with pytest.raises(failure):
            asking.reply(stranger, part.pk, words="Позиция", now=NOW)
    person = make_staff(("operator", HOME))
    asking.reply(person, part.pk, words="Дали воду.", now=DUE + timedelta(minutes=1))
    asking.decide(who, part.pk, accepts=False, words="Где?", due_at=DUE + timedelta(hours=2),
                  now=DUE + timedelta(minutes=2))
    asking.reply(person, part.pk, words="На Мира.", now=DUE + timedelta(minutes=3))
    asking.decide(who, part.pk, accepts=True, now=DUE + timedelta(minutes=4))
    (part,) = parts_of(part.ask_id)
    assert part.state == "accepted" and part.first_replied_at == DUE + timedelta(minutes=1)
    with acting(SYSTEM):
        entries = list(Entry.objects.filter(stream=f"ask:{part.ask_id}").order_by("seq"))
    assert [one.verb for one in entries] == ["ask_sent", "ask_replied", "ask_returned", "ask_replied", "ask_accepted"]
    assert entries[1].fields["late"] and not any("вод" in str(one.fields).lower() for one in entries)


def test_a_returned_one_needs_an_hour_that_is_not_over(db):
    who = curator()
    (part,) = asked(who, HOME)
    asking.reply(make_staff(("head", HOME)), part.pk, words="Дали воду.", now=NOW)
    with pytest.raises(BadInput, match="новый срок"):
        asking.decide(who, part.pk, accepts=False, words="Где?", now=DUE + timedelta(minutes=1))


def test_for_a_body_of_the_region_the_curator_writes_down_who_said_it_and_how(db):
    who = curator()
    body = Organisation.objects.filter(territory__kind="region").exclude(kind="regional_centre").first()
    if body is None:
        body = Organisation.objects.create(
            code="min-test", name="Министерство", short_name="Министерство", kind="regional_body",
            territory=place("volgograd"),
        )
    (part,) = asked(who, organisations=[body.pk])
    with pytest.raises(BadInput, match="кто ответил"):
        asking.reply(who, part.pk, words="Чиним.", now=NOW)
    asking.reply(who, part.pk, words="Чиним.", said_by="Дежурный, по телефону", now=NOW)
    assert parts_of(part.ask_id)[0].replied_for == "Дежурный, по телефону"


def test_a_curator_asks_only_their_own_places_and_wrong_requests_are_refused_beside_the_field(db):
    with pytest.raises(Refused):
        asked(curator(HOME), ELSEWHERE)
    with pytest.raises(Refused):
        asked(make_staff(("coordinator", HOME)), HOME)
    for field, wrong in (("title", {"title": " "}), ("text", {"text": ""}), ("due_at", {"due_at": NOW}),
                         ("link", {"link": "javascript:alert(1)"}), ("places", {})):
        with pytest.raises(BadInput) as caught:
            asked(curator(), *([HOME] if field != "places" else []), **wrong)
        assert caught.value.field == field


def test_a_request_is_cancelled_where_nobody_has_answered_yet(db):
    who = curator()
    first, second = asked(who, ELSEWHERE, HOME)
    asking.reply(make_staff(("head", HOME)), second.pk, words="Дали воду.", now=NOW)
    asking.cancel(who, first.ask_id, now=NOW)
    assert {part.state for part in parts_of(first.ask_id)} == {"cancelled", "replied"}
    with pytest.raises(Refused):
        asking.reply(make_staff(("head", ELSEWHERE)), first.pk, words="Позиция", now=NOW)


def test_the_centres_of_a_curator_stand_side_by_side(db):
    who = curator(HOME)
    (part,) = asked(who, HOME)
    with acting(who):
        (row,) = beside.rows(frozenset({place(HOME).pk}), DUE + timedelta(hours=1))
    assert (row.asks, row.asks_late, row.asks_replied) == (1, 1, 0)
    asking.reply(make_staff(("head", HOME)), part.pk, words="Дали воду.", now=NOW)
    with acting(who):
        (row,) = beside.rows(frozenset({place(HOME).pk}), DUE)
    assert (row.asks, row.asks_replied) == (0, 1)
