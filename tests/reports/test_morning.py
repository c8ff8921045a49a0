"""The head's morning page: five numbers, three risks, promises, one good story; given on, sent at the chosen hour."""

import io
import zipfile
from datetime import date, time, timedelta

import pytest
from docx import Document as read_docx
from PIL import Image

from otklik.acting import acting, widened
from otklik.answers.models import Promise
from otklik.answers.promising import Taken
from otklik.answers.publishing import publish
from otklik.cases.actions.reply import reply
from otklik.cases.actions.resident import confirm
from otklik.cases.models import Case, Notice
from otklik.cases.problem_models import Problem, PublicPhoto, PublicProblem
from otklik.cases.resident_links import open_link
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.photos import accept_photo
from otklik.files.storage import path_of, store
from otklik.insight.models import Burst
from otklik.organisations.models import User
from otklik.reports import morning, orders
from otklik.reports.asking import Asked
from otklik.reports.models import Order, Report, ReportFile
from otklik.reports.morning_keeping import choose, keep_all, make_page, send_due, waiting
from otklik.reports.periods import Period
from otklik.reports.risks import risks_of
from otklik.reports.story import story_of
from tests.cases.registering import by_law
from tests.cases.steps import approved, assigned, coordinator, executor, o_clock, received
from tests.insight.following_steps import follow_all
from tests.making import SYSTEM, at, logged_in, make_staff, place

pytestmark = pytest.mark.django_db
NEXT_DAY = at("2026-03-05 08:00")  # Thursday after the Wednesday on which the steps happen


def asked(now=NEXT_DAY, code="gorod-kamyshin"):
    day = (now + timedelta(hours=3)).date()
    return Asked(place(code), Period(day, day), now)


def risks(now=NEXT_DAY, code="gorod-kamyshin"):
    with acting(SYSTEM, read_only=True):
        return risks_of(asked(now, code))


def theme(code):
    return Theme.objects.filter(code=code, retired=False).latest("version_id")


def done(who, *, theme_code="road.pothole"):
    """A case whose fix the executor reported and the resident confirmed."""
    sent = received()
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=sent.case_id).update(theme=theme(theme_code))
    task = assigned(who, sent.case_id, o_clock("10:05"))
    reply(executor(who, task, o_clock("10:06")), kind="done", no_photo="dark", once="a" * 20, now=o_clock("10:30"))
    publish(who, approved(who, sent.case_id, o_clock("11:00")).pk, now=o_clock("11:00"))
    confirm(open_link(sent.token), now=o_clock("12:00"))
    return sent.case_id


def test_the_page_has_five_numbers_at_most_three_risks_and_stands_on_one_sheet(db):
    who = coordinator()
    for n in range(3):
        received(f"Яма {n}", now=o_clock("09:30"))
    done(who)
    follow_all()
    report_id = make_page(place("gorod-kamyshin").pk, NEXT_DAY)
    with acting(who, read_only=True):
        row = Report.objects.get(pk=report_id)
        files = {one.form: bytes(one.content) for one in ReportFile.objects.filter(report=row)}
    assert row.content["extra"]["text"].startswith("Камышин, 5 марта")
    figures = {one["code"]: one["number"][2] for one in row.content["blocks"][0]["items"]}
    assert list(figures) == ["received", "overdue", "in_time_share", "verified", "reopened"]
    assert (figures["received"], figures["verified"]) == (4, 1)
    assert len(row.content["extra"]["risks"]) <= 3
    assert len(row.content["extra"]["notice"]) <= 300
    assert b"/Count 1/" in files["pdf"]
    assert "исправлено" in "\n".join(p.text for p in read_docx(io.BytesIO(files["docx"])).paragraphs)
    assert make_page(place("gorod-kamyshin").pk, NEXT_DAY) == report_id
    assert make_page(place("gorod-kamyshin").pk, NEXT_DAY, fresh=True) != report_id


def test_a_long_page_is_set_smaller_and_never_a_second_sheet(db):
    from otklik.reports.document import Document, Figure, Figures, Heading, Number, Table, words
    from otklik.reports.drawing.pdf import as_pdf

    long = "очень длинные слова о том, что может пойти не так и кто за это отвечает " * 3
    blocks = (
        Figures(tuple(Figure(str(n), "Ответили в срок за 7 дней", Number("1"), "неделей раньше 9") for n in range(5))),
        Heading("Риски"), *(words(long, look="item") for _ in range(3)), Heading("Обещали жителям"),
        Table(
            "promises", "", ("Срок", "Карточка", "О чём", "Кто"),
            tuple(("сегодня", "1", long[:150], "Я") for _ in range(8)),
            wide=(10, 13, 47, 30),
        ),
        Heading("Хорошая новость"), words(long),
    )
    made = as_pdf(Document("morning", "Утренняя страница", "Место", "день", "сейчас", blocks))
    assert b"/Count 1/" in made


