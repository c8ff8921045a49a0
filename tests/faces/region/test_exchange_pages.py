"""The pages of the exchange: a meeting from invitation to «применили», as people press it."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from otklik.acting import acting
from otklik.journal.models import Entry
from otklik.operations.demo_photos import picture
from otklik.practice import leaving, passports
from otklik.practice.models import CentreQuestion, Exchange, Taken
from tests.making import logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"


@pytest.fixture
def guest():
    return logged_in(make_user(("coordinator", HOME), name="Лугова Мария Игоревна"))


def planned(client, **more) -> Exchange:
    soon = timezone.localtime() + timedelta(days=3)
    answer = client.post("/region/exchange/plan/", {
        "host": place(OTHER).pk, "guest": place(HOME).pk, "topic": "Снег за один день", "way": "call",
        "begins_at": f"{soon:%Y-%m-%dT10:00}", "ends_at": f"{soon:%Y-%m-%dT11:00}", "where": "", "outside_name": "",
        "partner": "",
    } | more)  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    return Exchange.objects.latest("pk")


def test_a_meeting_is_planned_written_held_and_answered(guest):
    assert "Встреч ещё не было" in guest.get("/region/exchange/").content.decode()
    row = planned(guest)
    page = f"/region/exchange/{row.pk}/"
    shown = guest.get(page).content.decode()
    assert "Волжский" in shown and "10:00 Знакомство" in shown and "В календарь" in shown
    answer = guest.post(page + "words/", {"version": row.version, "programme": "10:00 Начало", "questions": "Кто?",
                                          "host_people": "", "guest_people": "Лугова М. И."})
    assert answer.status_code == 302
    old = guest.post(page + "words/", {"version": row.version, "programme": "Моё слово", "questions": "",
                                       "host_people": "", "guest_people": ""})
    said = old.content.decode()
    assert old.status_code == 422 and "только что изменили" in said and "Моё слово" in said
    early = guest.post(page + "finish/", {"as": "held"})
    assert early.status_code == 409 and "ещё не началась" in early.content.decode()
    Exchange.objects.update(begins_at=timezone.now() - timedelta(hours=2))
    assert guest.post(page + "finish/", {"as": "held"}).status_code == 302
    row.refresh_from_db()
    photo = SimpleUploadedFile("foto.jpg", picture(1, mended=True).data, "image/jpeg")
    guest.post(page + "after/", {"version": row.version, "minutes": "Говорили о снеге", "press": "", "photo": photo})
    assert guest.get(page + "photo/")["Content-Type"] == "image/jpeg"
    stranger = logged_in(make_user(("analyst", "volgograd")))
    assert stranger.get(page + "photo/").status_code == 200, "the whole network sees the news"
    due = (timezone.localdate() + timedelta(days=30)).isoformat()
    taken = {"what": "Дежурство", "place": place(HOME).pk, "responsible": "", "name": "Лугова", "due": due}
    assert guest.post(page + "take/", taken | {"what": ""}).status_code == 422
    assert guest.post(page + "take/", taken).status_code == 302
    one = Taken.objects.get()
    wrong = guest.post(f"/region/exchange/taken/{one.pk}/answer/", {"as": "not", "why": ""})
    assert wrong.status_code == 422 and "почему" in wrong.content.decode()
    assert guest.post(f"/region/exchange/taken/{one.pk}/answer/", {"as": "applied"}).status_code == 302
    assert "применили" in guest.get("/region/exchange/").content.decode()


def test_files_are_given_in_the_form_that_was_asked(guest):
    row = planned(guest)
    page = f"/region/exchange/{row.pk}/"
    pdf = guest.get(page + "paper/invitation.pdf")
    assert pdf.content[:5] == b"%PDF-" and "priglashenie" in pdf["Content-Disposition"]
    assert guest.get(page + "paper/minutes.docx").content[:2] == b"PK"
    assert guest.get(page + "vstrecha.ics").content.startswith(b"BEGIN:VCALENDAR")
    for wrong in ("paper/invitation.exe", "paper/nothing.pdf", "photo/"):
        assert guest.get(page + wrong).status_code == 404


def test_nothing_for_another_region_is_given_out_before_the_head_of_the_region_says_so(guest):
    row = planned(guest, host=place(HOME).pk, guest="", outside_name="Энгельс")
    page = f"/region/exchange/{row.pk}/"
    for refused in [guest.post(page + one) for one in ("paper/invitation.pdf", "vstrecha.ics", "pack/", "signed/")]:
        assert refused.status_code == 403 and "руководителя ЦУР" in refused.content.decode()
    assert guest.post(page + "leaving/").status_code == 302
    person = make_user(("head", "volgograd"))
    head = logged_in(person)
    assert "Разрешить отправить" in head.get("/region/exchange/").content.decode()
    assert head.post(page + "paper/invitation.pdf").status_code == 200, "the head reads before allowing"
    assert head.post(page + "vstrecha.ics").status_code == 403
    with acting(make_staff(("curator", "volgograd")), read_only=True):
        seen = leaving.luggage(Exchange.objects.get()).digest
    silent = head.post(page + "leaving/decide/", {"as": "refuse", "seen": seen, "words": ""})
    assert silent.status_code == 422
    assert head.post(page + "leaving/decide/", {"as": "allow", "seen": seen, "words": ""}).status_code == 302
    analyst = logged_in(make_user(("analyst", "volgograd")))
    for address in ("paper/programme.docx", "vstrecha.ics"):
        assert guest.get(page + address).status_code == 302, "nothing leaves by a mere link"
        assert guest.post(page + address).status_code == 200
        assert analyst.post(page + address).status_code == 403
    assert guest.post(page + "paper/minutes.pdf").status_code == 403, "it was not held yet"
    told = Entry.objects.filter(stream=f"exchange:{row.pk}", verb__in=["exchange_read", "exchange_sent"])
    assert [(one.verb, one.fields["what"]) for one in told.order_by("seq")] == [
        ("exchange_read", "invitation"), ("exchange_sent", "programme"), ("exchange_sent", "calendar"),
    ]
    shown = guest.get(page).content.decode()
    assert "paper/programme.docx" in shown and "Протокол и новость появятся после встречи" in shown
    with zipfile.ZipFile(io.BytesIO(guest.post(page + "pack/").content)) as opened:
        assert any(name.endswith("list-gostya.docx") for name in opened.namelist())
    sheet = {"people": "Волгин А. А.", "questions": "Сколько?", "words": "", "what1": "Смена", "who1": "", "due1": ""}
    half = guest.post(page + "sheet/", sheet)
    assert half.status_code == 422 and "Нужны все три" in half.content.decode()
    full = sheet | {"who1": "Волгин", "due1": (timezone.localdate() + timedelta(days=9)).isoformat()}
    assert guest.post(page + "sheet/", full).status_code == 302
    assert Taken.objects.get().responsible_name == "Волгин"


def test_a_passport_is_typed_checked_sent_and_approved(guest):
    base = f"/region/passports/{HOME}/"
    assert "ещё не утверждён" in guest.get("/region/passports/").content.decode()
    assert guest.get(base + "draft/").status_code == 200
    long = guest.post(base + "check/room/", {"as": "text", "text": "х" * 601})
    assert long.status_code == 422 and "х" * 601 in long.content.decode()
    assert guest.post(base + "check/room/", {"as": "text", "text": "Два кабинета"}).status_code == 302
    assert guest.post(base + "check/room/", {"as": "same"}).status_code == 302
    typed_over = guest.post(base + "check/room/", {"as": "same", "text": "Два кабинета и зал"})
    assert typed_over.status_code == 302
    assert "Два кабинета и зал" in guest.get(base + "check/").content.decode(), "what was typed is not lost"
    assert guest.post(base + "check/nothing/", {"as": "text", "text": "х"}).status_code == 404
    assert guest.post(base + "propose/").status_code == 302
    stranger = logged_in(make_user(("coordinator", OTHER)))
    assert "Два кабинета" not in stranger.get(base).content.decode()
    assert stranger.get(base + "draft/").status_code == 404 and stranger.get(base + "passport.pdf").status_code == 404
    head = logged_in(make_user(("head", HOME)))
    assert "Что утверждаете" in head.get(base).content.decode()
    with acting(make_staff(("head", HOME)), read_only=True):
        seen = passports.waiting(place(HOME)).digest
    assert head.post(base + "decide/", {"as": "approve", "seen": "x"}).status_code == 422
    assert head.post(base + "decide/", {"as": "approve", "seen": seen}).status_code == 302
    assert "Два кабинета" in stranger.get(base).content.decode()
    assert stranger.get(base + "passport.docx").content[:2] == b"PK"
    pair = stranger.get("/region/passports/compare/", {"a": HOME, "b": OTHER}).content.decode()
    assert "Два кабинета" in pair and "Волжский" in pair
    assert stranger.get("/region/passports/compare/", {"a": "х'", "b": OTHER}).status_code == 200


def test_questions_are_asked_found_and_answered(guest):
    wrong = guest.post("/region/questions/", {"place": place(HOME).pk, "title": "Звонила +7 902 000-00-05", "text": "",
                                              "group": ""})
    assert wrong.status_code == 422 and "о жителе" in wrong.content.decode()
    guest.post("/region/questions/", {"place": place(HOME).pk, "title": "Кто чистит ночью?", "text": "", "group": ""})
    row = CentreQuestion.objects.get()
    other = logged_in(make_user(("head", OTHER)))
    assert "Кто чистит ночью?" in other.get("/region/questions/", {"q": "чистит"}).content.decode()
    assert "Такого ещё не спрашивали" in other.get("/region/questions/", {"q": "весной"}).content.decode()
    page = f"/region/questions/{row.pk}/"
    assert other.post(page + "reply/", {"place": place(OTHER).pk, "text": ""}).status_code == 422
    assert other.post(page + "reply/", {"place": place(OTHER).pk, "text": "Подрядчик"}).status_code == 302
    said = row.replies.get()
    assert "Снять отметку" not in guest.get(f"/region/questions/{said.question_id}/").content.decode()
    assert guest.post(f"/region/questions/reply/{said.pk}/helped/").status_code == 302
    assert "Снять отметку" in guest.get(f"/region/questions/{said.question_id}/").content.decode()
    assert guest.post(page + "close/").status_code == 302
    assert "закрыт" in guest.get(page).content.decode()


def test_an_administrator_compares_the_fingerprint_and_a_bad_file_says_what_is_wrong():
    administrator = logged_in(make_user(("administrator", "volgograd")))
    page = administrator.get("/settings/exchange-keys/").content.decode()
    assert "Наш ключ" in page and "Отпечаток" in page
    wrong = administrator.post("/settings/exchange-keys/", {"name": "Дальняя", "code": "far", "key": "ab" * 32,
                                                            "compared": "0000"})
    assert wrong.status_code == 422 and "Отпечаток не совпал" in wrong.content.decode()
    curator = logged_in(make_user(("curator", "volgograd")))
    bad = SimpleUploadedFile("obmen.otklik", json.dumps({"format": "другое"}).encode())
    answer = curator.post("/region/exchange/file/", {"file": bad, "place": ""})
    assert answer.status_code == 422 and "Это не файл обмена" in answer.content.decode()
    assert logged_in(make_user(("curator", HOME))).get("/region/exchange/file/").status_code == 403
