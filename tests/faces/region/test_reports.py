"""Pages of reports: made and read by who sees the place, given on, with what was typed kept; forms of strangers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.reports import making
from otklik.reports.models import Making, MorningChoice, Order, Report, ReportTemplate
from otklik.reports.morning_keeping import make_page
from tests.cases.steps import received
from tests.insight.following_steps import follow_all
from tests.making import LONG_AGO, SYSTEM, logged_in, make_user, place
from tests.reports.hostile import docx, xlsx

pytestmark = pytest.mark.django_db
HERE = "gorod-kamyshin"
EMPTY = "/region/reports/"


@pytest.fixture
def head():
    return make_user(("head", HERE), name="Главнова Ия Львовна")


@pytest.fixture
def page(head):
    return logged_in(head)


def ready(client, kind="digest_month", **fields):
    """A report asked for on its page and made."""
    day = timezone.localdate()
    given = {"place": place(HERE).pk, "since": day - timedelta(days=30), "until": day} | fields
    answer = client.post(f"/region/reports/new/{kind}/", given)
    assert answer.status_code == 302, answer.content.decode()
    with acting(SYSTEM):
        row = Making.objects.latest("pk")
    waits = client.get(answer["Location"]).content.decode()
    assert "hx-get" in waits
    making.make(row.pk)
    with acting(SYSTEM):
        return row, Report.objects.filter(making=row).latest("pk")


def test_a_report_is_asked_for_read_and_taken(page):
    received(now=timezone.now() - timedelta(days=2))
    follow_all()
    row, report = ready(page)
    done = page.get(f"/region/reports/making/{row.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in done and f"/region/reports/{report.pk}/pdf/" in done
    shown = page.get(f"/region/reports/{report.pk}/").content.decode()
    assert "Дайджест МЦУ" in shown and "<svg" in shown and "/region/gorod-kamyshin/cases/received/?since=" in shown
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        answer = page.get(f"/region/reports/{report.pk}/{form}/")
        assert answer.content.startswith(start)
        assert f"digest-{HERE}" in answer["Content-Disposition"]
    assert page.get(f"/region/reports/{report.pk}/exe/").status_code == 404
    assert "Дайджест МЦУ" in page.get(EMPTY).content.decode()
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.get(f"/region/reports/{report.pk}/").status_code == 404
    assert stranger.get(f"/region/reports/{report.pk}/pdf/").status_code == 404
    assert stranger.get(f"/region/reports/making/{row.pk}/").status_code == 404


def test_a_wrong_period_is_said_beside_its_field_and_the_rest_is_given_back(page):
    answer = page.post("/region/reports/new/note/", {
        "place": place(HERE).pk, "since": "2026-03-05", "until": "2026-03-01", "set": "heating",
    })
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Конец периода раньше начала" in words and 'value="2026-03-05"' in words
    assert '<option value="heating" selected' in words


def test_a_set_of_the_whole_region_is_taken_as_one_archive(db):
    page = logged_in(make_user(("analyst", "volgograd")))
    day = timezone.localdate()
    answer = page.post("/region/reports/new/digest_month/", {
        "place": place("volgograd").pk, "each": "on", "since": day - timedelta(days=30), "until": day,
    })
    with acting(SYSTEM), widened():
        row = Making.objects.latest("pk")
        assert row.total == 38
        Making.objects.filter(pk=row.pk).update(places=row.places[:2], total=2)
    making.make(row.pk)
    assert "одним архивом" in page.get(answer["Location"]).content.decode()
    listed = page.get(EMPTY).content.decode()
    assert listed.count('class="report-row"') == 1 and "и ещё 1 место" in listed, "a set is one line of the list"
    archive = page.get(f"/region/reports/making/{row.pk}/all/")
    assert archive.content.startswith(b"PK") and archive["Content-Type"] == "application/zip"


def test_the_morning_page_is_one_press_away_before_anybody_made_it_and_a_risk_is_given_from_it(page, head):
    for n in range(2):
        received(f"Яма {n}", now=timezone.now() - LONG_AGO - timedelta(days=n))
    follow_all()
    here = place(HERE).pk
    words = page.get("/region/reports/morning/").content.decode()
    assert "Страницы за сегодня ещё нет" in words and "Риски" not in words
    assert page.get("/region/reports/morning/pdf/").status_code == 404
    make_page(here, timezone.now() - timedelta(days=1))
    words = page.get("/region/reports/morning/").content.decode()
    assert "Страницы за сегодня ещё нет" in words and "Риски" in words and "Поручить" not in words
    assert page.post("/region/reports/morning/renew/", {"place": here}).status_code == 302
    words = page.get("/region/reports/morning/").content.decode()
    assert "Страницы за сегодня ещё нет" not in words
    assert "Риски" in words and "Поручить" in words and "Хорошая новость" in words
    assert page.get("/region/reports/morning/pdf/").content.startswith(b"%PDF")
    wrong = page.post("/region/reports/morning/give/", {
        "place": here, "words": "Разобраться с ямами", "risk": _risk(words), "due": "", "about": "/region/",
    })
    assert wrong.status_code == 422 and "Разобраться с ямами" in wrong.content.decode()
    answer = page.post("/region/reports/morning/give/", {
        "place": here, "words": "Разобраться с ямами", "who": "Горсвет", "risk": _risk(words), "about": "/region/",
        "due": timezone.localdate() + timedelta(days=1),
    })
    assert answer.status_code == 302
    again = page.get("/region/reports/morning/").content.decode()
    assert "Поручено" in again
    assert "Разобраться с ямами" in page.get("/region/reports/orders/").content.decode()


def _risk(words):
    return words.partition('name="risk" value="')[2].partition('"')[0]


def test_the_page_of_a_day_is_kept_and_its_hour_is_each_heads_own(page, head):
    here = place(HERE).pk
    assert page.post("/region/reports/morning/renew/", {"place": here}).status_code == 302
    words = page.get(f"/region/reports/morning/?place={here}").content.decode()
    assert "Текст для MAX" in words
    assert page.get(f"/region/reports/morning/?place={here}&day=2020-01-01").status_code == 404
    wrong = page.post("/region/reports/morning/choice/", {"place": here, "on": "on", "at": "25:99"})
    assert wrong.status_code == 422
    assert page.post("/region/reports/morning/choice/", {"place": here, "on": "on", "at": "07:15"}).status_code == 302
    with acting(SYSTEM):
        assert MorningChoice.objects.get(user=head).at.hour == 7
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.get(f"/region/reports/morning/?place={here}").status_code == 404
    assert stranger.post("/region/reports/morning/renew/", {"place": here}).status_code == 404


def test_minutes_hold_who_does_what_by_when_and_it_is_tracked(page):
    day = timezone.localdate()
    wrong = page.post("/region/reports/meetings/", {"place": place(HERE).pk, "day": day, "chair": "", "heard": "Лёд"})
    assert wrong.status_code == 422 and "Лёд" in wrong.content.decode()
    answer = page.post("/region/reports/meetings/", {
        "place": place(HERE).pk, "day": day, "chair": "Главнова И. Л.", "present": "Иванов, ЖКХ\nПетров, дороги",
        "heard": "Снег и лёд",
    })
    where = answer["Location"]
    assert page.post(f"{where}give/", {"words": "Посыпать тротуары", "who": "", "due": day}).status_code == 422
    assert page.post(f"{where}give/", {"words": "Посыпать тротуары", "who": "Дорсервис", "due": day}).status_code == 302
    assert "Посыпать тротуары" in page.get(where).content.decode()
    assert page.get(f"{where}minutes/pdf/").content.startswith(b"%PDF")
    assert page.get(f"{where}minutes/docx/").content.startswith(b"PK")
    with acting(SYSTEM):
        row = Order.objects.get()
    refused = page.post(f"/region/reports/orders/{row.pk}/off/", {"outcome": ""})
    assert refused.status_code == 422 and "почему снимаете" in refused.content.decode()
    assert page.post(f"/region/reports/orders/{row.pk}/move/", {"due": "вчера"}).status_code == 422
    assert page.post(f"/region/reports/orders/{row.pk}/done/", {"outcome": "Посыпали"}).status_code == 302
    assert "выполнено" in page.get(where).content.decode()
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.get(where).status_code == 404
    assert stranger.post(f"/region/reports/orders/{row.pk}/done/").status_code == 404


def test_an_operator_sees_the_orders_that_are_theirs_and_no_reports(db, page):
    helper = make_user(("operator", HERE), name="Помощник Ян Ильич")
    here = place(HERE).pk
    page.post("/region/reports/morning/give/", {
        "place": here, "words": "Позвонить в УК", "user": helper.pk, "due": timezone.localdate(),
    })
    client = logged_in(helper)
    assert "Позвонить в УК" in client.get("/region/reports/orders/").content.decode()
    assert client.get("/region/reports/").status_code == 403
    with acting(SYSTEM):
        row = Order.objects.get()
    assert client.post(f"/region/reports/orders/{row.pk}/move/", {"due": timezone.localdate()}).status_code == 422
    assert client.post(f"/region/reports/orders/{row.pk}/done/", {"mine": "1"}).status_code == 302


def test_a_places_own_table_fills_itself_and_the_earlier_version_stays(page):
    from django.core.files.uploadedfile import SimpleUploadedFile

    received(now=timezone.now() - timedelta(days=2))
    follow_all()
    here = place(HERE).pk

    def send(content, name="forma.xlsx", kind="tsur"):
        given = {"kind": kind, "place": here, "file": SimpleUploadedFile(name, content)}
        return page.post("/region/reports/forms/", given)

    good = xlsx(("{{ место }}", "{{ период }}"), ("{{ таблица groups: Группа }}", "{{ таблица groups: Поступило }}"))
    assert send(good).status_code == 302
    wrong = send(xlsx(("{{ таблица groups: Нет такого }}",)))
    assert wrong.status_code == 422 and "столбца «Нет такого» в таблице нет" in wrong.content.decode()
    assert send(b"not a book").status_code == 422
    assert send(docx("{{ ''.__class__ }}"), "forma.docx").status_code == 422
    assert send(b"#read(\"/etc/passwd\")", "forma.typ").status_code == 422
    assert send(b"x", "forma.exe").status_code == 422
    assert send(xlsx(("{{ место }}",))).status_code == 302
    with acting(SYSTEM):
        versions = {one.version: one.retired_at is None for one in ReportTemplate.objects.all()}
        newest = ReportTemplate.objects.get(retired_at=None)
    assert versions == {1: False, 2: True}
    _row, report = ready(page, "tsur")
    answer = page.get(f"/region/reports/{report.pk}/xlsx/?own={newest.pk}")
    assert answer.content.startswith(b"PK")
    ours = page.get(f"/region/reports/{report.pk}/xlsx/")
    assert "-forma.xlsx" in answer["Content-Disposition"] and "-forma" not in ours["Content-Disposition"]
    assert "Своя форма" in page.get(f"/region/reports/{report.pk}/").content.decode()
    assert page.get(f"/region/reports/forms/{newest.pk}/").content.startswith(b"PK")
    assert page.post(f"/region/reports/forms/{newest.pk}/remove/").status_code == 302
    coordinator = logged_in(make_user(("coordinator", HERE)))
    refused = coordinator.post("/region/reports/forms/", {
        "kind": "tsur", "place": here, "file": SimpleUploadedFile("forma.xlsx", good),
    })
    assert refused.status_code == 422


def test_an_administrator_who_reads_no_report_makes_forms_without_dead_ends(page):
    received(now=timezone.now() - timedelta(days=2))
    follow_all()
    ready(page, "tsur")
    administrator = logged_in(make_user(("administrator", HERE)))
    words = administrator.get("/region/reports/forms/").content.decode()
    assert "Ответили в срок" in words and "Из них просрочено" in words  # what a form may name
    assert "Разделы сети" not in words and 'href="/region/reports/"' not in words
    assert "/region/reports/forms/" in administrator.get("/settings/letter-forms/").content.decode()


def test_which_reports_write_themselves_is_the_heads_to_say(page):
    here = place(HERE).pk
    assert page.get("/region/reports/regular/").status_code == 200
    assert page.post("/region/reports/regular/", {"place": here, "kinds": ["planning"]}).status_code == 302
    words = page.get("/region/reports/regular/").content.decode()
    assert words.count("checked") == 1
    assert page.post("/region/reports/regular/", {"place": here, "kinds": ["nonsense"]}).status_code == 422


def test_names_leave_with_an_entry_and_only_for_who_may(page, head):
    from otklik.journal.models import Entry

    _row, report = ready(page, "prosecutor", names="on")
    assert report.restricted
    assert page.get(f"/region/reports/{report.pk}/pdf/").status_code == 200
    with acting(SYSTEM):
        assert Entry.objects.filter(stream=f"user:{head.pk}", verb="report_taken").count() == 1
