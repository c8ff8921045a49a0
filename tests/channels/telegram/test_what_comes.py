"""What Telegram sends becomes messages and cases: each once, an album as one, whoever sends it again or forges it.

Shapes: https://core.telegram.org/bots/api#update and #message, read 2026-11-25.
"""

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.models import Account
from otklik.intake.channel_cases import NO_WORDS
from otklik.intake.receiving import take_waiting
from otklik.residents.models import Contact
from tests.channels.telegram.saying import (
    ACTOR,
    ADA,
    GROUP,
    IVAN,
    OUR_CHANNEL,
    arrivals,
    call,
    cases,
    files,
    group,
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


def photo(ident: str, size: int = 1000) -> list[dict[str, object]]:
    """A photo in three sizes."""
    return [
        {"file_id": f"{ident}-{letter}", "file_unique_id": f"u{ident}", "width": width, "height": width,
         "file_size": size}
        for letter, width in (("s", 90), ("x", 1280), ("m", 320))
    ]


@pytest.mark.parametrize("told", ["another", "", "secret-of-the-bot ", "SECRET-OF-THE-BOT"])
def test_a_forged_call_is_refused_and_keeps_nothing(account, told):
    assert call(update(message()), **{"X-Telegram-Bot-Api-Secret-Token": told}).status_code == 403
    assert not arrivals()


@pytest.mark.parametrize("settings", [{"agreed": False}, {"agreed": None}, {"agreed": "yes"}])
def test_until_the_decision_is_written_down_nothing_is_taken(settings):
    account = make_account(**settings)
    assert call(update(message())).status_code == 403
    take_waiting(account.pk)
    assert not arrivals()


def test_without_a_secret_in_the_settings_nothing_is_believed(account):
    with acting(ACTOR), widened():
        account.setup.secrets = b""
        account.setup.save()
    assert call(update(message())).status_code == 403
    assert call(update(message()), **{"X-Telegram-Bot-Api-Secret-Token": ""}).status_code == 403


def test_a_message_becomes_one_case_answered_otherwise_however_often_it_is_sent(account):
    said = update(message())
    assert [call(said).status_code for _time in range(3)] == [200] * 3
    assert len(arrivals()) == 1
    take_waiting(account.pk)
    take_waiting(account.pk)
    (case,) = cases()
    assert (case.text, case.answer_by, case.scope.code) == ("Яма на дороге у школы", "outside", "gorod-kamyshin")
    (kept,) = messages(case)
    assert (kept.external_id, kept.thread, kept.raw["reply"]) == (f"{ADA}_7", str(ADA), {})
    assert case.resident.name == f"Ада Пробная-{ADA}"


def test_one_number_for_two_things_after_a_week_of_silence_loses_none(account):
    first, second = update(message(7)), update(message(8, "Не горит фонарь на Ленина", by=IVAN))
    second["update_id"] = first["update_id"]
    call(first)
    call(second)
    take_waiting(account.pk)
    assert len(cases()) == 2


def test_what_is_no_update_is_kept_and_shown(account):
    for body in (b"{", b"[]", b'{"ok": true}', b'{"update_id": 5, "message": {"text": "x"}}'):
        assert call(body).status_code == 200
    take_waiting(account.pk)
    assert {row.state for row in arrivals()} == {"quarantined"}
    assert "Это не JSON." in {row.reason for row in arrivals()}


def test_a_group_is_heard_with_a_link_to_the_original(account):
    happens(account, message(7, "Во дворе на Мира 5 прорвало трубу", chat=group()))
    happens(account, message(8, "Не горит фонарь на Ленина", by=IVAN, chat=group(username="nash_dvor")))
    first, second = cases()
    assert messages(first)[0].link == "https://t.me/c/1234567/7"
    assert messages(second)[0].link == "https://t.me/nash_dvor/8"
    assert messages(first)[0].thread == str(GROUP)


def test_comments_of_a_post_are_a_thread_and_the_post_itself_is_no_message(account):
    post = message(50, "Уважаемые жители! Завтра ремонт", chat=group(), is_automatic_forward=True,
                   sender_chat={"id": OUR_CHANNEL, "type": "channel", "title": "Город"})
    happens(account, post)
    comment = message(51, "А когда засыплют яму на Мира?", chat=group(), message_thread_id=50, reply_to_message=post)
    happens(account, comment)
    (case,) = cases()
    assert messages(case)[0].thread == f"{GROUP}/50"
    more = message(52, "Она всё глубже", chat=group(), message_thread_id=50, reply_to_message=comment)
    happens(account, more)
    happens(account, message(53, "И у нас яма, на Ленина 3", by=IVAN, chat=group(), message_thread_id=50))
    first, second = cases()
    assert [one.external_id for one in messages(first)] == [f"{GROUP}_51", f"{GROUP}_52"]
    assert [one.external_id for one in messages(second)] == [f"{GROUP}_53"]


def test_a_chain_of_replies_leads_to_the_first_message(account):
    first = message(7, "Яма на дороге у школы", chat=group())
    happens(account, first)
    stranger = message(8, "Поддерживаю!", by=IVAN, chat=group(), message_thread_id=7, reply_to_message=first)
    answer = message(9, "Яма на дороге всё глубже", chat=group(), message_thread_id=7, reply_to_message=stranger)
    happens(account, answer)
    assert [one.external_id for one in messages(cases()[0])] == [f"{GROUP}_7", f"{GROUP}_9"]


def album(parts: list[tuple[int, str | None]], **more: object) -> list[dict[str, object]]:
    return [
        message(ident, None, media_group_id="13579", photo=photo(f"p{ident}"), **({"caption": text} if text else {}),
                **more)
        for ident, text in parts
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
@pytest.mark.parametrize("chat", [None, group()])
def test_an_album_is_one_message_in_whatever_order_it_comes(account, order, chat):
    parts = album([(7, "Свалка во дворе на Мира 5"), (8, None), (9, None)], chat=chat)
    said = [update(parts[place]) for place in order]
    for one in said:
        call(one)
        take_waiting(account.pk)
    for one in said:  # delivered again
        call(one)
    take_waiting(account.pk)
    (case,) = cases()
    newest = messages(case)[-1]
    assert newest.text == "Свалка во дворе на Мира 5"
    assert {one.external_id for one in messages(case)} == {f"{(chat or {'id': ADA})['id']}_album13579"}
    assert sorted(row.url for row in files()) == ["telegram:p7-x", "telegram:p8-x", "telegram:p9-x"]
    assert {row.state for row in arrivals()} == {"taken"}


def test_an_album_without_words_waits_for_nobody(account):
    for one in album([(7, None), (8, None)]):
        happens(account, one)
    (case,) = cases()
    assert case.text == NO_WORDS
    assert len(files()) == 2


def test_the_caption_of_an_album_is_edited_as_one(account):
    parts = album([(7, "Свалка"), (8, None)])
    for one in parts:
        happens(account, one)
    happens(account, {**parts[0], "caption": "Свалка во дворе", "edit_date": 1_764_060_100}, "edited_message")
    (case,) = cases()
    assert [one.text for one in messages(case)] == ["Свалка", "Свалка во дворе"]
    assert len(files()) == 2


def test_a_reply_to_any_part_of_an_album_goes_on_with_its_case(account):
    parts = album([(7, "Свалка во дворе"), (8, None)], chat=group())
    for one in parts:
        happens(account, one)
    happens(account, message(9, "Убрали, спасибо", chat=group(), reply_to_message=parts[1]))
    assert len(cases()) == 1


def test_an_edit_is_a_version_and_stands_for_its_message_when_it_comes_before(account):
    happens(account, message())
    happens(account, message(text="Яма на дороге у школы № 4", edit_date=DATE_NOW), "edited_message")
    (case,) = cases()
    assert [(one.text, one.version) for one in messages(case)] == [
        ("Яма на дороге у школы", 1), ("Яма на дороге у школы № 4", 2)
    ]
    now = int(timezone.now().timestamp())
    happens(account, {**message(20, "Не горит фонарь", by=IVAN), "date": now, "edit_date": now + 1}, "edited_message")
    happens(account, {**message(20, "Не гарит фонарь", by=IVAN), "date": now})
    assert cases()[1].text == "Не горит фонарь"
    assert len(messages(cases()[1])) == 1


DATE_NOW = 1_764_060_100


def test_a_group_that_got_another_number_goes_on_in_its_conversations(account):
    small = {"id": -555, "type": "group", "title": "Наш двор"}
    happens(account, message(7, "Яма на дороге у школы № 4", chat=small))
    happens(account, message(8, None, chat=small, migrate_to_chat_id=GROUP))
    happens(account, message(1, None, chat=group(), migrate_from_chat_id=-555))
    happens(account, message(2, "Яма на дороге у школы № 4 всё глубже", chat=group()))
    (case,) = cases()
    assert [one.thread for one in messages(case)] == [str(GROUP), str(GROUP)]
    assert [row.state for row in arrivals()] == ["taken", "ignored", "ignored", "taken"]


CARRIED = [
    ({"document": {"file_id": "d1", "file_name": "акт.pdf", "file_size": 9}}, "", ("акт.pdf", "telegram:d1")),
    ({"video": {"file_id": "v1", "file_size": 9}}, "", ("видео.mp4", "telegram:v1")),
    ({"voice": {"file_id": "o1"}}, "", ("голосовое сообщение.ogg", "telegram:o1")),
    ({"video": {"file_id": "v2", "file_size": 30_000_000, "file_name": "двор.mov"}},
     "Вложение больше 20 МБ, Telegram его не отдаёт: двор.mov", None),
    ({"animation": {"file_id": "g1"}, "document": {"file_id": "g1"}}, "", ("анимация.mp4", "telegram:g1")),
    ({"sticker": {"file_id": "s1", "emoji": "😡"}}, "Вложение: стикер 😡", None),
    ({"poll": {"question": "Нужна ли лавка?"}}, "Опрос: Нужна ли лавка?", None),
    ({"venue": {"location": {"latitude": 50.1, "longitude": 45.4}, "title": "Школа", "address": "Мира 5"}},
     "Место: Школа Мира 5", None),
]


@pytest.mark.parametrize(("more", "line", "file"), CARRIED)
def test_what_a_message_carries_is_fetched_named_or_placed(account, more, line, file):
    happens(account, message(7, "Смотрите", **more))
    (case,) = cases()
    assert case.text == "\n".join(filter(None, ("Смотрите", line)))
    assert [(row.name, row.url) for row in files()] == ([file] if file else [])


def test_a_place_a_forward_and_ones_own_phone(account):
    happens(account, message(7, "Тут свалка", location={"latitude": 50.08, "longitude": 45.4},
                             forward_origin={"type": "channel", "chat": {"id": -1, "title": "Новости"}}))
    own = {"phone_number": "+79001234567", "first_name": "Иван", "user_id": IVAN}
    happens(account, message(8, None, by=IVAN, contact=own))
    happens(account, message(9, "Позвоните соседу", by=33, contact={**own, "user_id": 99}))
    first, second, third = cases()
    assert (first.latitude, first.longitude) == (50.08, 45.4)
    assert first.text == "Тут свалка\nМесто на карте: 50.08000, 45.40000\n(переслано: Новости)"
    with acting(ACTOR, read_only=True):
        phones = [Contact.objects.filter(resident=one.resident, kind="phone").count() for one in (second, third)]
    assert phones == [1, 0]


NEEDLESS = [
    (message(1, "/start"), "message", "Команда боту"),
    (message(1, "/start abcdef", chat=group()), "message", "Команда боту"),
    (message(1, None, chat=group(), new_chat_members=[person(13)]), "message", "Служебное событие"),
    (message(1, "Купите гараж", chat=group(), **{"from": person(14, is_bot=True)}), "message", "другой бот"),
    (message(1, "Уважаемые жители!"), "channel_post", "запись канала"),
    ({"chat": group(), "from": person(), "date": DATE_NOW}, "my_chat_member", "права бота"),
    ({"id": "5", "from": person(), "data": "x"}, "callback_query", "нажата кнопка"),
    ({"x": 1}, "something_of_next_year", "Неизвестное событие"),
]


@pytest.mark.parametrize(("thing", "kind", "says"), NEEDLESS)
def test_what_is_no_message_is_kept_with_a_reason(account, thing, kind, says):
    happens(account, thing, kind)
    (row,) = arrivals()
    assert row.state == "ignored"
    assert says in row.reason
    assert not cases()


def test_who_hides_behind_a_chat_is_ours_only_when_the_chat_is(account):
    asked = message(7, "Когда засыплют яму на Мира?", chat=group())
    happens(account, asked)
    foreign = {"id": -100999, "type": "channel", "title": "Сосед", "username": "sosed"}
    hidden = {"from": person(136817688, is_bot=True), "reply_to_message": asked}
    happens(account, message(8, "Да не засыплют на Мира", chat=group(), sender_chat=foreign, **hidden))
    assert len(cases()) == 2
    assert cases()[1].resident.name == "Сосед"
    happens(account, message(9, "Засыпали вчера", chat=group(), sender_chat=group(), **hidden))
    first = cases()[0]
    assert first.state == "answered"
    assert messages(first)[-1].outside


def test_a_chat_that_is_not_ours_is_filtered_and_an_album_is_judged_as_one():
    account = make_account(ours=False, code="telegram-city", words="свалка")
    call(update(message(1, "Всем доброго утра!", chat=group())), account.code)
    for one in album([(7, "Опять свалка на Мира"), (8, None)], chat=group()):
        call(update(one), account.code)
    call(update(message(9, "Это мы, администраторы", chat=group(), sender_chat=group())), account.code)
    take_waiting(account.pk)
    (case,) = cases()
    assert case.text == "Опять свалка на Мира"
    assert len(files()) == 2
    assert [row.state for row in arrivals()] == ["ignored", "taken", "taken", "ignored"]


def test_an_album_of_our_own_is_one_answer(account):
    asked = message(7, "Когда уберут свалку на Мира?", chat=group())
    happens(account, asked)
    for one in album([(8, "Убрали"), (9, None)], chat=group(), sender_chat=group(), reply_to_message=asked):
        happens(account, one)
    (case,) = cases()
    assert [one.text for one in messages(case)] == ["Когда уберут свалку на Мира?", "Убрали"]
    assert {row.state for row in arrivals()} == {"taken"}


def test_a_place_that_moves_makes_one_message(account):
    where = {"location": {"latitude": 50.08, "longitude": 45.4, "live_period": 900}}
    happens(account, message(7, None, **where))
    happens(account, message(7, None, edit_date=DATE_NOW, **where), "edited_message")
    assert len(messages(cases()[0])) == 1


def test_a_code_of_another_conversation_is_only_words_here(account):
    happens(account, message(7, "Мой код 123-456-789, отвечайте сюда"))
    assert cases()[0].answer_by == "outside"
