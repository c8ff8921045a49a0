"""The curator's pages and the municipality's side of them: who sees what, what is refused beside its field."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from otklik.acting import acting
from otklik.curating import checking, checklists, page_figures, sampling
from otklik.curating.models import AskFile, AskPart, Checklist, OfficialPage, PlannedPost, SampledAnswer
from otklik.faces.region.asks_pages import hour_to_offer
from tests.cases.steps import answered, coordinator, received
from tests.making import SYSTEM, logged_in, make_staff, make_user, organisation, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
YES = {f"mark_{line.code}": "yes" for line in checklists.shipped()[0]}


@pytest.fixture
def judge(db):
    return logged_in(make_user(("curator", "volgograd")))


@pytest.fixture
def desk(db):
    return logged_in(make_user(("coordinator", HOME)))


@pytest.fixture
def stranger(db):
    return logged_in(make_user(("coordinator", "gorod-volzhskiy")))


def drawn() -> SampledAnswer:
    now = timezone.now()
    answered(coordinator(), received(now=now - timedelta(hours=1)).case_id, now)
    sampling.draw(make_staff(("curator", "volgograd")), week=timezone.localdate(now))
    with acting(SYSTEM):
        return SampledAnswer.objects.get()


def test_empty_pages_say_what_they_mean(judge, desk):
    for address in ("pages/", "pages/plan/", "pages/duty/", "pages/import/", "samples/", "samples/checklist/",
                    "samples/examples/", f"samples/{HOME}/", "asks/", "asks/new/", "pages/add/", "pages/plan/add/"):
        assert judge.get(f"/region/{address}").status_code == 200, address
        assert desk.get(f"/region/{address}").status_code == 200, address
    assert "ЦУР ничего не ждёт" in desk.get("/desk/curator/").content.decode()
    assert desk.get("/desk/curator/examples/").status_code == 200


def test_a_request_goes_to_a_centre_is_taken_answered_with_a_file_returned_and_accepted(judge, desk, stranger):
    due = timezone.localtime(timezone.now() + timedelta(hours=5))
    given = {"title": "Пост о воде", "text": "Пишут, что нет воды. Что делаете?", "link": "https://vk.com/wall-1_2",
             "due_at": due.strftime("%Y-%m-%dT%H:%M"), "places": [place(HOME).pk]}
    wrong = judge.post("/region/asks/new/", given | {"link": "vk.com/wall"})
    assert wrong.status_code == 422 and "Пишут, что нет воды" in wrong.content.decode()
    photo = SimpleUploadedFile("note.pdf", b"%PDF-1.4 word", content_type="application/pdf")
    assert judge.post("/region/asks/new/", given | {"files": photo}).status_code == 302
    with acting(SYSTEM):
        part = AskPart.objects.get()
        file = AskFile.objects.get()
    board = desk.get("/desk/").content.decode()
    assert "Запросы ЦУР: 1" in board and "Запросы ЦУР" not in stranger.get("/desk/").content.decode()
    assert stranger.get(f"/desk/curator/asks/{part.pk}/").status_code == 404
    assert stranger.get(f"/desk/curator/files/{file.pk}/").status_code == 404
    assert stranger.get(f"/region/asks/{part.ask_id}/").status_code == 404
    assert b"".join(desk.get(f"/desk/curator/files/{file.pk}/")) == b"%PDF-1.4 word"
    assert desk.post(f"/desk/curator/asks/{part.pk}/take/").status_code == 302
    assert desk.post(f"/desk/curator/asks/{part.pk}/", {"words": ""}).status_code == 422
    reply = SimpleUploadedFile("photo.txt", b"word", content_type="text/plain")
    said = {"words": "Воду дали в 11:00", "files": reply}
    assert desk.post(f"/desk/curator/asks/{part.pk}/", said).status_code == 302
    page = judge.get(f"/region/asks/{part.ask_id}/").content.decode()
    assert "Воду дали в 11:00" in page and "photo.txt" in page
    address = f"/region/asks/parts/{part.pk}/decide/"
    assert judge.post(address, {"what": "return", "decision": ""}).status_code == 422
    assert desk.post(address, {"what": "accept"}).status_code == 422
    assert judge.post(address, {"decision": "Хорошо"}).status_code == 422
    assert judge.post(address, {"what": "return", "decision": "На каких улицах?"}).status_code == 302
    page = desk.get(f"/desk/curator/asks/{part.pk}/").content.decode()
    assert "На каких улицах?" in page
    assert "Воду дали в 11:00</textarea>" in page, "what was answered is there to be added to"
    assert desk.post(f"/desk/curator/asks/{part.pk}/", {"words": "На Мира и Ленина"}).status_code == 302
    assert judge.post(address, {"what": "accept"}).status_code == 302
    with acting(SYSTEM):
        assert AskPart.objects.get().state == "accepted"


@pytest.mark.parametrize(("now", "due"), [
    ("2026-11-26T10:20", "2026-11-26T14:00"), ("2026-11-26T14:59", "2026-11-26T18:00"),
    ("2026-11-26T18:05", "2026-11-27T12:00"), ("2026-11-26T03:00", "2026-11-26T12:00"),
    ("2026-11-27T23:10", "2026-11-30T12:00"), ("2026-11-28T10:00", "2026-11-30T12:00"),
    ("2026-11-29T10:00", "2026-11-30T12:00"),
])
def test_the_hour_that_a_request_offers_is_one_at_which_somebody_works(now, due):
    assert hour_to_offer(datetime.fromisoformat(now)) == datetime.fromisoformat(due)


def test_an_answer_is_checked_by_lines_and_the_remark_is_answered_at_the_desk(judge, desk, stranger):
    row = drawn()
    address = f"/region/samples/{row.pk}/"
    assert judge.get(address).status_code == 200 and stranger.get(address).status_code == 404
    assert judge.post(address, {"mark_point": "yes", "remark": "набрано"}).status_code == 422
    assert desk.post(address, YES).status_code == 422
    assert judge.post(address, YES | {"mark_date": "no", "remark": "Назовите дату."}).status_code == 302
    assert "Замечания к ответам: 1" in desk.get("/desk/").content.decode()
    page = desk.get(f"/desk/curator/remarks/{row.pk}/").content.decode()
    assert "Назовите дату." in page
    assert page.index("Чего в ответе не хватает по чек-листу:") < page.index("Названа дата"), "what «нет» was said to"
    assert stranger.get(f"/desk/curator/remarks/{row.pk}/").status_code == 404
    assert desk.post(f"/desk/curator/remarks/{row.pk}/", {"reply": ""}).status_code == 422
    assert desk.post(f"/desk/curator/remarks/{row.pk}/", {"reply": "Дописали."}).status_code == 302
    assert "замечания: 1" in judge.get("/region/samples/").content.decode()
    assert judge.post(f"{address}decide/", {"what": "return", "verdict": ""}).status_code == 422
    assert judge.post(f"{address}decide/", {"what": "anything"}).status_code == 422
    assert judge.post(f"{address}decide/", {"what": "close"}).status_code == 302
    learn = {"good": "yes", "text": "Лампу заменили.", "lesson": "Коротко"}
    assert judge.post(f"{address}learn/", learn | {"text": "+7 900 000-00-01"}).status_code == 422
    assert judge.post(f"{address}learn/", learn).status_code == 302
    assert "Лампу заменили." in desk.get("/desk/curator/examples/").content.decode()
    with acting(SYSTEM):
        assert SampledAnswer.objects.get().state == "closed"


def test_the_checklist_and_sizes_are_changed_on_their_pages(judge, desk):
    lines = {f"line_{n}": f"Строка {n}" for n in range(10)}
    assert judge.post("/region/samples/checklist/", lines | {"misses": "1", "line_3": ""}).status_code == 422
    assert judge.post("/region/samples/checklist/", lines | {"misses": "1"}).status_code == 302
    assert Checklist.objects.count() == 2
    sizes = {"samples_each": "7", "remark_days": "2"}
    assert judge.post(f"/region/samples/{HOME}/", sizes).status_code == 302
    assert desk.post(f"/region/samples/{HOME}/", sizes).status_code == 422


def test_pages_are_kept_by_the_place_and_gaps_are_named(judge, desk, stranger):
    body = organisation()
    given = {"body": body.pk, "address": "https://vk.com/Kamyshin_City?w=1", "responsible": "Пробная А. П."}
    assert desk.post("/region/pages/add/", given | {"address": "t.me/kam"}).status_code == 422
    assert desk.post("/region/pages/add/", given).status_code == 302
    page = OfficialPage.objects.get()
    assert page.address == "https://vk.com/kamyshin_city" and page.place == place(HOME)
    assert desk.post("/region/pages/add/", given | {"address": "vk.com/kamyshin_city/"}).status_code == 422
    assert stranger.get(f"/region/pages/{page.pk}/").status_code == 404
    assert stranger.post(f"/region/pages/{page.pk}/close/").status_code in (403, 404)
    page_figures.refresh(timezone.now())
    whole = judge.get("/region/pages/").content.decode()
    missing = sum(int(n) for n in re.findall(r'class="gap-kind"[^>]*><strong>(\d+)</strong>', whole))
    left = missing - whole.count("list-group-item gap-line")
    assert left > 0 and f"Ещё {left}:" in whole, "what the short list leaves out is told"
    shown = judge.get(f"/region/pages/?place={HOME}").content.decode()
    assert "Не знаем, когда публиковали" in shown and "Нет отметки" in shown


def test_a_publication_is_planned_copied_and_marked_with_its_link(judge, desk, stranger):
    given = {"place": place(HOME).pk, "planned_on": timezone.localdate().isoformat(), "title": "Фонари на Мира",
             "text": "Фонари горят."}
    assert desk.post("/region/pages/plan/add/", given | {"text": "Звоните +7 900 000-00-01"}).status_code == 422
    assert desk.post("/region/pages/plan/add/", given).status_code == 302
    with acting(SYSTEM):
        post = PlannedPost.objects.get()
    assert stranger.get(f"/region/pages/plan/{post.pk}/").status_code == 404
    address = f"/region/pages/plan/{post.pk}/published/"
    assert stranger.post(address, {"link": "https://vk.com/wall-1_2"}).status_code == 404
    assert desk.post(address, {"link": "нет"}).status_code == 422
    assert desk.post(address, {"link": "https://vk.com/wall-1_2"}).status_code == 302
    assert desk.post(address, {"link": "https://vk.com/wall-1_2"}).status_code in (409, 422)
    assert "https://vk.com/wall-1_2" in judge.get("/region/pages/plan/").content.decode()


def test_the_check_is_refused_to_who_only_looks(judge):
    row = drawn()
    with acting(SYSTEM):
        assert checking.sampled(None).count() == 1
    analyst = logged_in(make_user(("analyst", "volgograd")))
    assert analyst.get(f"/region/samples/{row.pk}/").status_code == 200
    assert analyst.post(f"/region/samples/{row.pk}/", YES).status_code == 422