def test_a_risk_is_one_sentence_with_who_and_by_when(db):
    who = coordinator()
    case = received()
    assigned(who, case.case_id, o_clock("10:20"))
    by_law(who, received("Свет", now=o_clock("10:10")).case_id, number="А-9")
    found = risks(at("2026-04-01 08:00"))
    assert found[0].key.startswith("law-")
    assert found[0].words == "Обращение А-9: срок по закону кончается 3 апреля, ответа нет"
    assert found[0].by == date(2026, 4, 3)
    for one in found:
        assert one.who and one.by_words.startswith("до ") and "." not in one.words.removesuffix(".")
        assert one.address.startswith(("/desk/", "/region/"))
    assert risks(at("2026-04-01 08:00"), "gorod-volzhskiy") == []


def test_a_burst_that_nobody_made_a_problem_of_is_a_risk(db):
    with acting(SYSTEM), widened():
        Burst.objects.create(
            scope=place("gorod-kamyshin"), level=Burst.Level.THEME, code="water.no_supply", began_at=NEXT_DAY,
            found_at=NEXT_DAY, last_at=NEXT_DAY, count=7, minutes=30, expected=0.2, per_hour=0.4, odds=0.001,
        )
    found = risks()[0]
    assert found.words.startswith("Всплеск: «Пропала холодная вода», Камышин: обычно")
    assert found.address.startswith("/region/bursts/")


def test_a_missed_promise_is_a_risk_and_one_of_tomorrow_is_listed(db):
    who = coordinator()
    case = received()
    answer = approved(who, case.case_id, o_clock("12:00"), text="Фонарь заменит «Горсвет» до 6 марта.")
    publish(who, answer.pk, now=o_clock("12:00"), promises=[Taken(date(2026, 3, 6), "до 6 марта")])
    with acting(SYSTEM, read_only=True):
        page = morning.morning_of(asked())
        assert [(one.until, one.who != "") for one in page.promises] == [(date(2026, 3, 6), True)]
        assert "завтра 1" in morning.as_text(page)
    assert "Обещали до 6 марта и не сделали" in risks(at("2026-03-09 08:00"))[0].words
    with acting(SYSTEM), widened():
        Promise.objects.update(state="kept")
    assert not [one for one in risks(at("2026-03-09 08:00")) if one.key.startswith("promise-")]


@pytest.mark.parametrize("code", ["road.pothole", "safety.alert_shelter", "defenders.payments", "feedback.politics"])
def test_the_good_story_is_verified_and_never_of_what_is_not_for_everybody(db, code):
    done(coordinator(), theme_code=code)
    with acting(SYSTEM, read_only=True):
        story = story_of(asked())
    if code == "road.pothole":
        assert story is not None and "житель подтвердил" in story.words and "в тот же день" in story.words
        assert "Мира, " not in story.words and story.photo == ""
    else:
        assert story is None


def test_the_good_story_is_never_of_an_appeal_by_law_or_of_restricted_access(db):
    who = coordinator()
    case_id = done(who)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(restricted=True)
    with acting(SYSTEM, read_only=True):
        assert story_of(asked()) is None
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(restricted=False)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(regime="law59")
    with acting(SYSTEM, read_only=True):
        assert story_of(asked()) is None


@pytest.fixture
def told(db):
    """A closed card with a verified fix whose problem has a photo on the portal: (who, digest of the photo)."""
    def make(picture):
        who = coordinator()
        case_id = done(who)
        data, about = accept_photo(picture, "снимок.jpg"), theme("road.pothole")
        with acting(SYSTEM), widened():
            kept, here = store(data, place("gorod-kamyshin").pk), place("gorod-kamyshin")
            cause = Problem.objects.create(
                scope=here, territory=here, title="Яма", opened_at=o_clock("10:00"), theme=about,
                made_at=o_clock("10:00"),
            )
            twin = PublicProblem.objects.create(
                problem=cause, municipality=here, territory=here, group=about.group, title="Яма", state="fixed",
                since=NEXT_DAY.date(), released_at=o_clock("10:00"), changed_at=o_clock("10:00"),
            )
            PublicPhoto.objects.create(
                public=twin, file=kept, moment="after", sha256=data.sha256, content_type=data.content_type,
                width=data.width, height=data.height,
            )
            Case.objects.filter(pk=case_id).update(problem=cause)
        return who, data.sha256

    return make


