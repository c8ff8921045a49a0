"""The signed file between two Otkliks: whatever is wrong with it is refused with words, and nothing changes."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from otklik.acting import acting
from otklik.failures import BadInput, Refused
from otklik.practice import exchanges, leaving, packets, passports, region_keys
from otklik.practice.exchanges import Meeting
from otklik.practice.models import Exchange, Packet, Taken, TrustedRegion
from tests.making import make_staff, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


class Far:
    """Another region with a key of its own, that speaks our format."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.key = self.private.public_key().public_bytes_raw().hex()

    def file(self, *, key: str = "", before: str = packets.FORMAT, **payload) -> bytes:
        whole = {"uid": str(uuid4()), "kind": "meeting", "from": {"code": "far", "name": "Дальняя область"},
                 "to": region_keys.own_key(), "made_at": NOW.isoformat(), "body": self.body()} | payload
        text = json.dumps(whole, ensure_ascii=False)
        signature = self.private.sign(before.encode() + b"\n" + text.encode()).hex()
        return json.dumps(
            {"format": packets.FORMAT, "key": key or self.key, "payload": text, "signature": signature}
        ).encode()

    def body(self, **more):
        return {
            "meeting": str(uuid4()), "topic": "Полив улиц", "way": "call", "side": "host", "our_name": "Дальний",
            "their_name": "Камышин", "begins_at": (NOW + timedelta(days=5)).isoformat(),
            "ends_at": (NOW + timedelta(days=5, hours=1)).isoformat(), "where": "", "programme": "10:00 Начало",
            "people": "Дальнев А. А., глава", "questions": "Сколько машин?", "passport": None,
        } | more


@pytest.fixture
def far():
    return Far()


@pytest.fixture
def administrator():
    return make_staff(("administrator", "volgograd"))


@pytest.fixture
def curator():
    return make_staff(("curator", "volgograd"))


@pytest.fixture
def known(far, administrator):
    return region_keys.trust(administrator, code="far", name="Дальняя область", key=far.key,
                             compared=region_keys.fingerprint(far.key))


def test_a_key_is_trusted_only_with_the_fingerprint_that_was_read_out(far, administrator, curator):
    wrong = region_keys.fingerprint(Far().key)
    for given, field in (
        ({"compared": wrong}, "compared"), ({"compared": ""}, "compared"), ({"key": "zz"}, "key"),
        ({"code": "Ы"}, "code"),
        ({"key": region_keys.own_key()}, "key"), ({"name": " "}, "name"), ({"compared": "é" * 48}, "compared"),
    ):
        right = {"code": "far", "name": "Дальняя", "key": far.key, "compared": region_keys.fingerprint(far.key)}
        with pytest.raises(BadInput) as refused:
            region_keys.trust(administrator, **(right | given))
        assert refused.value.field == field
    with pytest.raises(Refused):
        region_keys.trust(curator, **right)
    assert not TrustedRegion.objects.exists()
    spoken = region_keys.fingerprint(far.key).upper().replace(" ", "-")
    region_keys.trust(administrator, **(right | {"compared": spoken}))
    with pytest.raises(BadInput, match="уже в списке"):
        region_keys.trust(administrator, **right)


def test_an_invitation_becomes_a_card_of_ours(far, known, curator):
    row = packets.take_in(curator, far.file(), place_id=place(HOME).pk, now=NOW)
    assert (row.host_id, row.host_name, row.guest_name) == (None, "Дальний (Дальняя область)", "Камышин")
    assert row.partner == known and row.host_people == "Дальнев А. А., глава" and row.leaves
    assert Packet.objects.get().exchange == row


@pytest.mark.parametrize(("begins", "programme"), [
    ("2026-12-01T10:00:00+07:00", "06:00 Начало\n06:30 Вопросы"),  # written where clocks are four hours ahead of ours
    ("2026-12-01T10:00:00+03:00", "10:00 Начало\n10:30 Вопросы"),
    ("2026-12-01T07:00:00+00:00", "10:00 Начало\n10:30 Вопросы"),  # a file of an earlier version tells no clock
])
def test_the_hours_of_a_programme_from_another_zone_are_told_by_our_clock(far, known, curator, begins, programme):
    ends = (datetime.fromisoformat(begins) + timedelta(hours=1)).isoformat()
    body = far.body(begins_at=begins, ends_at=ends, programme="10:00 Начало\n10:30 Вопросы")
    assert packets.take_in(curator, far.file(body=body), place_id=place(HOME).pk, now=NOW).programme == programme


