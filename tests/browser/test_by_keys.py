"""The day's work and the resident's report with keys alone: no mouse, the focus in sight at every step, no trap."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from otklik.acting import acting
from otklik.cases.actions.assign import assign
from otklik.cases.models import Case, TaskReply
from otklik.cases.numbers import shown
from otklik.cases.task_links import link_for
from tests.browser.keys import Keys
from tests.browser.live import PHONE
from tests.cases.problems_steps import coordinator, problem, released, switched_on, twin
from tests.making import SYSTEM, make_case, make_staff, make_user, organisation, reread

pytestmark = pytest.mark.browser
Newcomer = Callable[..., BrowserContext]
PLACE = "gorod-kamyshin"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "foto.jpg"
    Image.effect_noise((800, 600), 80).convert("RGB").save(path, "JPEG")
    return path


def save_and_hear(keys: Keys, words: str) -> None:
    """Send the form that is written in; what came of it is said where the focus then is."""
    keys.press("Control+Enter")
    told = keys.page.locator(".case-told")
    expect(told).to_contain_text(words)
    keys.on(told)
    expect(keys.page.locator("#heard")).to_contain_text(words)


def assign_by_keys(keys: Keys, task: str) -> None:
    """The main action of a case that has a theme: whom, what, done."""
    desk = keys.page
    keys.press("Enter")
    expect(desk.locator("#step-assign")).to_have_attribute("open", "")
    if desk.evaluate("document.activeElement.type") == "search":
        keys.on(desk.locator("#assign_org_q"))
        keys.type("администрация камышина")
        keys.press("Enter")  # takes the first found, when it has come
    keys.on(desk.locator("#assign_task"))
    keys.press("Control+A")
    keys.type(task)
    keys.press("Control+Enter")


def test_three_cases_are_triaged_by_keys(newcomer: Newcomer) -> None:
    cases = [
        make_case("Не горит фонарь у школы"),
        make_case("Яма на дороге у моста"),
        make_case("Не вывозят мусор"),
    ]
    keys = Keys(
        newcomer(make_user(("coordinator", PLACE), name="Лугова Мария Игоревна"), reduced_motion="reduce")
    )
    desk = keys.page
    desk.goto("/desk/?tab=triage")
    expect(desk.locator("#case")).to_be_visible()
    order = [desk.locator(".case-row").nth(n).get_attribute("data-number") or "" for n in range(3)]
    first, second, third = (desk.locator(f'.case-row[data-number="{number}"]') for number in order)

    keys.press("j")
    keys.on(second)
    expect(desk.locator("#case")).to_have_attribute("data-number", order[1])
    expect(desk).to_have_title(f"{order[1]} · Сообщения · Отклик")
    keys.press("k")
    keys.on(first)
    expect(desk.locator("#case")).to_have_attribute("data-number", order[0])

    # The suggested theme, the importance, a note, an executor: and the next case has come.
    keys.press("1")
    expect(desk.locator("#heard")).to_contain_text("Сохранено")
    keys.on(first)
    keys.press("t")
    expect(desk.locator("#step-triage")).to_have_attribute("open", "")
    keys.tab_to(desk.locator("#triage_importance"))
    keys.type("3")
    save_and_hear(keys, "Сохранено")
    keys.press("n")
    keys.on(desk.locator("#step-note textarea"))
    keys.type("Проверить у школы ещё раз")
    save_and_hear(keys, "аписан")
    assign_by_keys(keys, "Заменить лампу")
    expect(desk.locator("#case")).to_have_attribute("data-number", order[1])
    keys.on(second)
    expect(desk.locator("#undo-place")).to_contain_text("Назначено")
    assert desk.locator("#undo-place").get_attribute("role") == "status"

    # The second: a theme found by words, left by Escape and taken up again; what is missing is said at the field.
    keys.press("t")
    keys.on(desk.locator("#themes_q"))
    keys.press("Escape")
    expect(desk.locator("#themes_q")).not_to_be_focused()
    keys.press("t")
    keys.type("фонари не горят")
    keys.press("Enter")
    expect(desk.locator("#themes_list input:checked")).to_have_count(1)
    save_and_hear(keys, "Сохранено")
    keys.press("Enter")
    if desk.evaluate("document.activeElement.type") == "search":
        keys.press("Control+Enter")
        keys.on(desk.locator("#assign_org_q"))
        expect(desk.locator("#assign_org_q")).to_have_accessible_description("Выберите организацию.")
    keys.press("Escape")
    assign_by_keys(keys, "Засыпать яму")
    expect(desk.locator("#case")).to_have_attribute("data-number", order[2])
    keys.on(third)

    # The third: help comes and goes, and the queue is empty at the end.
    keys.press("Shift+Slash")
    expect(desk.locator("#keys")).to_be_visible()
    keys.on(desk.locator("#keys button"))
    desk.evaluate(  # the list comes anew behind the sheet
        "() => { const old = document.querySelector('#queue'), anew = old.cloneNode(true);"
        " old.replaceWith(anew); htmx.process(anew); }"
    )
    keys.press("Escape")
    expect(desk.locator("#keys")).to_be_hidden()
    keys.on(third)
    keys.press("1")
    expect(desk.locator("#heard")).to_contain_text("Сохранено")
    keys.on(third)
    assign_by_keys(keys, "Вывезти мусор")
    expect(desk.locator(".case-row")).to_have_count(0)
    states = {reread(case.pk).state for case in cases}
    assert states == {Case.State.ASSIGNED}
    assert sorted(reread(case.pk).importance for case in cases)[-1] == 3


def test_nothing_on_the_desk_holds_the_focus(newcomer: Newcomer) -> None:
    case = make_case("Не горит фонарь у школы")
    keys = Keys(newcomer(make_user(("coordinator", PLACE)), reduced_motion="reduce"))
    for address in ("/desk/?tab=triage", f"/desk/case/{shown(case.number)}/", "/desk/map/", "/region/"):
        keys.page.goto(address)
        assert keys.round() > 10


def test_a_report_is_sent_by_keys_from_the_front_page_to_the_number(
    newcomer: Newcomer, picture: Path
) -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk, title="Течь у школы")
    keys = Keys(newcomer(viewport=PHONE, reduced_motion="reduce"))
    phone = keys.page
    phone.goto("/")
    keys.tab_to(phone.get_by_role("link", name="Сообщить о проблеме"))
    keys.press("Enter")
    phone.wait_for_url("**/report/")

    # What: nothing written is said at the field; a photo by the system's own window.
    onward = phone.get_by_role("button", name="Дальше")
    keys.tab_to(onward)
    keys.press("Enter")
    keys.on(phone.get_by_label("Опишите своими словами"))
    expect(phone.get_by_label("Опишите своими словами")).to_have_attribute("aria-invalid", "true")
    expect(phone.locator("#id_text_error")).to_have_attribute("role", "alert")
    keys.type("На улице снова прорвало трубу и бежит вода")
    expect(phone.get_by_label("Опишите своими словами")).not_to_have_attribute("aria-invalid", "true")
    keys.attach(phone.get_by_label("Фотографии"), picture)
    expect(phone.locator("#photos img")).to_have_count(1)
    keys.tab_to(onward)
    keys.press("Enter")

    # Where: the step's first field has the focus, and the title says the question.
    keys.on(phone.get_by_label("Район, город, село или хутор"))
    expect(phone).to_have_title("Где? · Сообщить о проблеме · Отклик")
    keys.type("камыши")
    keys.tab_to(phone.get_by_role("button", name="Камышин", exact=True))
    keys.press("Enter")
    keys.on(phone.get_by_label("Улица"))
    keys.type("Мира")
    keys.tab_to(onward)
    keys.press("Enter")

    # How: somebody nearby said so already; joined, and the report goes all the same.
    near = phone.get_by_role("region", name="Рядом уже сообщили")
    expect(near).to_contain_text("Течь у школы")
    below = phone.evaluate("document.activeElement.type === 'radio'")  # the neighbours came after the focus
    keys.tab_to(near.get_by_role("link", name="У меня так же"), back=below)
    keys.press("Enter")
    keys.on(near.get_by_role("link", name="Ваша страница с новостями"))
    shown_twin = twin(made.pk)
    assert shown_twin and shown_twin.same == 1
    keys.tab_to(phone.locator("[name=answer_by]:checked"))
    keys.press("ArrowDown")
    expect(phone.get_by_role("textbox", name="Телефон")).to_be_visible()
    keys.press("ArrowUp")
    keys.tab_to(phone.get_by_role("button", name="Отправить", exact=True))
    keys.press("Enter")
    phone.wait_for_url("**/accepted/")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("принято")
    with acting(SYSTEM):
        newest = Case.objects.latest("id")
    expect(phone.locator("main")).to_contain_text(shown(newest.number))
    assert keys.round() > 3


def test_the_executor_answers_by_keys(newcomer: Newcomer, picture: Path) -> None:
    who = make_staff(("coordinator", PLACE))
    task = assign(
        who, make_case("Не горит фонарь у школы").pk, organisation_id=organisation().pk, task="Заменить лампу",
        address="ул. Мира, 12", due_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    keys = Keys(newcomer(viewport=PHONE, reduced_motion="reduce"))
    page = keys.page
    page.goto(f"/task/{link_for(who, task.pk)}/")
    keys.tab_to(page.get_by_role("radio", name="Сделано"))
    keys.press("ArrowDown")
    keys.on(page.get_by_role("radio", name="Нужен срок"))
    keys.tab_to(page.get_by_role("button", name="Отправить"))
    keys.press("Enter")
    keys.on(page.get_by_label("К какому дню сделаете"))  # what is missing has the focus, with its words
    expect(page.get_by_label("К какому дню сделаете")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("К какому дню сделаете")).to_have_accessible_description(
        page.locator("#until_wrong").text_content() or "?"
    )
    keys.tab_to(page.get_by_role("radio", name="Нужен срок"), back=True)
    keys.press("ArrowUp")
    keys.tab_to(page.get_by_label("Что сделали"))
    keys.type("Заменили лампу")
    keys.attach(page.get_by_label("Фото после", exact=True), picture)
    keys.tab_to(page.get_by_role("button", name="Отправить"))
    keys.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Принято: сделано.")).to_be_visible()
    with acting(SYSTEM):
        assert TaskReply.objects.get().text == "Заменили лампу"
    assert keys.round() > 0


def test_one_logs_in_and_out_by_keys(newcomer: Newcomer) -> None:
    user = make_user(("operator", PLACE))
    keys = Keys(newcomer(reduced_motion="reduce"))
    page = keys.page
    page.goto("/accounts/login/")
    keys.on(page.get_by_label("Имя для входа"))
    keys.type(user.username)
    keys.press("Tab")
    keys.type("not this one")
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    keys.on(page.get_by_role("alert"))
    keys.tab_to(page.get_by_label("Пароль", exact=True))
    keys.type("pass-word-1234")
    keys.press("Enter")
    page.wait_for_url("**/desk/**")
    keys.press("Tab")
    keys.on(page.get_by_role("link", name="К содержанию"))
    keys.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    keys.tab_to(page.locator(".user-button"), back=True)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Выйти")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("button", name="Выйти")).to_be_hidden()
    keys.on(page.locator(".user-button"))
    keys.press("Enter")
    keys.tab_to(page.get_by_role("button", name="Выйти"))
    keys.press("Enter")
    page.wait_for_url(lambda url: "/desk/" not in url)