def picture(width, height, exif=None, noise=False):
    plain = Image.new("RGB", (width, height), "green")
    image = Image.effect_noise((width, height), 90).convert("RGB") if noise else plain
    out = io.BytesIO()
    image.save(out, "JPEG", **({"exif": exif} if exif else {}))
    return out.getvalue()


def made_page(who):
    """The page of the day: its PDF, DOCX, what it keeps, and a browser of a coordinator."""
    report_id = make_page(place("gorod-kamyshin").pk, NEXT_DAY, fresh=True)
    with acting(SYSTEM, read_only=True):
        row = Report.objects.get(pk=report_id)
        files = {one.form: bytes(one.content) for one in ReportFile.objects.filter(report=row)}
    return files["pdf"], files["docx"], row.content["extra"], logged_in(User.objects.get(pk=who.user_id))


PAGE = "/region/reports/morning/?day=2026-03-05"


def media(docx):
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return [archive.read(one) for one in archive.namelist() if one.startswith("word/media/")]


def test_the_photo_of_the_story_stands_on_the_page_and_in_the_files_without_what_the_camera_wrote(told):
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "CAMERA-OF-SOMEBODY", "OWNER-NAME"
    exif.get_ifd(0x8825)[1] = "N"
    who, sha = told(picture(300, 200, exif=exif))
    pdf, docx, extra, browser = made_page(who)
    assert extra["photo"] == sha and b"/Subtype/Image" in pdf and b"/Count 1/" in pdf
    assert "story-photo" in browser.get(PAGE).content.decode()
    shown = browser.get("/region/reports/morning/photo/?day=2026-03-05")
    assert shown["Content-Type"] == "image/jpeg" and Image.open(io.BytesIO(shown.content)).size == (300, 200)
    (inside,) = media(docx)
    for one in (shown.content, inside):
        assert not Image.open(io.BytesIO(one)).getexif() and b"SOMEBODY" not in one and b"OWNER-NAME" not in one
    assert b"SOMEBODY" not in pdf
    stranger = logged_in(User.objects.get(pk=make_staff(("head", "gorod-volzhskiy")).user_id))
    here = place("gorod-kamyshin").pk
    assert stranger.get(f"/region/reports/morning/photo/?day=2026-03-05&place={here}").status_code == 404


@pytest.mark.parametrize(("width", "height"), [(2600, 1900), (2560, 200), (200, 2560)])
def test_a_big_photo_is_made_small_and_never_a_second_sheet(told, width, height):
    who, _sha = told(picture(width, height, noise=width * height > 10**6))
    pdf, docx, _extra, browser = made_page(who)
    assert b"/Count 1/" in pdf and len(pdf) < 700_000
    (inside,) = media(docx)
    sides = Image.open(io.BytesIO(inside)).size
    assert sides[0] <= 1200 and sides[1] <= 900 and len(inside) < 600_000


@pytest.mark.parametrize("harm", ["gone", "no picture", "torn"])
def test_a_photo_that_cannot_be_read_any_more_does_not_hold_up_the_page(told, harm):
    who, sha = told(picture(300, 200))
    file = path_of(sha)
    content = file.read_bytes()
    file.chmod(0o600)
    file.unlink() if harm == "gone" else file.write_bytes(b"no picture" if harm == "no picture" else content[:300])
    pdf, docx, _extra, browser = made_page(who)
    assert b"/Count 1/" in pdf and b"/Subtype/Image" not in pdf and media(docx) == []
    assert browser.get("/region/reports/morning/photo/?day=2026-03-05").status_code == 204
    assert browser.get(PAGE).status_code == 200
    assert ("story-photo" in browser.get(PAGE).content.decode()) == (harm != "gone")


def test_a_head_gets_it_at_the_hour_that_was_chosen_once_a_day(db):
    head = make_staff(("head", "gorod-kamyshin"))
    other = make_staff(("head", "gorod-kamyshin"))
    silent = make_staff(("head", "gorod-volzhskiy"))
    choose(other, on=True, at=time(7, 30), days_off=True, now=NEXT_DAY)
    choose(silent, on=False, at=time(8), days_off=False, now=NEXT_DAY)
    assert [one.user.pk for one in waiting(at("2026-03-05 07:30"))] == [other.user_id]
    assert send_due(at("2026-03-05 07:40")) == 1
    assert send_due(at("2026-03-05 08:00")) == 1
    assert send_due(at("2026-03-05 08:05")) == 0
    with acting(SYSTEM, read_only=True):
        notices = list(Notice.objects.filter(kind="morning").order_by("pk"))
        assert Report.objects.filter(kind="morning").count() == 1
    assert [one.user_id for one in notices] == [other.user_id, head.user_id]
    assert notices[0].link.startswith("/region/reports/morning/?place=")
    assert "Камышин: вчера" in notices[0].words
    # On a day off only who wishes it; and nobody in the evening, when a worker wakes up late.
    assert [one.user.pk for one in waiting(at("2026-03-07 08:30"))] == [other.user_id]
    assert waiting(at("2026-03-05 19:00")) == []