WRONG = {
    "unknown key": (lambda f: Far().file(), "незнаком"),
    "another's key in its place": (lambda f: Far().file(key=f.key), "Подпись не сошлась"),
    "a signature given for something else": (lambda f: f.file(before="otklik-other"), "Подпись не сошлась"),
    "for another region": (lambda f: f.file(to=f.key), "для другой области"),
    "too old": (lambda f: f.file(made_at=(NOW - timedelta(days=91)).isoformat()), "больше 90 дней"),
    "of tomorrow's tomorrow": (lambda f: f.file(made_at=(NOW + timedelta(days=2)).isoformat()), "будущим"),
    "without a zone": (lambda f: f.file(made_at="2026-11-26T09:00:00"), "не то"),
    "too big": (lambda f: f.file(body=f.body(programme="х" * packets.MOST_BYTES)), "слишком большой"),
    "a text too long": (lambda f: f.file(body=f.body(programme="х" * 6001)), "не то"),
    "a number for a text": (lambda f: f.file(body=f.body(topic=5)), "не то"),
    "no body": (lambda f: f.file(body=None), "не то"),
    "another kind": (lambda f: f.file(kind="order"), "не то"),
    "a kind that is no text": (lambda f: f.file(kind=[]), "не то"),
    "backwards": (lambda f: f.file(body=f.body(ends_at=NOW.isoformat())), "не то"),
    "a passport of nonsense": (lambda f: f.file(body=f.body(passport={"content": [{"rows": 1}]})), "не то"),
    "empty": (lambda f: b"", "не файл обмена"),
    "no JSON": (lambda f: b"\xff\xfe\x00PK", "не файл обмена"),
    "deep JSON": (lambda f: b"[" * 200_000, "не файл обмена"),
    "a list": (lambda f: b"[]", "не файл обмена"),
    "numbers for words": (
        lambda f: json.dumps({"format": packets.FORMAT, "key": 1, "payload": 2, "signature": 3}).encode(),
        "не файл обмена",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused_with_words_and_changes_nothing(far, known, curator, what):
    make, words = WRONG[what]
    with pytest.raises(BadInput, match=words) as refused:
        packets.take_in(curator, make(far), place_id=place(HOME).pk, now=NOW)
    assert refused.value.field == "file"
    assert not Exchange.objects.exists() and not Packet.objects.exists()


def test_one_changed_letter_is_seen(far, known, curator):
    content = json.loads(far.file())
    content["payload"] = content["payload"].replace("Полив", "Налив")
    with pytest.raises(BadInput, match="изменили по дороге"):
        packets.take_in(curator, json.dumps(content).encode(), place_id=place(HOME).pk, now=NOW)


def test_a_file_is_taken_once(far, known, curator):
    content = far.file()
    packets.take_in(curator, content, place_id=place(HOME).pk, now=NOW)
    with pytest.raises(BadInput, match="уже загружен"):
        packets.take_in(curator, content, place_id=place(HOME).pk, now=NOW)
    assert Exchange.objects.count() == 1


def test_a_distrusted_region_brings_nothing_more(far, known, curator, administrator):
    region_keys.distrust(administrator, known.pk)
    with pytest.raises(BadInput, match="больше не доверяют"):
        packets.take_in(curator, far.file(), place_id=place(HOME).pk, now=NOW)


def test_a_third_region_changes_no_meeting_of_two(far, known, curator, administrator):
    third, body = Far(), far.body()
    region_keys.trust(administrator, code="third", name="Третья", key=third.key,
                      compared=region_keys.fingerprint(third.key))
    packets.take_in(curator, far.file(body=body), place_id=place(HOME).pk, now=NOW)
    with pytest.raises(BadInput, match="не с этой областью"):
        packets.take_in(curator, third.file(body=body | {"topic": "Чужое"}), place_id=place(HOME).pk, now=NOW)
    with pytest.raises(BadInput, match="Такой встречи"):
        packets.take_in(curator, third.file(kind="sheet", body={
            "meeting": body["meeting"], "people": "", "questions": "", "words": "", "taken": [], "passport": None,
        }), now=NOW)
    assert Exchange.objects.get().topic == "Полив улиц"


def test_only_the_region_takes_files_in_and_an_invitation_needs_a_centre(far, known, curator):
    with pytest.raises(Refused):
        packets.take_in(make_staff(("curator", HOME)), far.file(), place_id=place(HOME).pk, now=NOW)
    with pytest.raises(BadInput) as refused:
        packets.take_in(curator, far.file(), now=NOW)
    assert refused.value.field == "place"


def test_a_sheet_comes_back_onto_our_card(far, known, curator):
    head = make_staff(("head", "volgograd"))
    row = exchanges.plan(curator, Meeting(
        "Снег", "call", place(HOME).pk, None, NOW + timedelta(days=3), NOW + timedelta(days=3, hours=1), "", known.pk,
    ), now=NOW)
    with pytest.raises(Refused, match="без разрешения"):
        packets.make(curator, row.pk, now=NOW)
    with acting(head, read_only=True):
        seen = leaving.luggage(row).digest
    leaving.decide(head, row.pk, allow=True, seen=seen, now=NOW)
    sent = json.loads(json.loads(packets.make(curator, row.pk, now=NOW))["payload"])
    assert sent["to"] == far.key and sent["body"]["meeting"] == str(row.uid) and sent["kind"] == "meeting"
    taken = [{"what": "Смена", "who": "Дальнев", "due": "2027-02-01"}]
    body = {"meeting": str(row.uid), "people": "Дальнев А. А.", "questions": "Кто дежурит?", "words": "Понравилось",
            "taken": taken, "passport": None}
    packets.take_in(curator, far.file(kind="sheet", body=body), now=NOW)
    row.refresh_from_db()
    assert (row.guest_people, row.guest_words) == ("Дальнев А. А.", "Понравилось") and "Кто дежурит?" in row.questions
    assert Taken.objects.get().responsible_name == "Дальнев"
    with pytest.raises(BadInput, match="не то"):
        packets.take_in(curator, far.file(kind="sheet", body=body | {"taken": taken * 4}), now=NOW)


def test_an_invitation_takes_the_passport_along_without_phones(far, known, curator):
    head = make_staff(("head", HOME))
    passports.write(head, place(HOME), "substitute", "Лугова М. И., 8 902 000 00 08")
    with acting(head, read_only=True):
        digest = passports.draft(place(HOME), NOW).digest
    passports.approve(head, place(HOME), seen=digest, now=NOW)
    row = exchanges.plan(curator, Meeting(
        "Снег", "call", place(HOME).pk, None, NOW + timedelta(days=3), NOW + timedelta(days=3, hours=1), "", known.pk,
    ), now=NOW)
    with acting(curator, read_only=True):
        body = leaving.luggage(row).body
    assert body["passport"]["name"] == "Камышин" and "902 000" not in json.dumps(body)
