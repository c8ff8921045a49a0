"""An account of several feeds: listened to politely, each article once, troubles told, nothing lost."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.models import Case
from otklik.channels.feed import looking
from otklik.channels.feed.channel import CHANNEL
from otklik.channels.kit import polling
from otklik.channels.kit.calling import Caller
from otklik.channels.models import Account, Arrival, Cursor, Health, Message, OutsideFile, Setup
from otklik.intake.receiving import take, take_waiting
from tests.channels.feed.feeds import HOLE, LAMP, atom, item, rss
from tests.channels.feed.peer import Page, Site, site
from tests.making import logged_in, make_user, place

pytestmark = pytest.mark.django_db
ACTOR = System("channels")


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with site() as made:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", made.url.removeprefix("http://"))
        yield made


def account(*addresses: str, ours: bool = True, **settings: Any) -> Account:
    with acting(ACTOR), widened():
        made = Account.objects.create(
            channel="feed", code="paper", name="Газета", territory=place("gorod-kamyshin"), ours=ours
        )
        Setup.objects.create(account=made, settings={"addresses": "\n".join(addresses), **settings})
    return made


def looked(one: Account) -> int:
    return polling.poll(one.pk)


def cases() -> list[Case]:
    with acting(ACTOR, read_only=True):
        return list(Case.objects.select_related("scope", "resident").order_by("id"))


def arrivals(state: str = "") -> list[Arrival]:
    with acting(ACTOR, read_only=True):
        rows = Arrival.objects.order_by("id")
        return list(rows.filter(state=state) if state else rows)


def health(one: Account) -> Health:
    with acting(ACTOR, read_only=True):
        return Health.objects.get(account=one)


def feed_of(one: Account, url: str) -> dict[str, Any]:
    with acting(ACTOR, read_only=True):
        return Cursor.objects.get(account=one).value["feeds"][url]


def rested(one: Account) -> None:
    """As if the waits had passed."""
    with acting(ACTOR), widened():
        row = Cursor.objects.get(account=one)
        for feed in row.value["feeds"].values():
            feed.pop("wait", None)
        row.save()


def test_an_article_becomes_one_case_with_the_link_where_to_answer(paper):
    more = "<enclosure url='https://paper.example.ru/1.jpg' type='image/jpeg' length='5'/><dc:creator>Перо</dc:creator>"
    paper.pages["/rss"] = Page(rss(item(1, "Яма на Мира", HOLE, more=more)).encode())
    one = account(f"{paper.url}/rss")
    assert (looked(one), looked(one)) == (1, 0)
    take_waiting(one.pk)
    (case,) = cases()
    assert case.text == f"Яма на Мира\n\n{HOLE}" and case.answer_by == "outside" and case.resident is None
    with acting(ACTOR, read_only=True):
        assert Message.objects.get(in_case__case=case).link == "https://paper.example.ru/news/1"
        assert OutsideFile.objects.get().url == "https://paper.example.ru/1.jpg"


def test_what_has_not_changed_is_not_sent_again(paper):
    page = Page(rss(item(1, "Яма", HOLE)).encode(), etag='"1"', modified="Wed, 25 Nov 2026 10:00:00 GMT")
    paper.pages["/rss"] = page
    one = account(f"{paper.url}/rss")
    looked(one)
    looked(one)
    assert paper.statuses("/rss") == [200, 304]
    assert paper.asked[1][1:3] == ('"1"', "Wed, 25 Nov 2026 10:00:00 GMT")
    page.body, page.etag, page.modified = rss(item(2, "Фонари", LAMP), item(1, "Яма", HOLE)).encode(), '"2"', ""
    assert looked(one) == 1


def test_one_article_in_several_feeds_is_one_message_and_a_reprint_is_seen_as_such(paper):
    paper.pages["/a"] = Page(rss(item(1, "Яма на Мира", HOLE)).encode())
    same = item(7, "Яма на Мира", HOLE, link="http://www.paper.example.ru/news/1/?utm_source=b", guid="b-7")
    paper.pages["/b"] = Page(rss(same, title="Сводка").encode())
    entry = (
        "<entry><id>tag:city,1</id><title>Яма на Мира!</title><link href='https://city.example.ru/1'/>"
        f"<published>{timezone.now().isoformat()}</published><summary>{HOLE}</summary></entry>"
    )
    paper.pages["/c"] = Page(atom(entry).encode(), "application/atom+xml")
    one = account(*(f"{paper.url}/{name}" for name in "abc"))
    assert looked(one) == 2
    take_waiting(one.pk)
    assert len(cases()) == 1
    (reprint,) = arrivals("ignored")
    assert "paper.example.ru/news/1" in reprint.reason and reprint.external_id == "link:city.example.ru/1"


def test_alike_articles_with_other_numbers_are_two(paper):
    words = "Отключение воды на улице Мира в Камышине в домах по решению водоканала города пройдёт {} ноября, ждите"
    paper.pages["/rss"] = Page(rss(*(item(n, "Вода", words.format(n)) for n in (26, 27))).encode())
    one = account(f"{paper.url}/rss")
    looked(one)
    take_waiting(one.pk)
    assert len(cases()) == 2


def test_what_was_there_long_before_is_left_and_what_comes_later_is_taken(paper):
    now = timezone.now()
    old, fresh = item(1, "Старая", HOLE, at=now - timedelta(days=40)), item(2, "Свежая", LAMP)
    undated = "<item><title>Без даты</title><guid>u-1</guid><description>Когда-то</description></item>"
    page = paper.pages["/rss"] = Page(rss(fresh, old, undated).encode())
    one = account(f"{paper.url}/rss")
    assert looked(one) == 1
    late = item(3, "Дописали задним числом", "Мост у реки обвалился", at=now - timedelta(days=40))
    page.body = rss(late, undated.replace("u-1", "u-2").replace("Когда", "Потом"), fresh, old, undated).encode()
    assert looked(one) == 2


def test_a_changed_article_changes_its_message(paper):
    page = paper.pages["/rss"] = Page(rss(item(1, "Яма", HOLE)).encode())
    one = account(f"{paper.url}/rss")
    looked(one)
    take_waiting(one.pk)
    page.body = rss(item(1, "Яма", HOLE + " Обновлено: засыпали.")).encode()
    assert looked(one) == 1
    take_waiting(one.pk)
    (case,) = cases()
    with acting(ACTOR, read_only=True):
        versions = list(Message.objects.filter(account=one).order_by("version").values_list("version", "text"))
    assert len(versions) == 2 and "засыпали" in versions[1][1]
    for n in range(5):  # counters and banners: enough is enough
        page.body = rss(item(1, "Яма", f"{HOLE} Просмотров: {n}")).encode()
        looked(one)
    assert len(arrivals()) <= 2 + looking.MOST_EDITS


def test_comments_of_an_article_are_heard_apart_from_it(paper):
    comments = f"<wfw:commentRss>{paper.url}/rss/1</wfw:commentRss>"
    paper.pages["/rss"] = Page(rss(item(1, "Яма", HOLE, more=comments)).encode())
    said = "<dc:creator>Сосед</dc:creator>"
    paper.pages["/rss/1"] = Page(rss(
        item(5, "Сосед", LAMP, link="https://paper.example.ru/news/1#comment-5", guid="c5", more=said),
        item(6, "Соседка", "А у нас во дворе третий день не вывозят мусор, контейнеры полны",
             link="https://paper.example.ru/news/1#comment-6", guid="c6", more="<dc:creator>Соседка</dc:creator>"),
    ).encode())
    one = account(f"{paper.url}/rss", comments=True)
    looked(one)
    assert looked(one) == 2
    take_waiting(one.pk)
    assert [case.text for case in cases()][1:] == [
        "А у нас во дворе третий день не вывозят мусор, контейнеры полны", LAMP,
    ]
    assert [case.resident.name for case in cases()[1:]] == ["Соседка", "Сосед"]


def test_comments_elsewhere_are_not_followed(paper):
    more = "<wfw:commentRss>http://169.254.169.254/latest</wfw:commentRss>"
    paper.pages["/rss"] = Page(rss(item(1, "Яма", HOLE, more=more)).encode())
    one = account(f"{paper.url}/rss", comments=True)
    looked(one)
    with acting(ACTOR, read_only=True):
        assert Cursor.objects.get(account=one).value["comments"] == {}


def test_a_page_that_is_not_ours_gives_only_what_is_a_message_to_us(paper):
    paper.pages["/rss"] = Page(rss(
        item(1, "Концерт", "В субботу в парке выступит духовой оркестр, вход свободный для всех желающих"),
        item(2, "Яма на улице Мира", HOLE), item(3, "Реклама", "Окна недорого, Камышин"),
    ).encode())
    one = account(f"{paper.url}/rss", ours=False, not_words="недорого", words="улице Мира")
    looked(one)
    take_waiting(one.pk)
    assert [case.text.splitlines()[0] for case in cases()] == ["Яма на улице Мира"]
    aside = arrivals("ignored")
    assert len(aside) == 2 and any("недорого" in row.reason for row in aside)
    take(next(row.pk for row in aside if "недорого" not in row.reason), again=True, chosen=True)
    assert len(cases()) == 2


def test_gone_is_asked_no_more_and_the_others_go_on(paper):
    paper.pages["/gone"], paper.pages["/rss"] = Page(status=410), Page(rss(item(1, "Яма", HOLE)).encode())
    one = account(f"{paper.url}/gone", f"{paper.url}/rss")
    assert looked(one) == 1
    looked(one)
    assert paper.statuses("/gone") == [410] and len(paper.statuses("/rss")) == 2
    assert "410" in health(one).failure and health(one).failures


def test_too_often_waits_as_long_as_it_says(paper):
    page = paper.pages["/rss"] = Page(status=429, heads={"Retry-After": "3600"})
    one = account(f"{paper.url}/rss")
    looked(one)
    looked(one)
    assert paper.statuses("/rss") == [429]
    assert "429" in health(one).failure
    wait = feed_of(one, f"{paper.url}/rss")["wait"]
    assert timedelta(minutes=58) < timezone.datetime.fromisoformat(wait) - timezone.now() < timedelta(minutes=61)
    page.heads["Retry-After"] = format_datetime(timezone.now() + timedelta(hours=2), usegmt=False)
    rested(one)
    looked(one)
    wait = feed_of(one, f"{paper.url}/rss")["wait"]
    assert timezone.datetime.fromisoformat(wait) - timezone.now() > timedelta(minutes=110)
    page.status, page.body = 200, rss(item(1, "Яма", HOLE)).encode()
    rested(one)
    assert looked(one) == 1 and not health(one).failure


def slow(handler: Any) -> None:
    time.sleep(1.5)


def cut(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(rss(item(1, "Яма", HOLE)).encode()[:300])
    handler.close_connection = True


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_other_failures_are_told_and_asked_more_and_more_seldom(paper, status):
    paper.pages["/rss"] = Page(status=status)
    one = account(f"{paper.url}/rss")
    waits = []
    for _turn in range(3):
        looked(one)
        waits.append(timezone.datetime.fromisoformat(feed_of(one, f"{paper.url}/rss")["wait"]) - timezone.now())
        rested(one)
    assert str(status) in health(one).failure and waits[0] < waits[1] < waits[2]
    assert not arrivals()


def test_slow_cut_and_huge_answers_harm_nobody_else(paper, monkeypatch):
    monkeypatch.setattr(polling, "Caller", lambda **words: Caller(**words, read_seconds=0.5))
    monkeypatch.setattr(looking, "MOST_BYTES", 100_000)
    paper.pages["/slow"], paper.pages["/cut"] = Page(fault=slow), Page(fault=cut)
    paper.pages["/huge"] = Page(b"<rss>" + b" " * 200_000)
    paper.pages["/page"] = Page(b"<html><body>hello</body></html>", "text/html")
    paper.pages["/rss"] = Page(rss(item(1, "Яма", HOLE)).encode())
    one = account(*(f"{paper.url}/{name}" for name in ("slow", "cut", "huge", "page", "rss")))
    assert looked(one) == 1
    assert "127.0.0.1" in health(one).failure and len(arrivals()) == 1


def test_a_redirect_is_followed_only_where_we_may_go(paper):
    paper.pages["/old"] = Page(status=301, heads={"Location": f"{paper.url}/rss"})
    paper.pages["/rss"] = Page(rss(item(1, "Яма", HOLE)).encode())
    paper.pages["/in"] = Page(status=302, heads={"Location": "http://127.0.0.1:1/secret"})
    paper.pages["/file"] = Page(status=302, heads={"Location": "file:///etc/passwd"})
    paper.pages["/ring"] = Page(status=302, heads={"Location": f"{paper.url}/ring"})
    one = account(*(f"{paper.url}/{name}" for name in ("old", "in", "file", "ring")))
    assert looked(one) == 1
    for name in ("in", "file", "ring"):
        assert feed_of(one, f"{paper.url}/{name}")["trouble"], name
    assert len(paper.statuses("/ring")) == looking.HOPS + 1


def test_an_address_of_the_inner_network_is_refused(monkeypatch):
    one = account("http://169.254.169.254/latest/meta-data", "http://localhost/rss")
    looked(one)
    assert not arrivals() and health(one).failures


def test_two_readers_at_once_take_each_article_once(paper):
    paper.pages["/rss"] = Page(rss(*(item(n, f"Яма {n}", f"{HOLE} {n}") for n in range(20))).encode())
    one = account(f"{paper.url}/rss")
    with acting(ACTOR, read_only=True):
        fresh = Account.objects.select_related("setup").get(pk=one.pk)
    with Caller() as caller:
        first, second = (CHANNEL.poll(fresh, {}, caller) for _n in (1, 2))
    assert {came.external_id for came in first.came} == {came.external_id for came in second.came}
    assert looked(one) == 20 and looked(one) == 0


def test_the_account_is_asked_as_often_as_it_wants():
    assert looking.every_of(account("http://x.example", minutes=60)) == 3600
    for minutes, seconds in ((1, 300), (None, 900), ("x", 900), (10**6, 86400), (True, 900)):
        assert looking.every_of(Account(setup=Setup(settings={"minutes": minutes}))) == seconds


def test_checking_tells_what_each_address_is(paper):
    paper.pages["/rss"] = Page(rss(item(1, "Яма", HOLE)).encode())
    paper.pages["/old"] = Page(status=301, heads={"Location": "/rss"})
    paper.pages["/bad"] = Page(rss(item(1, "Яма & яма", HOLE)).replace("&amp;", "&").encode())
    paper.pages["/page"] = Page(b"<html></html>", "text/html")
    one = account(*(f"{paper.url}/{name}" for name in ("rss", "old", "bad", "page", "no")))
    with Caller() as caller:
        checked = CHANNEL.check(one, caller)
    told = list(checked.facts.values())
    assert not checked.fine and "записей: 1" in told[0] and "переехала" in told[1] and "с ошибками" in told[2]
    assert told[3:] == ["это не лента", "ответ 404"]
    with Caller() as caller:
        assert not CHANNEL.check(Account(setup=Setup(settings={})), caller).fine


def test_recorded_files_are_taken_again_as_the_same(tmp_path):
    (tmp_path / "a.xml").write_bytes(rss(item(1, "Яма", HOLE), item(2, "Фонари", LAMP)).encode("cp1251"))
    (tmp_path / "b.rss").write_text(rss(item(9, "Яма", HOLE, link="https://paper.example.ru/news/1?utm_medium=b")))
    (tmp_path / "c.xml").write_text("no feed")
    rows = list(CHANNEL.recorded(tmp_path))
    assert [name for name, _came in rows] == ["a.xml#1", "a.xml#2", "b.rss#1", "c.xml"]
    assert len({came.external_id for _name, came in rows}) == 3
    assert json.loads(rows[0][1].body)["title"] == "Яма" and rows == list(CHANNEL.recorded(tmp_path))




def test_whoever_connects_a_feed_is_offered_only_to_listen():
    browser = logged_in(make_user(("administrator", "gorod-kamyshin")))
    page = browser.get("/settings/channels/add/feed/").content.decode()
    assert "Адреса лент" in page and 'name="ours"' in page
    assert "checked" not in page.split('name="ours"')[1].split(">")[0]
    fields = {
        "name": "Газета", "code": "paper-k", "territory": place("gorod-kamyshin").pk, "active": "on",
        "own_addresses": "https://paper.example.ru/rss", "own_minutes": "30", "own_days": "2",
    }
    assert browser.post("/settings/channels/add/feed/", fields).status_code == 302
    with acting(ACTOR, read_only=True):
        made = Account.objects.select_related("setup").get(code="paper-k")
    assert not made.ours and looking.every_of(made) == 1800
