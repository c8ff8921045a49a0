"""Practices as people press them: from a solved problem to «ещё пользуетесь», and a need on the page of a centre."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.actions.problems import set_state
from otklik.cases.models import Notice
from otklik.failures import Refused
from otklik.practice import practice_reading, practice_taking
from otklik.practice.jobs import count_effects, look_for_needs, mind_practices
from otklik.practice.models import Need, Practice, PracticeEffect, Taking, TakingTask
from otklik.territory.models import Kind, Territory
from tests.browser.practice_world import small_docx
from tests.cases.problems_steps import coordinator, problem
from tests.faces.region.statement_steps import FEWER_THAN
from tests.faces.region.statement_steps import asked as statements
from tests.making import logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"
STEPS = "Осмотрели сеть\nНашли слабое место\nЗаменили участок"
SYSTEM = System("practice")


@pytest.fixture
def here():
    return logged_in(make_user(("coordinator", HOME), name="Лугова Мария Игоревна"))


@pytest.fixture
def curator():
    return logged_in(make_user(("curator", "volgograd"), name="Осокина Вера Павловна"))


@pytest.fixture
def user_there():
    return make_user(("coordinator", OTHER), name="Степной Павел Олегович")


def solved():
    who = coordinator()
    made = problem(who)
    set_state(who, made.pk, state="fixed")
    return made


def sent(**more) -> dict[str, object]:
    return {"title": "Слабые места водопровода", "group": "water", "problem": "Прорывы каждую неделю", "steps": STEPS,
            "cost": "ничего", "act": "", "contact": "", "version": ""} | more  # fmt: skip


def confirmed(here, curator, **more) -> Practice:
    assert here.post("/region/practices/new/", sent(place=place(HOME).pk, **more)).status_code == 302
    row = Practice.objects.latest("pk")
    here.post(f"/region/practices/{row.pk}/offer/")
    assert curator.post(f"/region/practices/{row.pk}/confirm/", {"version": row.version}).status_code == 302
    row.refresh_from_db()
    return row


def test_a_solved_problem_becomes_a_practice_that_others_take(here, curator, user_there):
    made, there = solved(), logged_in(user_there)
    new = f"/region/practices/new/?problem={made.pk}"
    assert new in here.get(f"/desk/problem/{made.pk}/").content.decode()
    shown = here.get(new).content.decode()
    assert "Прорыв на Мира" in shown and "Прорвало трубу" not in shown  # a staff's title, no words of a resident
    assert re.search(r"Решили (за \d+ (день|дня|дней)|в тот же день)\.", shown)
    content = small_docx("Приказ № 7")
    file = SimpleUploadedFile("prikaz.docx", content)
    answer = here.post(new, sent(file=file))
    assert answer.status_code == 302, answer.context["form"].errors
    row = Practice.objects.get()
    page = f"/region/practices/{row.pk}/"
    assert (row.place, row.source_id, row.state) == (place(HOME), made.pk, "draft")
    assert there.get(page).status_code == 404 and there.post(page + "offer/").status_code == 404
    assert here.post(new, sent()).status_code == 422  # of one problem one practice
    here.post(page + "offer/")
    assert here.post(page + "confirm/", {"version": 1}).status_code == 422  # nobody confirms one's own
    back = curator.post(page + "return/", {"reason": ""})
    assert back.status_code == 422
    curator.post(page + "return/", {"reason": "Добавьте цену в год"})
    assert "Добавьте цену в год" in here.get(page).content.decode()
    old = here.post(page + "change/", sent(title="Моё слово", version=7))
    assert old.status_code == 422 and "Моё слово" in old.content.decode()
    assert here.post(page + "change/", sent(cost="40 тысяч в год", version=1)).status_code == 302
    here.post(page + "offer/")
    assert curator.post(page + "confirm/", {"version": 1}).status_code == 422  # another text than the one that was read
    assert curator.post(page + "confirm/", {"version": 2}).status_code == 302
    assert here.get(page + "file/").content == content and there.get(page + "file/").status_code == 200
    for kind, begin in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert there.get(f"{page}praktika.{kind}").content.startswith(begin)
    assert "40 тысяч в год" in there.get("/region/practices/").content.decode()
    assert there.get(page).status_code == 200

    due = timezone.localdate() + timedelta(days=5)
    tasks = {"what_1": "Осмотреть сеть", "who_1": user_there.pk, "due_1": f"{due}"}
    empty = {f"{name}_{n}": "" for n in range(1, 6) for name in ("what", "who", "due")}
    offered = there.get(page + "take/").content.decode()
    assert f'value="{timezone.localdate() + timedelta(weeks=1)}"' in offered, "a step a week is proposed"
    assert f'<option value="{user_there.pk}" selected' in offered, "who is alone in a centre is chosen already"
    nobody = there.post(page + "take/", empty | tasks | {"place": place(OTHER).pk, "who_1": ""})
    assert nobody.status_code == 422 and "выберите сотрудника" in nobody.content.decode()
    assert there.post(page + "take/", empty | tasks | {"place": place(OTHER).pk}).status_code == 302
    assert there.get(page + "take/").status_code == 403  # taken once
    taken = Taking.objects.get()
    task = taken.tasks.get()
    assert Notice.objects.filter(user_id=user_there.pk, words__contains="Осмотреть сеть").exists()
    assert "Осмотреть сеть" in there.get("/region/practices/").content.decode()
    assert here.post(f"{page}tasks/{task.pk}/done/", {"words": "сделал"}).status_code == 404
    blank = there.post(f"{page}tasks/{task.pk}/done/", {"words": ""})
    assert blank.status_code == 422 and "is-invalid" in blank.content.decode()
    assert there.post(f"{page}tasks/{task.pk}/done/", {"words": "Прошли всю сеть"}).status_code == 302
    assert "Прошли всю сеть" in here.get(page).content.decode()


def test_after_three_months_it_is_asked_once_whether_it_is_still_in_use(here, curator, user_there):
    row, there, now = confirmed(here, curator), logged_in(user_there), timezone.now()
    staff = make_staff(("coordinator", OTHER))
    begun = now - timedelta(days=100)
    plan = [practice_taking.Planned("Осмотреть сеть", user_there.pk, begun.date() + timedelta(days=5))]
    taken = practice_taking.take(staff, row.pk, place_id=place(OTHER).pk, tasks=plan, now=begun)
    assert (mind_practices(now), mind_practices(now)) == (2, 0)  # the question, and the task whose day has passed
    page = f"/region/practices/{row.pk}/"
    assert "Ещё пользуетесь?" in there.get(page).content.decode()
    no = there.post(f"{page}takings/{taken.pk}/", {"in_use": "no", "why": ""})
    assert no.status_code == 422 and "почему перестали" in no.content.decode()
    assert here.post(f"{page}takings/{taken.pk}/", {"in_use": "yes", "why": ""}).status_code == 404
    assert there.post(f"{page}takings/{taken.pk}/", {"in_use": "yes", "why": ""}).status_code == 302
    with acting(staff, read_only=True):
        listed = practice_reading.listed(staff, [place(OTHER).pk])
    assert [(one.row.pk, one.like_mine, one.took, one.in_use) for one in listed] == [(row.pk, 1, 1, 1)]
    with pytest.raises(Refused, match="уже взял"):
        practice_taking.take(staff, row.pk, place_id=place(OTHER).pk, tasks=plan, now=begun)


@pytest.mark.parametrize(
    "wrong", [{"steps": "один\nдва"}, {"steps": "\n".join("абвгде")}, {"group": "нет такой"}, {"title": ""},
              {"problem": "Звонила Иванова Анна Петровна, +7 902 000-00-05"}, {"cost": ""},
              {"cost": "Спросите Иванову Анну Петровну, +7 902 000-00-05"}],
)  # fmt: skip
def test_what_is_not_a_page_for_the_network_is_refused_beside_its_field(here, wrong):
    answer = here.post("/region/practices/new/", sent(place=place(HOME).pk, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and "invalid-feedback" in page
    assert "Слабые места" in page or "title" in wrong  # what was typed is given back
    assert not Practice.objects.exists()


def with_part(content: bytes, name: str) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, b"x")
    return out.getvalue()


def other_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.txt", b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [(lambda: b"PK\x03\x04 akt", "не читается"), (other_archive, "не документ Word"),
     (lambda: with_part(small_docx("Акт"), "word/vbaProject.bin"), "макрос"), (lambda: b"MZ", "не DOCX")],
)  # fmt: skip
def test_a_file_that_is_no_plain_document_is_refused(here, content, words):
    file = SimpleUploadedFile("akt.docx", content())
    answer = here.post("/region/practices/new/", sent(place=place(HOME).pk, file=file))
    assert answer.status_code == 422 and words in answer.context["form"].errors["file"][0]
    assert not Practice.objects.exists()


def test_effects_are_counted_by_night_and_few_cases_are_early(here, curator):
    row = confirmed(here, curator)
    assert curator.get("/region/practices/effects/").status_code == 200
    assert here.get("/region/practices/effects/").status_code == 403
    assert count_effects(timezone.now()) == 1
    assert PracticeEffect.objects.get().said == "early"
    assert "Рано судить" in here.get(f"/region/practices/{row.pk}/").content.decode()
    PracticeEffect.objects.update(said="helped", estimate=0.054, low=0.012, high=0.096, before=0.6, after=0.7,
                                  cases_before=210, cases_after=198, took=3, untouched=30)  # fmt: skip
    assert "+5,4" in curator.get("/region/practices/effects/").content.decode()
    assert "с уверенностью 95 %" in here.get(f"/region/practices/{row.pk}/").content.decode()


def test_the_page_asks_as_few_questions_with_ten_takings_as_with_one(here, curator):
    row = confirmed(here, curator)
    responsible, now = make_user(("operator", OTHER)), timezone.now()
    free = Territory.objects.filter(kind=Kind.MUNICIPALITY).exclude(code=HOME).order_by("code")
    asked = []
    for more in (free[:1], free[1:10]):
        with acting(SYSTEM), widened():
            for centre in more:
                taken = Taking.objects.create(practice=row, place=centre, at=now - timedelta(days=100))
                for number in range(1, 4):
                    TakingTask.objects.create(
                        taking=taken, number=number, what="Осмотреть", responsible=responsible, due=now.date()
                    )
        page = curator.get(f"/region/practices/{row.pk}/").content.decode()
        asked.append(statements(curator, f"/region/practices/{row.pk}/")[1])
    assert page.count("practice-taking") == 10
    assert len(asked[0]) == len(asked[1]) < FEWER_THAN, asked[1]


def test_a_need_stands_on_the_page_of_its_centre_until_it_is_put_aside(here, curator, user_there):
    assert look_for_needs(timezone.now()) == 0  # nothing is counted yet: nobody is worse
    row = confirmed(here, curator)
    with acting(SYSTEM), widened():
        need = Need.objects.create(
            place=place(OTHER), group="water", found_at=timezone.now(), seen_at=timezone.now(), own=0.5, like=0.8,
            judged=40, better=[place(HOME).pk],
            differs=[{"what": "answer", "own": 3000, "theirs": 600, "place": place(HOME).pk}],
        )
    page, there = f"/region/{OTHER}/", logged_in(user_there)
    shown = there.get(page).content.decode()
    assert "Похожие центры справляются лучше" in shown and row.title in shown and "через 10 ч" in shown
    assert here.post(f"/region/practices/needs/{need.pk}/aside/", {"reason": "нет"}).status_code == 404
    there.post(f"/region/practices/needs/{need.pk}/aside/", {"reason": "Ремонт идёт до мая"})
    assert "Похожие центры" not in there.get(page).content.decode()
