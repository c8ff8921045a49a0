"""The registry of official pages: addresses, gaps, figures from what channels keep, a sheet, stories for the plan."""

import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import timezone
from django.utils.html import escape

from otklik.acting import acting, widened
from otklik.answers.models import Promise, PublicPromise
from otklik.answers.promising import Taken, keep, name
from otklik.answers.publishing import publish
from otklik.cases.models import Case
from otklik.channels.models import Account, Setup
from otklik.classifier.models import Theme
from otklik.curating import page_figures, page_sheet, pages, planning
from otklik.curating.models import OfficialPage, PageFigure, PagePost
from otklik.curating.page_gaps import KINDS, BodyFacts, PageFacts, gaps_of
from otklik.curating.page_rules import page_rules
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.replaying import replay
from otklik.organisations import region_settings
from otklik.organisations.models import Organisation
from tests.cases.steps import answered, approved, coordinator, o_clock, received
from tests.channels.max import saying as max_says
from tests.channels.vk.peer import GROUP
from tests.channels.vk.saying import DATE, cases, comment, happens, make_account, message
from tests.making import SYSTEM, logged_in, make_staff, make_user, organisation, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
NOW = timezone.now()
VK_OK = frozenset({"vk", "ok"})


def keeper():
    return make_staff(("head", HOME))


def facts(**more) -> PageFacts:
    told = {"page_id": 1, "body_id": 1, "network": "vk", "responsible": "Она", "mark": "yes", "heard": True,
            "last_post": date(2026, 3, 1), "waiting": 0, "oldest_waiting": None}
    return PageFacts(**told | more)


def kinds(*found: PageFacts, silent_days: int = 14) -> list[tuple[str, int]]:
    day = date(2026, 3, 10)
    now = NOW.replace(year=2026, month=3, day=10)
    gaps = gaps_of([BodyFacts(1, found)], VK_OK, now=now, today=day, silent_days=silent_days)
    return [(gap.kind, gap.n) for gap in gaps]


def test_what_is_missing_is_said_the_gravest_first():
    assert kinds() == [("none", 0)]
    assert kinds(facts(network="max")) == [("none", 0)]
    assert kinds(facts()) == []
    assert kinds(facts(last_post=date(2026, 2, 24))) == [("silent", 14)]
    assert kinds(facts(last_post=date(2026, 2, 25))) == []
    assert kinds(facts(waiting=47)) == [("unanswered", 47)]
    old = NOW.replace(year=2026, month=3, day=7)
    assert kinds(facts(waiting=1, oldest_waiting=old)) == [("unanswered", 1)]
    assert kinds(facts(waiting=9)) == []
    assert kinds(facts(last_post=None, responsible="", mark="")) == [("nobody", 0), ("unmarked", 0), ("unheard", 0)]


def test_the_rule_names_its_sources_and_what_of_it_was_not_checked():
    rules = page_rules()
    assert rules.fulfils == VK_OK
    assert any("270-ФЗ" in one.what for one in rules.sources)
    assert any(not one.checked for one in rules.sources) and all(one.seen for one in rules.sources if one.checked)
    assert rules.obliged("administration", None) and not rules.obliged("administration", False)
    assert rules.obliged("utility", True) and not rules.obliged("utility", None)
    every = set(Organisation.Kind.values)
    assert rules.must | rules.undecided <= every


@pytest.mark.parametrize(("given", "kept"), [
    ("vk.com/Kamyshin", "https://vk.com/kamyshin"), ("https://m.vk.com/club1/?w=2", "https://vk.com/club1"),
    ("https://www.ok.ru/group/7/", "https://ok.ru/group/7"), ("max.ru/AbC", "https://max.ru/AbC"),
])
def test_an_address_is_written_one_way(given, kept):
    assert pages.plain_address(given)[0] == kept


@pytest.mark.parametrize("given", ["", "vk.com", "t.me/x", "https://vk.com.evil.test/x", "javascript:alert(1)", "http://[/"])
def test_what_is_no_page_is_refused(given):
    with pytest.raises(BadInput):
        pages.plain_address(given)


def test_only_the_place_and_its_curator_keep_its_pages(db):
    said = pages.PageSaid(organisation().pk, "vk.com/kam")
    with pytest.raises(Refused):
        pages.save_page(make_staff(("head", "gorod-volzhskiy")), said)
    with pytest.raises(Refused):
        pages.save_page(make_staff(("operator", HOME)), said)
    page = pages.save_page(make_staff(("curator", "volgograd")), said)
    pages.close_page(keeper(), page.pk)
    with pytest.raises(Refused):
        pages.decide_duty(keeper(), organisation().pk, must=False, reason="Приказ")
    with pytest.raises(BadInput):
        pages.decide_duty(make_staff(("curator", HOME)), organisation().pk, must=False, reason=" ")


