"""A message comes in once, whole, or is refused beside its field with nothing kept."""

import math
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from otklik.acting import Visitor, acting
from otklik.cases.models import Case
from otklik.cases.resident_links import open_link
from otklik.channels.models import Message
from otklik.failures import BadInput
from otklik.files.models import StoredFile
from otklik.intake.accepting import Incoming, accept, issue_key
from otklik.intake.models import FormKey
from otklik.intake.sheets.cleaning import clean
from otklik.residents.models import Contact
from otklik.territory.models import Territory
from tests.cases.invariants import check
from tests.cases.steps import RECEIVED, photo
from tests.making import SYSTEM, place, reread, send

pytestmark = pytest.mark.django_db


def kept() -> tuple[int, int, int, int]:
    with acting(SYSTEM):
        return Case.objects.count(), Message.objects.count(), FormKey.objects.count(), Contact.objects.count()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.text(max_size=200), st.text("а\x00\u202e\u200b\ud83d😀\n&<>[|]@", max_size=60)))
@example(text="\x00")
@example(text="я" * 100_000)
@example(text="я" * 100_001)
@example(text="👨‍👩‍👧 " * 20_000)
@example(text="\u202eабв\u202c")
@example(text="<script>alert(1)</script>Яма")
@example(text="[id1|Имя], не горит фонарь")
def test_any_text_opens_a_case_with_what_was_typed_or_is_told_to_be_wrong(text):
    before = kept()
    try:
        sent = send(text, now=RECEIVED)
    except BadInput as told:
        assert told.field == "text"
        assert len(text) > 100_000 or not clean(text)
        assert kept() == before
        return
    case = reread(sent.case_id)
    assert case.text == clean(text)
    assert open_link(sent.token).case_id == case.pk
    check(case.pk)


def test_the_same_form_again_gives_the_same_number_and_link():
    key = issue_key()
    first, again = send("Яма", key=key), send("  Яма\r\n", key=key)
    assert (first.case_id, first.number, first.token) == (again.case_id, again.number, again.token)
    assert (first.existed, again.existed) == (False, True)
    assert kept()[0] == 1


def test_who_goes_back_and_mends_the_text_or_the_place_loses_nothing():
    key = issue_key()
    first = send("Яма на Мира", key=key)
    mended = send("Яма на Мира, и люк открыт", key=key)
    elsewhere = send("Яма на Мира", key=key, code="gorod-volzhskiy")
    assert len({first.case_id, mended.case_id, elsewhere.case_id}) == 3
    assert len({first.token, mended.token, elsewhere.token}) == 3
    assert reread(mended.case_id).text == "Яма на Мира, и люк открыт"


@pytest.mark.parametrize("key", ["", "чужой", "a:b:c", "\ud800", "x" * 5000])
def test_a_key_that_is_not_ours_is_told(key):
    with pytest.raises(BadInput) as told:
        accept(Incoming("portal", key, "Яма", place("gorod-kamyshin").pk), actor=Visitor())
    assert told.value.field == "key"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"answer_by": "phone"}, "phone"),
        ({"answer_by": "phone", "phone": "123"}, "phone"),
        ({"phone": "не телефон"}, "phone"),
        ({"answer_by": "pigeon"}, "answer_by"),
        ({"answer_by": "outside"}, "answer_by"),
        ({"photos": (None,) * 6}, "photos"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_kept(fields, field):
    with pytest.raises(BadInput) as told:
        send("Яма", **fields)
    assert told.value.field == field
    assert kept() == (0, 0, 0, 0)


def test_a_place_of_no_centre_is_told():
    closed = Territory.objects.create(
        kind="settlement", code="gone", name="Былое", short_name="Былое", active=False,
        parent=place("gorod-kamyshin"), scope=place("gorod-kamyshin"),
    )
    for territory_id in (place("volgograd").pk, 10**9, closed.pk):
        with pytest.raises(BadInput) as told:
            accept(Incoming("portal", issue_key(), "Яма", territory_id), actor=Visitor())
        assert told.value.field == "territory"


@pytest.mark.parametrize(
    ("latitude", "longitude", "stays"),
    [
        (48.7, 44.5, True), (0.0, 0.0, True), (math.nan, 44.5, False), (48.7, math.inf, False), (91, 0, False),
        (48.7, None, False),
    ],
)
def test_a_point_that_is_none_is_left_out(latitude, longitude, stays):
    case = reread(send("Яма", latitude=latitude, longitude=longitude).case_id)
    assert (case.latitude is not None) == (case.longitude is not None) == stays


def test_a_message_is_not_written_after_it_came():
    late = timezone.now() + timedelta(days=3)
    case = reread(send("Яма", written_at=late).case_id)
    assert case.written_at == case.received_at


def test_long_places_and_names_are_kept_as_far_as_they_fit():
    case = reread(send("Яма", street="у" * 500, house="9" * 500, place_note="з" * 500, name="и" * 500).case_id)
    assert (len(case.street), len(case.house), len(case.place_note)) == (150, 30, 300)


def test_photos_of_a_message_are_of_its_centre():
    send("Яма", photos=(photo(), photo("red")))
    with acting(SYSTEM):
        assert set(StoredFile.objects.values_list("scope_id", flat=True)) == {place("gorod-kamyshin").pk}
