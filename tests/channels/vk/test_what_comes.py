"""What VK sends becomes messages and cases: each once, whoever sends it again or forges it.

Shapes: dev.vk.com/ru/api/community-events/json-schema and …/callback/getting-started, read 2026-11-25.
"""

import pytest

from otklik.acting import acting, widened
from otklik.channels.models import Account, OutsideFile
from otklik.intake.enclosing import fetch
from otklik.intake.receiving import take_waiting
from tests.channels.vk.saying import (
    ACTOR,
    ADA,
    DATE,
    GROUP,
    IVAN,
    arrivals,
    call,
    cases,
    comment,
    event,
    happens,
    make_account,
    message,
    messages,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return make_account()


def test_the_address_is_confirmed_with_the_accounts_own_string(account):
    answer = call({"type": "confirmation", "group_id": GROUP})
    assert (answer.status_code, answer.content) == (200, b"c0nf1rm")
    assert call({"type": "confirmation", "group_id": 999}).status_code == 403


@pytest.mark.parametrize("how", [
    {"secret": "another"}, {"secret": ""}, {"secret": None}, {"secret": ["x"]}, {"group_id": 999}, {"group_id": "101"},
])
def test_a_forged_call_is_refused_and_keeps_nothing(account, how):
    assert call({**event("wall_reply_new", comment()), **how}).status_code == 403
    assert call(b"{").status_code == 403
    assert call(b"[]").status_code == 403
    assert not arrivals()


def test_without_a_secret_in_the_settings_nothing_is_believed(account):
    with acting(ACTOR), widened():
        account.setup.secrets = b""
        account.setup.save()
    assert call(event("wall_reply_new", comment())).status_code == 403
    assert call({**event("wall_reply_new", comment()), "secret": ""}).status_code == 403


def test_a_comment_becomes_one_case_however_often_it_is_sent(account):
    said = event("wall_reply_new", comment(), event_id="once")
    assert [call(said).content for _time in range(3)] == [b"ok"] * 3
    assert len(arrivals()) == 1
    take_waiting(account.pk)
    take_waiting(account.pk)
    (case,) = cases()
    assert (case.text, case.answer_by, case.scope.code) == ("Яма на дороге у школы", "channel", "gorod-kamyshin")
    (kept,) = messages(case)
    assert kept.external_id == f"wall-{GROUP}_5_r7"
    assert kept.link == f"https://vk.com/wall-{GROUP}_5?reply=7"
    assert b"secret" not in bytes(arrivals()[0].body)


def test_the_same_comment_in_another_event_makes_no_second_case(account):
    happens(account, "wall_reply_new", comment())
    happens(account, "wall_reply_new", comment())
    assert len(arrivals()) == 2
    assert len(cases()) == 1


def test_every_place_where_people_write_is_heard(account):
    where = {
        "board_post_new": ({"topic_id": 3, "topic_owner_id": -GROUP}, f"topic-{GROUP}_3_9"),
        "photo_comment_new": ({"photo_id": 4, "photo_owner_id": -GROUP}, f"photo-{GROUP}_4_9"),
        "video_comment_new": ({"video_id": 6, "video_owner_id": -GROUP}, f"video-{GROUP}_6_9"),
    }
    for kind, (more, external_id) in where.items():
        thing = {"id": 9, "from_id": ADA, "date": 1764060000, "text": f"Не работает фонарь: {kind}", **more}
        happens(account, kind, thing)
        assert messages(cases()[-1])[0].external_id == external_id
    happens(account, "message_new", message())
    assert messages(cases()[-1])[0].external_id == f"im{ADA}_70"
    assert len(cases()) == 4


def test_a_visitors_post_is_a_message_and_the_pages_own_is_not(account):
    post = {"id": 8, "owner_id": -GROUP, "from_id": ADA, "date": DATE, "text": "Лужа во дворе", "post_type": "post"}
    happens(account, "wall_post_new", post)
    happens(account, "wall_post_new", {**post, "id": 9, "post_type": "suggest", "text": "Не вывозят мусор"})
    happens(account, "wall_post_new", {**post, "id": 10, "from_id": -GROUP})
    happens(account, "wall_post_new", {**post, "id": 11, "post_type": "postpone"})
    assert [case.text for case in cases()] == ["Лужа во дворе", "Не вывозят мусор"]
    assert [row.state for row in arrivals()] == ["taken", "taken", "ignored", "ignored"]
    assert messages(cases()[0])[0].raw["reply"] == {"kind": "wall", "owner": -GROUP, "parent": 8}
    # What is only offered has no comments yet: its author is answered by a message.
    assert messages(cases()[1])[0].raw["reply"] == {"kind": "im", "peer": ADA}


def test_further_words_join_the_case_of_their_author_and_nobody_elses(account):
    below = {"reply_to_comment": 7, "parents_stack": [7]}
    happens(account, "wall_reply_new", comment(7))
    happens(account, "wall_reply_new", comment(8, "Добавлю: у дома 5", **below))
    happens(account, "wall_reply_new", comment(9, "А у нас не вывозят мусор", by=IVAN, **below))
    first, second = cases()
    assert [one.text for one in messages(first)] == ["Яма на дороге у школы", "Добавлю: у дома 5"]
    assert [one.text for one in messages(second)] == ["А у нас не вывозят мусор"]


def test_another_matter_under_the_same_post_is_another_case(account):
    happens(account, "wall_reply_new", comment(7, "Яма на дороге у школы на улице Мира"))
    happens(account, "wall_reply_new", comment(8, "Во дворе дома 12 вторую неделю не вывозят мусор, контейнеры полны"))
    assert len(cases()) == 2


def test_mentions_and_attachments_are_as_people_read_them(account):
    sizes = [{"type": "s", "width": 75, "height": 75, "url": "https://sun.example/s.jpg"},
             {"type": "z", "width": 1280, "height": 960, "url": "https://sun.example/z.jpg"}]
    happens(account, "wall_reply_new", comment(text="[club101|Пробный город], фонарь не горит", attachments=[
        {"type": "photo", "photo": {"id": 1, "owner_id": ADA, "sizes": sizes}},
        {"type": "doc", "doc": {"id": 2, "title": "Заявление", "ext": "pdf", "url": "https://vk.example/doc"}},
        {"type": "link", "link": {"url": "https://example.org/x", "title": "Статья"}},
        {"type": "video", "video": {"id": 3, "owner_id": ADA, "title": "Двор"}},
        {"type": "holograph", "holograph": {"id": 4}}, {"type": "photo"}, "nonsense", None,
    ]))
    (case,) = cases()
    assert case.text.splitlines() == [
        "Пробный город, фонарь не горит", "Ссылка: Статья https://example.org/x",
        f"Вложение: видео «Двор» https://vk.com/video{ADA}_3", "Вложение: вложение", "Вложение: вложение",
    ]
    with acting(ACTOR, read_only=True):
        assert [(file.url, file.name) for file in OutsideFile.objects.order_by("pk")] == [
            ("https://sun.example/z.jpg", f"photo{ADA}_1.jpg"), ("https://vk.example/doc", "Заявление.pdf"),
        ]


def test_an_edit_and_a_deletion_are_noted_and_nothing_is_forgotten(account):
    happens(account, "wall_reply_new", comment())
    happens(account, "wall_reply_edit", comment(text="Яма на дороге у школы № 5"))
    happens(account, "wall_reply_delete", {"owner_id": -GROUP, "id": 7, "post_id": 5, "deleter_id": ADA})
    (case,) = cases()
    first, second = messages(case)
    assert (first.text, second.text) == ("Яма на дороге у школы", "Яма на дороге у школы № 5")
    assert second.withdrawn_at is not None
    happens(account, "wall_reply_restore", comment(text="Яма на дороге у школы № 5"))
    assert messages(case)[1].withdrawn_at is None
    assert messages(case)[1].raw["reply"]["comment"] == 7  # the answer finds its place still


def test_an_edit_before_its_comment_stands_for_it(account):
    now_ish = {"date": int(arrivals_time())}
    happens(account, "wall_reply_edit", comment(text="Яма у школы № 5", **now_ish))
    happens(account, "wall_reply_new", comment(**now_ish))
    (case,) = cases()
    assert [one.text for one in messages(case)] == ["Яма у школы № 5"]


def test_an_edit_of_an_old_comment_that_we_never_had_is_no_message(account):
    happens(account, "wall_reply_edit", comment(date=1600000000))
    happens(account, "wall_reply_delete", {"owner_id": -GROUP, "id": 99, "post_id": 5, "deleter_id": ADA})
    assert not cases()
    assert {row.state for row in arrivals()} == {"ignored"}


def test_what_says_nothing_to_us_is_kept_with_its_reason(account):
    for kind in ("message_typing_state", "group_join"):  # said all day long: not even kept
        happens(account, kind, {"user_id": ADA})
    assert not arrivals()
    for kind in ("message_allow", "photo_new", "market_comment_new", "something_new_of_2030"):
        happens(account, kind, {"user_id": ADA})
    happens(account, "message_new", message(text="Начать", payload='{"command":"start"}'))
    happens(account, "message_new", message(text="", action={"type": "chat_invite_user"}))
    assert not cases()
    assert {row.state for row in arrivals()} == {"ignored"}
    assert "something_new_of_2030" in arrivals()[3].reason


@pytest.mark.parametrize("thing", [{}, {"id": "7"}, {**comment(), "from_id": None}, {**comment(), "text": "", "id": 1}])
def test_what_cannot_be_read_is_seen_in_quarantine(account, thing):
    happens(account, "wall_reply_new", thing)
    assert [row.state for row in arrivals()] == ["quarantined"]
    assert arrivals()[0].reason


def test_a_page_that_writes_is_an_author_too(account):
    happens(account, "wall_reply_new", comment(by=-77, text="Просим убрать упавшее дерево"))
    (case,) = cases()
    assert messages(case)[0].raw["author_link"] == "https://vk.com/club77"


def test_coordinates_are_taken_from_both_shapes(account):
    happens(account, "message_new", message(geo={"coordinates": {"latitude": 50.1, "longitude": 45.4}}))
    post = {"id": 8, "owner_id": -GROUP, "from_id": IVAN, "date": 1764060000, "text": "Лужа", "post_type": "post"}
    happens(account, "wall_post_new", {**post, "geo": {"type": "point", "coordinates": "50.1 45.4"}})
    assert [(float(case.latitude), float(case.longitude)) for case in cases()] == [(50.1, 45.4)] * 2


def arrivals_time() -> float:
    """Now, in Unix seconds."""
    from django.utils import timezone

    return timezone.now().timestamp()


def test_an_attachment_that_leads_inside_our_network_is_not_fetched(account):
    inside = {"type": "doc", "doc": {"id": 2, "title": "x", "ext": "pdf", "url": "http://169.254.169.254/latest"}}
    happens(account, "wall_reply_new", comment(attachments=[inside]))
    with acting(ACTOR, read_only=True):
        file = OutsideFile.objects.get()
    assert not fetch(file.pk)
    with acting(ACTOR, read_only=True):
        file.refresh_from_db()
    assert (file.state, "внутреннюю сеть" in file.failure) == ("failed", True)