def linked() -> tuple[Account, OfficialPage]:
    account = make_account()
    said = pages.PageSaid(organisation().pk, f"vk.com/club{GROUP}", account_id=account.pk)
    return account, pages.save_page(keeper(), said)


def test_posts_and_answered_comments_come_from_what_the_channel_keeps(db):
    account, page = linked()
    written = int(NOW.timestamp()) - 3600
    happens(account, "wall_post_new", {"id": 9, "owner_id": -GROUP, "from_id": -GROUP, "date": DATE, "text": "Новость"})
    happens(account, "wall_reply_new", comment(1, date=written))
    happens(account, "wall_reply_new", comment(2, "Где автобус?", by=12, date=written))
    happens(account, "message_new", message(70, "Нет света", by=13, date=written))
    first = next(case for case in cases() if "Яма" in case.text)
    answered(coordinator(), first.pk, timezone.now(), text="Яму заделали.")
    assert page_figures.refresh(timezone.now()) == 1
    figure = PageFigure.objects.get(page=page)
    assert (figure.comments, figure.answered, figure.waiting) == (2, 1, 1)  # the private message is nobody's comment
    post = PagePost.objects.get()
    assert post.link == f"https://vk.com/wall{-GROUP}_9" and figure.last_post_at == post.at
    page_figures.refresh(timezone.now())
    assert PagePost.objects.count() == 1
    with acting(make_staff(("curator", "volgograd"))):
        found = page_figures.table(None, timezone.now(), 14)
    row = found.places[place(HOME).pk]
    assert (row.comments, row.answered, row.fulfilled) == (2, 1, 1)
    assert {gap.kind for gap in found.gaps if gap.page_id == page.pk} == {"silent", "nobody", "unmarked"}


def ok_page() -> Account:
    with acting(SYSTEM), widened():
        made = Account.objects.create(channel="ok", code="ok-k", name="Группа", territory=place(HOME))
        Setup.objects.create(account=made, settings={"group_id": "700", "way": "callback"})
    return made


def written_in_ok(account: Account, folder: Path, at: datetime) -> None:
    """A private message and two comments, as recorded events that are taken again."""
    said = {"date_ms": int(at.timestamp() * 1000), "author_id": "11", "author_name": "Ада Пробная"}
    events = [
        {"webhookType": "MESSAGE_CREATED", "sender": {"user_id": "user:13"}, "recipient": {"chat_id": "chat:C3"},
         "message": {"text": "Нет света на Мира", "mid": "mid:C3.1"}, "timestamp": said["date_ms"]},
        *({"type": "otklik_comment", "id": f"GROUP_TOPIC:9:{n}", "discussion": "9", "discussion_type": "GROUP_TOPIC",
           "comment": said | {"id": str(n), "author_id": str(10 + n), "text": text}}
          for n, text in ((1, "Яма на дороге у школы"), (2, "Где автобус?"))),
    ]  # fmt: skip
    for n, event in enumerate(events):
        (folder / f"{n}.json").write_text(json.dumps(event))
    assert {item.fate for item in replay(account, folder)} == {"case"}


def written_in_max(account: Account, _folder: Path, at: datetime) -> None:
    """A talk with the bot and two comments under a post of the channel."""
    moment = int(at.timestamp() * 1000)
    max_says.happens(account, "message_created", max_says.message("mid.a", "Нет света", by=13, timestamp=moment))
    for n, text in enumerate(("Яма на дороге у школы", "Где автобус?")):
        told = max_says.message(f"mid.c{n}", text, by=20 + n, to=max_says.UNDER_POST, timestamp=moment)
        max_says.happens(account, "comment_created", told)


@pytest.mark.parametrize(("made", "address", "written"), [
    (ok_page, "ok.ru/group/700", written_in_ok), (max_says.make_account, "max.ru/kam", written_in_max),
])  # fmt: skip
def test_a_private_talk_of_no_channel_is_a_comment_without_an_answer(db, tmp_path, made, address, written):
    account = made()
    page = pages.save_page(keeper(), pages.PageSaid(organisation().pk, address, account_id=account.pk))
    written(account, tmp_path, timezone.now() - timedelta(hours=1))
    assert len(cases()) == 3
    first = next(case for case in cases() if "Яма" in case.text)
    answered(coordinator(), first.pk, timezone.now(), text="Яму заделали.")
    page_figures.refresh(timezone.now())
    figure = PageFigure.objects.get(page=page)
    assert (figure.comments, figure.answered, figure.waiting) == (2, 1, 1)


