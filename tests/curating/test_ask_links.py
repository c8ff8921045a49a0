"""An organisation without an account answers a request by a secret link: it opens that part alone, and changes nothing
by being opened."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error
from django.test import Client
from django.utils import timezone
from PIL import Image

from otklik.acting import AskedLink, acting
from otklik.cases.models import Case, Notice
from otklik.cases.task_links import open_task
from otklik.curating import ask_links, asking
from otklik.curating.models import AskFile, AskLink, AskPart
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.documents import accept_document
from otklik.files.models import StoredFile
from otklik.journal.models import Entry
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, organisation, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture
def curator():
    return make_staff(("curator", HOME))


def asked(curator, *, now: datetime | None = None, **more) -> tuple[int, int]:
    """(the organisation's part, the centre's part) of one request."""
    now = now or timezone.now()
    row = asking.ask(curator, asking.Asked(
        title="Пост о воде", text="Пишут, второй день нет воды", due_at=now + timedelta(hours=5),
        scopes=[place(HOME).pk], organisations=[organisation().pk], **more,
    ), now=now)  # fmt: skip
    with acting(SYSTEM):
        return tuple(AskPart.objects.filter(ask=row).order_by("organisation_id").values_list("pk", flat=True))


def jpeg(size: int = 40) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (size, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile("foto.jpg", out.getvalue(), "image/jpeg")


def state_of(part_id: int) -> AskPart:
    with acting(SYSTEM):
        return AskPart.objects.get(pk=part_id)


def test_opening_it_changes_nothing_and_answering_is_heard_once(curator):
    part, _centre = asked(curator)
    token = ask_links.link_for(curator, part)
    assert ask_links.link_for(curator, part) == token, "pressed twice it is the same link"
    before = Entry.objects.count()
    scanner = Client()
    for _times in range(2):
        shown = scanner.get(f"/task/ask/{token}/")
        assert shown.status_code == 200 and "второй день нет воды" in shown.content.decode()
        assert shown["Cache-Control"] == "private, no-store" and shown["Referrer-Policy"] == "no-referrer"
        assert not shown.cookies
    assert Entry.objects.count() == before and state_of(part).seen_at is None
    sent = {"words": "Чиним, дадим к 15:00", "who": "Волгин А. А., диспетчер", "photo": jpeg()}
    assert scanner.post(f"/task/ask/{token}/", sent).status_code == 303
    row = state_of(part)
    assert (row.state, row.replied_by_id, row.replied_for) == ("replied", None, "Волгин А. А., диспетчер, по ссылке")
    with acting(SYSTEM):
        assert AskFile.objects.filter(part=part, reply=True).count() == 1
        assert Notice.objects.filter(user_id=curator.user_id, link__contains="/region/asks/").exists()
    assert Entry.objects.filter(verb="ask_replied").latest("seq").actor.startswith("asked-link:")
    assert scanner.post(f"/task/ask/{token}/", {k: v for k, v in sent.items() if k != "photo"}).status_code == 303
    other = scanner.post(f"/task/ask/{token}/", sent | {"words": "Другое", "photo": jpeg()})
    assert other.status_code == 422 and "уже ответили" in other.content.decode() and "Другое" in other.content.decode()
    assert Entry.objects.filter(verb="ask_replied").count() == 1


def test_what_is_wrong_is_said_beside_its_field_and_typed_words_and_photos_come_back(curator):
    part, _centre = asked(curator)
    page, client = f"/task/ask/{ask_links.link_for(curator, part)}/", Client()
    once = "k" * 24
    for sent, words in (
        ({"words": "", "who": "Волгин"}, "Напишите позицию"), ({"words": "Чиним", "who": " "}, "Назовите себя"),
        ({"words": "ы" * 6001, "who": "Волгин"}, "не больше 6000"),
        ({"words": "Чиним", "who": "В" * 151}, "не больше 150"),
        ({"words": "Чиним", "who": "Волгин", "photo": SimpleUploadedFile("a.jpg", b"MZ")}, "bad-word"),
    ):
        told = client.post(page, {"once": once} | sent)
        assert told.status_code == 422 and words in told.content.decode(), words
        assert sent["words"][:20] in told.content.decode()
    kept = client.post(page, {"once": once, "words": "", "who": "Волгин", "photo": jpeg()})
    assert "Фотография на месте" in kept.content.decode()
    many = client.post(page, {"once": once, "words": "Чиним", "who": "В", "photo": [jpeg(n) for n in (50, 60, 70)]})
    assert many.status_code == 422 and "Не больше 3" in many.content.decode()
    assert client.put(page).status_code == 405
    assert state_of(part).state == "sent"


def test_a_link_is_bound_to_its_part_and_the_database_shows_it_nothing_else(curator):
    part, centre = asked(curator)
    make_case()
    link = ask_links.open_ask(ask_links.link_for(curator, part), timezone.now())
    assert link == AskedLink(part, link.link_id)
    with acting(link, read_only=True):
        assert [one.pk for one in AskPart.objects.all()] == [part]
        assert not Case.objects.exists() and not StoredFile.objects.exists()
    with acting(link, read_only=True), pytest.raises(Error):
        list(Entry.objects.all())
    with pytest.raises(Error), acting(link):
        AskPart.objects.filter(pk=part).update(reply="без калитки")
    assert state_of(centre).state == "sent"


def test_guessed_cut_and_borrowed_links_open_nothing(curator):
    part, _centre = asked(curator)
    token = ask_links.link_for(curator, part)
    number, _colon, sign = token.partition(":")
    borrowed = signing.Signer(salt="otklik.task").sign(number)  # the signature of an executor's link with this number
    client = Client()
    for one in (number, f"{int(number) + 1}:{sign}", token[:-1], borrowed, f"{number}:{sign}x", "9" * 400 + ":x"):
        assert client.get(f"/task/ask/{one}/").status_code == 404, one
        assert client.post(f"/task/ask/{one}/", {"words": "Чиним", "who": "Я"}).status_code == 404
    with pytest.raises(NotYours):
        open_task(token, timezone.now())
    assert client.get(f"/task/{token}/").status_code == 404
    assert state_of(part).state == "sent"


def test_it_ends_by_its_day_by_hand_and_with_the_request(curator):
    part, _centre = asked(curator, now=NOW)
    token = ask_links.link_for(curator, part, now=NOW)
    late = NOW + timedelta(hours=5) + ask_links.AFTER
    assert ask_links.open_ask(token, late - timedelta(minutes=1))
    with pytest.raises(ask_links.AskLinkEnded, match="Срок ссылки истёк"):
        ask_links.open_ask(token, late)
    held = ask_links.open_ask(token, NOW)
    assert ask_links.revoke(curator, part, now=NOW) == 1 and ask_links.revoke(curator, part, now=NOW) == 0
    with pytest.raises(ask_links.AskLinkEnded, match="отменили"):
        ask_links.open_ask(token, NOW)
    with pytest.raises(Refused, match="пока вы писали"):
        ask_links.answer(held, words="Чиним", who="Волгин", now=NOW)
    told = Client().post(f"/task/ask/{token}/", {"words": "Три часа писали", "who": "Волгин"})
    assert told.status_code == 410 and "Три часа писали" in told.content.decode()
    fresh = ask_links.link_for(curator, part, now=NOW)
    assert fresh != token
    with acting(SYSTEM):
        ask_id = AskPart.objects.get(pk=part).ask_id
    asking.cancel(curator, ask_id, now=NOW)
    with pytest.raises(ask_links.AskLinkEnded, match="Запрос отменили"):
        ask_links.open_ask(fresh, NOW)
    with pytest.raises(Refused, match="не нужна"):
        ask_links.link_for(curator, part, now=NOW)


def test_a_returned_part_is_answered_again_by_the_same_link_or_a_longer_one(curator):
    part, _centre = asked(curator, now=NOW)
    token = ask_links.link_for(curator, part, now=NOW)
    ask_links.answer(ask_links.open_ask(token, NOW), words="Чиним", who="Волгин", now=NOW)
    asking.decide(curator, part, accepts=False, words="Когда дадите воду?", due_at=NOW + timedelta(days=20), now=NOW)
    assert ask_links.link_for(curator, part, now=NOW) != token, "the first one would end before the new hour"
    later = ask_links.open_ask(ask_links.link_for(curator, part, now=NOW), NOW + timedelta(days=10))
    ask_links.answer(later, words="К 15:00", who="Волгин", now=NOW + timedelta(days=10))
    assert state_of(part).reply == "К 15:00" and AskLink.objects.filter(part=part, revoked_at=None).count() == 1


def test_only_its_curator_gives_it_and_only_to_an_organisation(curator):
    part, centre = asked(curator)
    for stranger in (make_staff(("coordinator", HOME)), make_staff(("analyst", "volgograd"))):
        with pytest.raises(Refused):
            ask_links.link_for(stranger, part)
        with pytest.raises(Refused):
            ask_links.revoke(stranger, part)
    with pytest.raises(NotYours):
        ask_links.link_for(make_staff(("curator", "gorod-volzhskiy")), part)
    with pytest.raises(Refused, match="Центр отвечает в программе"):
        ask_links.link_for(curator, centre)
    with pytest.raises(BadInput):
        ask_links.answer(ask_links.open_ask(ask_links.link_for(curator, part), timezone.now()), words="Чиним", who="")


def test_files_of_the_request_are_downloaded_by_it_and_those_of_others_are_not(curator):
    part, centre = asked(curator, files=[accept_document(b"<script>", "post.html")])
    token = ask_links.link_for(curator, part)
    with acting(SYSTEM):
        files = dict(AskFile.objects.values_list("part_id", "pk"))
    got = Client().get(f"/task/ask/{token}/file/{files[part]}/")
    assert got.content == b"<script>" and got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff" and "html" not in got["Content-Type"]
    assert Client().get(f"/task/ask/{token}/file/{files[centre]}/").status_code == 404
    ask_links.revoke(curator, part)
    assert Client().get(f"/task/ask/{token}/file/{files[part]}/").status_code == 410


def test_the_curators_page_gives_a_ready_text_without_anybody_in_its_address():
    user = make_user(("curator", HOME))
    who, part = logged_in(user), None
    curator = make_staff(("curator", HOME))
    part, _centre = asked(curator)
    with acting(SYSTEM):
        ask_id = AskPart.objects.get(pk=part).ask_id
    shown = who.post(f"/region/asks/parts/{part}/link/").content.decode()
    assert "/task/ask/" in shown and "Дайте позицию до" in shown
    ended = who.post(f"/region/asks/parts/{part}/link/revoke/")
    assert ended["Location"] == f"/region/asks/{ask_id}/" and not AskLink.objects.filter(revoked_at=None).exists()
    assert logged_in(make_user(("coordinator", HOME))).post(f"/region/asks/parts/{part}/link/").status_code == 409
