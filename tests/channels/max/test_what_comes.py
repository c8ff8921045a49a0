"""What MAX sends becomes messages and cases: each once, whoever sends it again or forges it.

Shapes: dev.max.ru/docs-api/objects/Update, …/objects/Message, …/use-cases/comment-moderation (read 2026-11-25) and the
examples in `stabs/` of github.com/max-messenger/max-bot-api-client-go.
"""

import pytest

from otklik.acting import acting, widened
from otklik.channels.models import Account, OutsideFile
from otklik.intake.receiving import take_waiting
from otklik.residents.models import Contact
from tests.channels.max.peer import BOT, CHANNEL, POST_ID
from tests.channels.max.saying import (
    ACTOR,
    ADA,
    IN_GROUP,
    IVAN,
    UNDER_POST,
    arrivals,
    call,
    cases,
    happens,
    make_account,
    message,
    messages,
    person,
    update,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return make_account()


@pytest.mark.parametrize("told", ["another", "", "secret-of-the-bot ", "SECRET-OF-THE-BOT", "ключ"])
def test_a_forged_call_is_refused_and_keeps_nothing(account, told):
    headers = {"X-Max-Bot-Api-Secret": told.encode().decode("latin-1")}
    assert call(update("message_created", message()), **headers).status_code == 403
    assert not arrivals()


def test_without_a_secret_in_the_settings_nothing_is_believed(account):
    with acting(ACTOR), widened():
        account.setup.secrets = b""
        account.setup.save()
    assert call(update("message_created", message())).status_code == 403
    assert call(update("message_created", message()), **{"X-Max-Bot-Api-Secret": ""}).status_code == 403
    assert not arrivals()


def test_a_message_becomes_one_case_however_often_it_is_sent(account):
    said = update("message_created", message())
    assert [call(said).status_code for _time in range(3)] == [200] * 3
    assert len(arrivals()) == 1
    take_waiting(account.pk)
    take_waiting(account.pk)
    (case,) = cases()
    assert (case.text, case.answer_by, case.scope.code) == ("Яма на дороге у школы", "channel", "gorod-kamyshin")
    (kept,) = messages(case)
    assert (kept.external_id, kept.thread) == ("mid.a1", str(500 + ADA))
    assert case.resident.name == f"Ада Пробная-{ADA}"


def test_a_replayed_call_at_another_moment_makes_no_second_case(account):
    happens(account, "message_created", message())
    happens(account, "message_created", message())
    assert len(arrivals()) == 2
    assert len(cases()) == 1


def test_what_is_no_json_is_kept_and_shown_once(account):
    for _time in range(2):
        assert call(b"{").status_code == 200
    assert call(b'"only words"').status_code == 200
    assert call(update("message_created", {"body": {"mid": "m"}})).status_code == 200
    take_waiting(account.pk)
    assert [(row.state, row.reason) for row in arrivals()] == [
        ("quarantined", "Это не JSON."), ("quarantined", "В событии нет поля update_type."),
        ("quarantined", "В событии нет поля message.recipient."),
    ]


def test_a_dialog_goes_on_and_a_stranger_begins_his_own(account):
    happens(account, "message_created", message("mid.a1", "Яма на дороге у школы"))
    happens(account, "message_created", message("mid.a2", "Это улица Мира, дом 5"))
    happens(account, "message_created", message("mid.b1", "Не горит фонарь", by=IVAN))
    first, second = cases()
    assert [one.external_id for one in messages(first)] == ["mid.a1", "mid.a2"]
    assert [one.external_id for one in messages(second)] == ["mid.b1"]


def test_a_comment_under_a_post_keeps_the_post_as_its_thread(account):
    happens(account, "comment_created", message("mid.c1", "Когда засыплют яму на Мира?", to=UNDER_POST))
    (case,) = cases()
    (kept,) = messages(case)
    assert kept.thread == f"{CHANNEL}/{POST_ID}"
    assert kept.raw["reply"] == {"kind": "comment", "post": POST_ID, "mid": "mid.c1"}
    link = {"type": "reply", "message": {"mid": "mid.c1"}}
    happens(account, "comment_created", message("mid.c2", "Не горит фонарь", by=IVAN, to=UNDER_POST, link=link))
    assert len(cases()) == 2
    happens(account, "comment_created", message("mid.c3", "Она всё глубже", to=UNDER_POST, link=link))
    assert [one.external_id for one in messages(cases()[0])] == ["mid.c1", "mid.c3"]


def test_a_group_is_heard_and_is_not_private(account):
    happens(account, "message_created", message("mid.g1", "Во дворе на Мира 5 прорвало трубу", to=IN_GROUP))
    (case,) = cases()
    assert messages(case)[0].raw["reply"] == {"kind": "chat", "chat": -60, "mid": "mid.g1"}


def test_an_edit_is_a_version_and_a_deletion_a_mark(account):
    happens(account, "message_created", message())
    happens(account, "message_edited", message(text="Яма на дороге у школы № 4"))
    happens(account, "message_removed", message_id="mid.a1", chat_id=511, user_id=ADA)
    (case,) = cases()
    first, second = messages(case)
    assert (first.text, second.text, second.version) == ("Яма на дороге у школы", "Яма на дороге у школы № 4", 2)
    assert second.withdrawn_at is not None
    assert {row.state for row in arrivals()} == {"taken"}


def test_an_edit_that_comes_before_its_message_stands_for_it(account):
    from django.utils import timezone

    now = int(timezone.now().timestamp() * 1000)
    happens(account, "message_edited", message(text="Яма на дороге у школы № 4", timestamp=now))
    happens(account, "message_created", message(timestamp=now))
    (case,) = cases()
    assert case.text == "Яма на дороге у школы № 4"
    assert len(messages(case)) == 1


def test_what_we_never_had_cannot_be_changed(account):
    happens(account, "message_removed", message_id="mid.zz", chat_id=511, user_id=ADA)
    happens(account, "comment_removed", message_id="mid.zy", chat_id=CHANNEL, user_id=ADA, post_id=POST_ID)
    assert {(row.state, row.reason) for row in arrivals()} == {("ignored", "Изменено сообщение, которого у нас нет.")}


ATTACHED = [
    {"type": "image", "payload": {"photo_id": 7, "token": "t", "url": "https://i.example/7"}},
    {"type": "file", "payload": {"url": "https://f.example/1", "token": "t"}, "filename": "акт.pdf", "size": 9},
    {"type": "audio", "payload": {"url": "https://a.example/1", "token": "t"}, "transcription": "прорвало трубу"},
    {"type": "video", "payload": {"url": "https://v.example/page", "token": "v1"}},
    {"type": "location", "latitude": 50.08, "longitude": 45.4},
    {"type": "share", "payload": {"url": "https://news.example/5"}, "title": "Новость"},
    {"type": "sticker", "payload": {"url": "https://s.example/1", "code": "c"}, "width": 1, "height": 1},
    {"type": "inline_keyboard", "payload": {"buttons": []}},
    {"type": "hologram", "payload": {"x": 1}},
    "nonsense", None, {"payload": []},
]


def test_what_hangs_on_a_message_is_fetched_named_or_placed(account):
    happens(account, "message_created", message(text="Во дворе", attachments=ATTACHED))
    (case,) = cases()
    assert (case.latitude, case.longitude) == (50.08, 45.4)
    assert case.text.split("\n") == [
        "Во дворе", "Голосовое сообщение: прорвало трубу", "Место на карте: 50.08000, 45.40000",
        "Ссылка: Новость https://news.example/5",
        "Вложение: стикер", "Вложение: hologram", "Вложение: неизвестное",
    ]
    with acting(ACTOR, read_only=True):
        found = list(OutsideFile.objects.order_by("pk").values_list("name", "url"))
    assert found == [
        ("photo7.jpg", "https://i.example/7"), ("акт.pdf", "https://f.example/1"),
        ("голосовое сообщение.mp3", "https://a.example/1"), ("видео.mp4", "max-video:v1"),
    ]
    assert messages(case)[0].raw["raw"]["unknown"] == ["", "hologram"]


def test_a_photo_without_words_is_a_message(account):
    happens(account, "message_created", message(text=None, attachments=ATTACHED[:1]))
    assert len(cases()) == 1


def test_a_forwarded_message_without_a_body_is_read(account):
    link = {"type": "forward", "chat_id": -5, "sender": person(77),
            "message": {"mid": "mid.f", "seq": 1, "text": "Нет воды на Мира", "attachments": ATTACHED[:1]}}
    said = {**message(), "body": None, "link": link}
    for _time in range(2):
        happens(account, "message_created", said)
    (case,) = cases()
    assert case.text == "Пересланное сообщение: Нет воды на Мира"
    with acting(ACTOR, read_only=True):
        assert OutsideFile.objects.count() == 1


def test_ones_own_contact_gives_the_phone_and_a_strangers_does_not(account):
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:79001234567\r\nFN:Ада Пробная\r\nEND:VCARD"
    for by, whose in ((ADA, ADA), (IVAN, 99)):
        contact = {"type": "contact", "payload": {"vcf_info": card, "max_info": person(whose)}}
        happens(account, "message_created", message(f"mid.{by}", "Позвоните", by=by, attachments=[contact]))
    with acting(ACTOR, read_only=True):
        kinds = [
            list(Contact.objects.filter(resident=case.resident).order_by("kind").values_list("kind", flat=True))
            for case in cases()
        ]
    assert kinds == [["outside", "phone"], ["outside"]]


@pytest.mark.parametrize("kind", [
    "bot_started", "bot_stopped", "bot_added", "user_added", "dialog_cleared", "chat_title_changed",
    "message_callback", "something_of_next_year", "comment_pinned",
])
def test_events_that_are_no_message_are_kept_with_a_reason(account, kind):
    happens(account, kind, chat_id=511, user=person())
    (row,) = arrivals()
    assert row.state == "ignored"
    assert "не сообщение" in row.reason or "Неизвестное событие" in row.reason
    assert bytes(row.body)
    assert not cases()


def test_a_command_a_post_of_the_channel_and_another_bot_are_no_messages(account):
    happens(account, "message_created", message("mid.1", "/start"))
    post = message("mid.2", "Уважаемые жители!", to={"chat_id": CHANNEL, "chat_type": "channel"})
    happens(account, "message_created", {name: value for name, value in post.items() if name != "sender"})
    other = {**message("mid.3", "Купите гараж", to=IN_GROUP), "sender": person(901, is_bot=True)}
    happens(account, "message_created", other)
    assert [row.reason for row in arrivals()] == [
        "Команда боту, не сообщение.", "Запись канала, не сообщение жителя.",
        "Пишет бот. Если это наш, впишите его номер в настройках.",
    ]


def test_hostile_texts_are_taken_as_words(account):
    hostile = "<script>alert(1)</script>\u0000\u202e\ud800 яма на Мира" + "а" * 5000
    happens(account, "message_created", message(text=hostile))
    happens(account, "message_created", message("mid.x", "Яма", by=IVAN, url="javascript:alert(1)"))
    first, second = cases()
    assert first.text.startswith("яма на Мира")
    assert messages(second)[0].link == ""
    assert {row.state for row in arrivals()} == {"taken"}


def test_on_a_page_that_is_not_ours_the_channels_own_words_are_none_of_ours(account):
    listened = make_account(code="max-city", ours=False)
    own = message("mid.own", "Спасибо за сигнал!", to=UNDER_POST)
    assert call(update("comment_created", {**own, "sender": None}), "max-city").status_code == 200
    take_waiting(listened.pk)
    assert [row.reason for row in arrivals()] == ["Пишет сам канал."]


def test_a_colleagues_answer_by_hand_joins_its_case_and_stops_the_clock(account):
    happens(account, "comment_created", message("mid.c1", "Когда засыплют яму на Мира?", to=UNDER_POST))
    link = {"type": "reply", "message": {"mid": "mid.c1"}}
    said = {**message("mid.c2", "Здравствуйте! Засыпали.", to=UNDER_POST, link=link), "sender": None}
    happens(account, "comment_created", said)
    (case,) = cases()
    assert case.state == "answered"
    assert messages(case)[-1].outside


def test_the_channels_answer_told_twice_is_one(account):
    happens(account, "comment_created", message("mid.c1", "Когда засыплют яму на Мира?", to=UNDER_POST))
    link = {"type": "reply", "message": {"mid": "mid.c1"}}
    said = {**message("mid.c2", "Здравствуйте! Засыпали.", to=UNDER_POST, link=link), "sender": None}
    for _time in range(2):
        happens(account, "comment_created", said)
    assert len(messages(cases()[0])) == 2
    assert {row.state for row in arrivals()} == {"taken"}


def test_only_a_place_is_a_message_too(account):
    place = [{"type": "location", "latitude": 50.08, "longitude": 45.4}]
    happens(account, "message_created", message(text=None, attachments=place))
    (case,) = cases()
    assert (case.text, case.latitude) == ("Место на карте: 50.08000, 45.40000", 50.08)


def test_the_bots_own_words_never_become_a_case(account):
    for number, to in enumerate((None, IN_GROUP, UNDER_POST)):
        happens(account, "message_created" if to is not UNDER_POST else "comment_created",
                message(f"mid.{number}", "Здравствуйте!", by=BOT, to=to))
    assert not cases()
    assert {row.state for row in arrivals()} == {"ignored"}