def test_a_sheet_is_taken_row_by_row_and_again_doubles_nothing(db):
    body = organisation()

    def sheet(*rows: list[str]) -> io.BytesIO:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, [own for own, _others in page_sheet.COLUMNS.values()])
            for n, row in enumerate(rows, 1):
                page.write_row(n, 0, row)
        out.seek(0)
        return out

    good = [body.name, "", "vk.com/kam", "Город", "Пробная А. П.", "", "", "да"]
    rows = [good, ["Нет такого", "", "vk.com/no"], [body.name, "", "t.me/no"]]
    loaded = page_sheet.load(keeper(), sheet(*rows), "a.xlsx", now=NOW)
    assert loaded.new == 1 and [number for number, _why in loaded.wrong] == [3, 4]
    again = page_sheet.load(keeper(), sheet([body.name, "", "vk.com/kam"]), "a.xlsx", now=NOW)
    assert again.known == 1 and OfficialPage.objects.get().responsible == "Пробная А. П."
    stranger = page_sheet.load(make_staff(("head", "gorod-volzhskiy")), sheet(good), "a.xlsx", now=NOW)
    assert stranger.new == stranger.known == 0 and stranger.wrong


def offered(today: date) -> list[planning.Story]:
    with acting(SYSTEM, read_only=True):
        return planning.stories(None, today)


def told_promise() -> PublicPromise:
    """A promise kept and named for everybody, of a municipality that shows them."""
    who = coordinator()
    case_id = received().case_id
    with acting(SYSTEM), widened():
        theme = Theme.objects.filter(group__code="lighting").first() or Theme.objects.first()
        Case.objects.filter(pk=case_id).update(theme=theme)
        region_settings.note("public_promises", True)
    draft = approved(who, case_id, o_clock("12:00"), text="Фонарь заменят до 6 марта.")
    publish(who, draft.pk, now=o_clock("12:00"), promises=[Taken(date(2026, 3, 6), "до 6 марта")])
    with acting(SYSTEM):
        promise = Promise.objects.get(case_id=case_id)
    keep(who, promise.pk)
    name(who, promise.pk, title="Фонарь на Мира")
    return PublicPromise.objects.get()


def test_a_kept_promise_is_offered_until_it_is_planned_and_refused_when_it_may_not_be_told_any_more(db):
    row = told_promise()
    today = row.done_on
    (story,) = offered(today)
    assert "Обещали" in story.text and "Сделали" in story.text
    said = planning.PostSaid(place(HOME).pk, timezone.localdate(), story.title, story.text, source="promise",
                             source_id=story.ident)
    post = planning.put_into_plan(keeper(), said)
    assert offered(today) == []
    with pytest.raises(Refused, match="уже в плане"):
        planning.put_into_plan(keeper(), said)
    with pytest.raises(Refused):
        planning.put_into_plan(make_staff(("head", "gorod-volzhskiy")), said)
    with acting(SYSTEM), widened():
        PublicPromise.objects.all().delete()
    with pytest.raises(Refused, match="больше нельзя"):
        planning.mark_published(keeper(), post.pk, link="https://vk.com/wall-1_2")
    planning.drop(keeper(), post.pk)
    with pytest.raises(NotYours):
        planning.drop(make_staff(("head", "gorod-volzhskiy")), post.pk)


def test_a_story_of_long_ago_is_no_news(db):
    row = told_promise()
    assert offered(row.done_on + timedelta(days=planning.STORY_DAYS + 1)) == []


def test_a_rule_that_nobody_compared_with_the_act_is_marked_where_it_is_shown():
    rules = page_rules()
    assert not any(one.by_text and not one.seen for one in rules.sources), "who has read the act says where"
    assert {kind for one in rules.sources for kind in one.gaps} <= set(KINDS)
    pages.save_page(make_staff(("curator", "volgograd")), pages.PageSaid(organisation().pk, "vk.com/proba"))
    page = logged_in(make_user(("curator", "volgograd")))
    duty = page.get("/region/pages/duty/").content.decode()
    for one in rules.sources:
        told = duty.partition(escape(one.what))[2].partition("<br>")[0]
        wanted = "" if one.by_text else "с текстом акта не сверено" if one.checked else "не проверено по тексту акта"
        assert wanted in told, one.what
    shown = page.get("/region/pages/").content.decode()
    assert all(escape(one.what) in shown for one in rules.doubts({"none", "unmarked"}))
    assert "с текстом акта не сверено" in shown and "не проверено по тексту акта" in shown