def test_every_place_has_its_page_before_work_begins(db):
    assert keep_all(at("2026-03-05 04:00")) == 0
    assert keep_all(at("2026-03-05 05:05"), most=2) == 2
    with acting(SYSTEM, read_only=True):
        assert Report.objects.filter(kind="morning").count() == 2


def test_a_risk_is_given_once_and_whoever_got_it_is_told_reminded_and_ends_it(db):
    head = make_staff(("head", "gorod-kamyshin"))
    helper = make_staff(("operator", "gorod-kamyshin"))
    here = place("gorod-kamyshin").pk
    row = orders.give(
        head, here, words="Разобраться с водоканалом", due=date(2026, 3, 6), user_id=helper.user_id, risk="pile-5",
        about="/region/", now=NEXT_DAY,
    )
    with pytest.raises(Refused, match="уже поручили"):
        orders.give(head, here, words="Ещё раз", due=date(2026, 3, 6), who="Кто-то", risk="pile-5", now=NEXT_DAY)
    assert orders.remind_due(at("2026-03-05 09:00")) == 0
    assert orders.remind_due(at("2026-03-06 09:00")) == 1
    assert orders.remind_due(at("2026-03-06 12:00")) == 0
    assert orders.remind_due(at("2026-03-07 09:00")) == 2  # it is late: whoever gave it learns of it, too
    with acting(SYSTEM, read_only=True):
        told = [(one.user_id, one.words.split(":")[0]) for one in Notice.objects.filter(kind="order").order_by("pk")]
    assert sorted(told) == sorted([
        (helper.user_id, "Вам поручили"), (helper.user_id, "Срок поручения — сегодня"),
        (helper.user_id, "Поручение просрочено"), (head.user_id, "Поручение просрочено"),
    ])
    with pytest.raises(Refused):
        orders.move(helper, row.pk, due=date(2026, 3, 20), now=at("2026-03-07 10:00"))
    moved = orders.move(head, row.pk, due=date(2026, 3, 20), now=at("2026-03-07 10:00"))
    assert (moved.first_due, moved.due) == (date(2026, 3, 6), date(2026, 3, 20))
    assert orders.done(helper, row.pk, outcome="Сделали", now=at("2026-03-08 10:00")).state == "done"
    with pytest.raises(Refused, match="уже закрыто"):
        orders.done(head, row.pk, now=at("2026-03-08 10:00"))


def test_who_may_give_and_what_an_order_must_say(db):
    head = make_staff(("head", "gorod-kamyshin"))
    here = place("gorod-kamyshin").pk
    elsewhere = make_staff(("operator", "gorod-volzhskiy")).user_id
    for fields, field in (
        ({"words": " ", "due": date(2026, 3, 6), "who": "А"}, "words"),
        ({"words": "Дело", "due": None, "who": "А"}, "due"),
        ({"words": "Дело", "due": date(2026, 3, 1), "who": "А"}, "due"),
        ({"words": "Дело", "due": date(2028, 3, 1), "who": "А"}, "due"),
        ({"words": "Дело", "due": date(2026, 3, 6), "who": ""}, "who"),
        ({"words": "Дело", "due": date(2026, 3, 6), "user_id": elsewhere}, "who"),
        ({"words": "Д" * 501, "due": date(2026, 3, 6), "who": "А"}, "words"),
    ):
        with pytest.raises(BadInput) as wrong:
            orders.give(head, here, now=NEXT_DAY, **fields)
        assert wrong.value.field == field
    stranger = make_staff(("head", "gorod-volzhskiy"))
    with pytest.raises(Refused):
        orders.give(stranger, here, words="Дело", due=date(2026, 3, 6), who="А", now=NEXT_DAY)
    row = orders.give(head, here, words="Дело", due=date(2026, 3, 6), who="А", about="//evil", now=NEXT_DAY)
    assert row.about == ""
    with pytest.raises(NotYours):
        orders.done(stranger, row.pk, now=NEXT_DAY)
    with acting(stranger, read_only=True):
        assert not Order.objects.filter(pk=row.pk).exists()
