"""A practice with its document and a lent template go to another region as a signed file, and come from one."""

import base64
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from docx import Document

from otklik.acting import acting
from otklik.answers import templates
from otklik.answers.models import AnswerTemplate
from otklik.cases.models import Notice
from otklik.failures import BadInput, NotYours, Refused
from otklik.practice import (
    foreign_lending,
    lending,
    packets,
    practice_reading,
    practice_taking,
    practices,
    region_keys,
    sending,
)
from otklik.practice.models import ForeignTemplate, Packet, Practice, TemplateCopy
from otklik.practice.practice_taking import Planned
from tests.making import logged_in, make_staff, make_user, place
from tests.practice.test_packets import HOME, NOW, Far

pytestmark = pytest.mark.django_db


@pytest.fixture
def far():
    return Far()


@pytest.fixture
def known(far):
    return region_keys.trust(make_staff(("administrator", "volgograd")), code="far", name="Дальняя область",
                             key=far.key, compared=region_keys.fingerprint(far.key))


@pytest.fixture
def curator():
    return make_staff(("curator", "volgograd"))


@pytest.fixture
def keeper():
    return make_staff(("coordinator", HOME))


@pytest.fixture
def head():
    return make_staff(("head", "volgograd"))


def docx(words: str = "Распоряжение о поливе") -> bytes:
    page = Document()
    page.add_paragraph(words)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def put_in(content: bytes, **parts: bytes) -> bytes:
    """The same document with more parts in its archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(f"word/{name}", part)
    return out.getvalue()


def practice_body(**more):
    return {
        "practice": str(uuid4()), "centre": "Дальний", "title": "Полив по ночам", "group": "water",
        "problem": "Газоны сохли", "steps": "Составили список\nВышли ночью\nПроверили утром", "cost": "ничего",
        "act": "Распоряжение № 3", "contact": "Дальнева Анна Андреевна, глава",
        "file": {"name": "akt.docx", "content": base64.b64encode(docx()).decode()},
    } | more


def template_body(**more):
    return {
        "template": str(uuid4()), "centre": "Дальний", "author": "Дальнева Анна Андреевна", "name": "Полив газонов",
        "text": "Спасибо. Польём вечером.", "theme": "",
        "note": "В жару", "used": 12, "share": 75, "said": 8,
    } | more


def take(curator, content):
    return packets.take_in(curator, content, now=NOW)


def ours(keeper, curator) -> Practice:
    row = practices.make(keeper, practices.Typed(
        "Обход колодцев", "water", "Решётки смывало", "Список\nОбход\nЗаметка", "два дня", "Распоряжение № 7",
        file=("akt.docx", docx()),
    ), place_id=place(HOME).pk)  # fmt: skip
    practices.offer(keeper, row.pk)
    return practices.confirm(curator, row.pk, version=1)


def test_a_practice_leaves_by_the_word_for_exactly_its_words(known, curator, keeper, head):
    row = ours(keeper, curator)
    with pytest.raises(BadInput, match="доверенных"):
        sending.ask(keeper, practice_id=row.pk, partner_id=known.pk + 1)
    with pytest.raises(Refused):
        sending.ask(make_staff(("coordinator", "gorod-volzhskiy")), practice_id=row.pk, partner_id=known.pk)
    sent = sending.ask(keeper, practice_id=row.pk, partner_id=known.pk)
    assert Notice.objects.get(user_id=head.user_id).link == f"/region/exchange/sendings/{sent.pk}/"
    with pytest.raises(Refused, match="без разрешения"):
        packets.make_thing(keeper, sent.pk)
    with pytest.raises(Refused, match="решает руководитель"):
        sending.decide(curator, sent.pk, allow=True, seen=sent.digest)
    with pytest.raises(BadInput, match="Прочитайте"):
        sending.decide(head, sent.pk, allow=True, seen="0" * 64)
    sending.decide(head, sent.pk, allow=True, seen=sent.digest)
    file = json.loads(json.loads(packets.make_thing(keeper, sent.pk))["payload"])
    assert (file["kind"], file["to"], file["body"]["centre"]) == ("practice", known.key, place(HOME).name)
    assert base64.b64decode(file["body"]["file"]["content"]).startswith(b"PK")
    practices.change(keeper, row.pk, practices.Typed(
        "Обход колодцев", "water", "Решётки смывало и дворы", "Список\nОбход\nЗаметка", "два дня"), version=1)
    with pytest.raises(Refused, match="подтвердит куратор"):
        packets.make_thing(keeper, sent.pk)
    practices.confirm(curator, row.pk, version=2)
    with pytest.raises(Refused, match="После разрешения текст изменили"):
        packets.make_thing(keeper, sent.pk)


def test_a_practice_that_came_waits_for_our_curator_and_is_open_to_be_taken(far, known, curator, keeper):
    body = practice_body()
    row = take(curator, far.file(kind="practice", body=body))
    assert (row.whose, row.state) == ("из другого региона: Дальний (Дальняя область)", "waiting")
    with acting(keeper, read_only=True), pytest.raises(NotYours):
        practice_reading.the_practice(keeper, row.pk)
    assert "file" not in Packet.objects.get().content and row.file.original_name == "akt.docx"
    for gate in (lambda: practices.give_back(curator, row.pk, reason="Короче"),
                 lambda: practices.change(curator, row.pk, practices.Typed("Наша", "water", "", "", ""), version=1)):
        with pytest.raises(Refused, match="не правят"):
            gate()
    practices.confirm(curator, row.pk, version=1)
    practice_taking.take(keeper, row.pk, place_id=place(HOME).pk, tasks=[
        Planned("Составить список", keeper.user_id, NOW.date() + timedelta(days=9))], now=NOW)
    with acting(curator, read_only=True):
        assert row not in practice_reading.best_of(row.place), "what came is not what we are proud of"
    with pytest.raises(BadInput, match="более новый"):
        take(curator, far.file(kind="practice", body=body, made_at=(NOW - timedelta(days=1)).isoformat()))
    later = far.file(kind="practice", body=body | {"problem": "Газоны и клумбы сохли", "file": None},
                     made_at=(NOW + timedelta(hours=1)).isoformat())
    renewed = take(curator, later)
    assert (renewed.pk, renewed.state, renewed.file, renewed.version) == (row.pk, "waiting", None, 2)
    with pytest.raises(BadInput, match="уже загружен"):
        take(curator, later)


def test_a_template_that_came_is_taken_as_ones_own_and_renewed(far, known, curator, keeper):
    body = template_body()
    row = take(curator, far.file(kind="template", body=body))
    copy = foreign_lending.take_copy(keeper, row.pk, place_id=place(HOME).pk)
    assert copy.template.text == body["text"] and copy.template.place == place(HOME)
    assert foreign_lending.take_copy(keeper, row.pk, place_id=place(HOME).pk).pk == copy.pk
    with pytest.raises(BadInput, match="свой центр"):
        foreign_lending.take_copy(keeper, row.pk, place_id=place("gorod-volzhskiy").pk)
    take(curator, far.file(kind="template", body=body | {"text": "Спасибо. Польём ночью."},
                           made_at=(NOW + timedelta(hours=1)).isoformat()))
    with acting(keeper, read_only=True):
        (told,) = foreign_lending.foreign_templates()
        assert told.outdated == {copy.pk} and (told.row.used, told.row.share) == (12, 75)
        assert TemplateCopy.objects.get(template=copy.template_id).foreign.centre == "Дальний (Дальняя область)"
    foreign_lending.take_copy(keeper, row.pk, place_id=place(HOME).pk)
    assert AnswerTemplate.objects.get(pk=copy.template_id).text == "Спасибо. Польём ночью."
    with pytest.raises(Refused):
        foreign_lending.put_away(keeper, row.pk)
    foreign_lending.put_away(curator, row.pk)
    with pytest.raises(Refused, match="больше не дают"):
        foreign_lending.take_copy(keeper, row.pk, place_id=place(HOME).pk)


def bomb() -> bytes:
    """Small outside, sixty megabytes inside."""
    return put_in(docx(), **{"media.xml": b" " * 60_000_000})


def inside(content: bytes, name: str = "akt.docx"):
    return {"file": {"name": name, "content": base64.b64encode(content).decode()}}


WRONG = {
    "a macro": ("practice", lambda: practice_body(**inside(put_in(docx(), **{"vbaProject.bin": b"\x00"}))), "макрос"),
    "a bomb": ("practice", lambda: practice_body(**inside(bomb())), "слишком много"),
    "a program": ("practice", lambda: practice_body(**inside(b"MZ\x90\x00")), "не читается"),
    "a PDF": ("practice", lambda: practice_body(**inside(b"%PDF-1.7 /JavaScript")), "не читается"),
    "a document too big": ("practice", lambda: practice_body(**inside(b"PK" + b"\x00" * 3_500_000)), "больше 3 МБ"),
    "no base64": ("practice", lambda: practice_body(file={"name": "a.docx", "content": "<b>"}), "не то"),
    "a document that is a number": ("practice", lambda: practice_body(file=5), "не то"),
    "two steps": ("practice", lambda: practice_body(steps="Раз\nДва"), "не то"),
    "a step too long": ("practice", lambda: practice_body(steps="Раз\nДва\n" + "х" * 301), "не то"),
    "no centre": ("practice", lambda: practice_body(centre=" "), "не то"),
    "a resident": ("practice", lambda: practice_body(problem="Звонила Иванова, +7 902 000-00-05"), "о жителе"),
    "an unknown placeholder": ("template", lambda: template_body(text="Спасибо, {пароль}"), "Такой подстановки нет"),
    "a share of more than all": ("template", lambda: template_body(share=101), "не то"),
    "a count that is a text": ("template", lambda: template_body(used="много"), "не то"),
    "true for a number": ("template", lambda: template_body(said=True), "не то"),
    "a count below nothing": ("template", lambda: template_body(used=-1), "не то"),
    "a template of a resident": ("template", lambda: template_body(text="Напишите на anna@example.test"), "о жителе"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_inside_is_refused_with_words_and_changes_nothing(far, known, curator, what):
    kind, body, words = WRONG[what]
    with pytest.raises(BadInput, match=words) as refused:
        take(curator, far.file(kind=kind, body=body()))
    assert refused.value.field == "file"
    assert not (Practice.objects.exists() or ForeignTemplate.objects.exists() or Packet.objects.exists())


def test_a_changed_byte_a_strangers_key_and_a_file_for_another_open_nothing(far, known, curator):
    content = far.file(kind="practice", body=practice_body())
    changed = content.replace(b"\\u0413", b"\\u0414", 1)
    assert changed != content
    with pytest.raises(BadInput, match="Подпись не сошлась"):
        take(curator, changed)
    with pytest.raises(BadInput, match="незнаком"):
        take(curator, Far().file(kind="practice", body=practice_body()))
    with pytest.raises(BadInput, match="для другой области"):
        take(curator, far.file(kind="practice", body=practice_body(), to=far.key))
    with pytest.raises(BadInput, match="слишком большой"):
        take(curator, b" " * (packets.MOST_BYTES + 1))


def test_the_pages_ask_show_word_for_word_allow_and_give_the_file(known, curator, keeper, head):
    own = templates.save(keeper, name="Снег во дворе", text="Спасибо. Двор уберём.", place_id=place(HOME).pk)
    lent = lending.lend(keeper, own.pk, note="Когда снег")
    row = ours(keeper, curator)
    asking = logged_in(make_user(("coordinator", HOME)))
    boss = logged_in(make_user(("head", "volgograd")))
    shown = asking.get(f"/region/practices/{row.pk}/").content.decode()
    assert f"/region/practices/{row.pk}/send/" in shown and "Дальняя область" in shown
    for page, address in ((f"/region/practices/{row.pk}/send/", "Решётки смывало"),
                          (f"/region/exchange/templates/{lent.pk}/send/", "Двор уберём")):
        assert asking.post(page, {"partner": "0"}).status_code == 422
        went = asking.post(page, {"partner": known.pk})
        sent = boss.get(went["Location"])
        assert address in sent.content.decode()
        assert asking.post(f"{went['Location']}file/").status_code == 409
        assert boss.post(f"{went['Location']}decide/", {"as": "refuse"}).status_code == 422
        boss.post(f"{went['Location']}decide/", {"as": "allow", "seen": sent.context["found"].digest})
        file = asking.post(f"{went['Location']}file/")
        assert file["Content-Disposition"].startswith("attachment") and json.loads(file.content)["format"]
        assert logged_in(make_user(("coordinator", "gorod-volzhskiy"))).get(went["Location"]).status_code == 404
    assert "В другую область" in asking.get("/region/exchange/templates/").content.decode()
