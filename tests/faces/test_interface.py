"""Every page, looked at as people do: on a phone, by Tab, by day and by night.

One test over all addresses: a page without arguments is taken by itself; one with arguments needs an example in
`examples`; what is no page (fragments, files, forms that only take) is named in `NO_PAGES`, so that a new address
is never silently left out.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from otklik.acting import acting, widened
from otklik.answers.approval import send_to_review
from otklik.answers.drafting import save_draft
from otklik.cases.actions.assign import assign
from otklik.cases.actions.reply import note_word
from otklik.cases.numbers import shown
from otklik.cases.task_links import link_for
from otklik.channels.models import Account
from otklik.intake.models import ImportRun, OutsideWord, RejectedRow, SheetProfile
from otklik.organisations import invitations
from otklik.organisations.models import DutyPerson, User
from otklik.organisations.staffing import staff_actor
from otklik.policy.models import PolicyVersion
from otklik.territory.models import Territory
from tests.making import SYSTEM, make_case, make_user, organisation, place, send

pytestmark = pytest.mark.browser
LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")
NIGHT = {"color_scheme": "dark"}

# Fragments that live inside a page, files, and addresses that only take what a form sends.
NO_PAGES = {
    "account_email", "account_inactive", "account_reauthenticate", "account_reset_password", "account_set_password",
    "desk:aside", "desk:approve", "desk:assign", "desk:bell", "desk:by_hand", "desk:call_places",
    "desk:changes", "desk:close", "desk:co_executor", "desk:confirm_alarm", "desk:draft", "desk:filters",
    "desk:link", "desk:organisations", "desk:photo", "desk:places", "desk:print_task", "desk:publish",
    "desk:redirect", "desk:reopen", "desk:return", "desk:reveal", "desk:take", "desk:themes", "desk:triage",
    "desk:word", "portal:find", "portal:fixed", "portal:guess", "portal:near", "portal:not_fixed", "portal:photo",
    "portal:photos", "portal:places", "settings:centre", "settings:give_role", "settings:import_accept",
    "settings:import_again", "settings:import_progress", "settings:import_rejected", "settings:reset_password",
    "settings:set_active", "settings:take_role",
}


def names(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, bool]]:
    """Every address of the program by name, and whether it needs arguments."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, f"{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{space}{one.name}", bool(one.pattern.converters) or bool(one.pattern.regex.groups)


@pytest.fixture
def everyone(site: str) -> User:
    """A person with every role there is, so that every page opens."""
    roles = ("coordinator", "operator", "approver", "head", "curator", "analyst", "administrator", "security")
    name = "Всемогущая-Длиннофамильная Александра Вячеславовна"
    return make_user(*((role, "volgograd") for role in roles), name=name)


def an_import(here: Territory) -> tuple[ImportRun, OutsideWord]:
    """A finished import with a rejected row, and an outside word that waits for its meaning."""
    now = timezone.now()
    with acting(SYSTEM), widened():
        account = Account.objects.create(channel="sheet", code="sheet-looked-at", name="Выгрузка", territory=here)
        profile = SheetProfile.objects.create(code="looked-at", name="Выгрузка", account=account, into=here)
        run = ImportRun.objects.create(
            profile=profile, scope=here, file_name="очень_длинное_имя_выгрузки_из_другой_системы_2026_06_12.csv",
            file_digest="0" * 64, state=ImportRun.State.DONE, started_by="staff:1", started_at=now, finished_at=now,
            rows=3, created=2, rejected=1, opened=2, overdue=1,
        )
        RejectedRow.objects.create(
            run=run, scope=here, row=3, column="Дата создания", reason="Это не дата.", values={"ID": "17"}
        )
        word = OutsideWord.objects.create(profile=profile, kind="theme", word="Неведомая тема", seen=2)
    return run, word


@pytest.fixture
def examples(everyone: User) -> dict[str, list[list[Any]]]:
    """Arguments for every page that needs some; a page of a case in each of its looks."""
    now = timezone.now()
    here = place("gorod-kamyshin")
    DutyPerson.objects.create(territory=here, order=1, name="ЕДДС, дежурный", phone="+7 900 000-01-12")
    actor = staff_actor(everyone, timezone.localdate())
    sent = send("Не горит фонарь у школы, вечером дети идут в темноте", now=now - timedelta(days=3))
    long = make_case("Оченьдлинноесловобезединогопробела" * 12 + " и яма на дороге", street="ул. Мира", house="12")
    worked = make_case("Прорвало трубу, вода течёт по улице", phone="+7 900 000-00-31", name="Водова Ия")
    task = assign(actor, worked.pk, organisation_id=organisation().pk, task="Устранить течь и восстановить асфальт")
    note_word(
        actor, worked.pk, assignment_id=task.pk, kind="needs_time", text="Ждём технику", said_by="мастер",
        said_at=now, until=timezone.localdate() + timedelta(days=3),
    )
    reviewed = make_case("Бродячие собаки у детского сада", phone="+7 900 000-00-31")
    answer = save_draft(actor, reviewed.pk, text="Отлов назначен на завтра.")
    send_to_review(actor, answer.pk)
    make_case("Сильно пахнет газом в подъезде, людям плохо")
    _user, token = invitations.invite(
        SYSTEM, username="novaya", full_name="Новая Алла", roles=[("operator", here.pk)], now=now
    )
    run, word = an_import(here)
    with acting(SYSTEM):
        policy = PolicyVersion.objects.order_by("id")[0]
    return {
        "invitation": [[token]],
        "desk:case": [[shown(sent.number)], [shown(long.number)], [shown(worked.number)], [shown(reviewed.number)]],
        "portal:case": [[sent.token]],
        "portal:accepted": [[sent.token]],
        "task:task": [[link_for(actor, task.pk)]],
        "region:cases": [["open"]],
        "region:place": [["gorod-kamyshin"]],
        "region:place_cases": [["gorod-kamyshin", "open"]],
        "settings:import": [[run.pk]],
        "settings:word": [[word.pk]],
        "settings:person": [[everyone.pk]],
        "settings:organisation": [[organisation().pk]],
        "settings:duty_of": [[here.pk]],
        "settings:policy": [[policy.pk]],
        "settings:calendar_year": [["RU", 2026]],
    }


@pytest.fixture
def addresses(examples: dict[str, list[list[Any]]]) -> list[str]:
    """The addresses of all pages; fails when one has neither an example nor a place in `NO_PAGES`."""
    found: list[str] = []
    unknown: list[str] = []
    for name, needs in names(get_resolver()):
        if name in NO_PAGES:
            continue
        if name in examples:
            found += [reverse(name, args=arguments) for arguments in examples[name]]
        elif not needs:
            found.append(reverse(name))
        else:
            unknown.append(name)
    assert not unknown, f"give these pages an example, or name them in NO_PAGES: {unknown}"
    return [*found, "/desk/?tab=all", "/desk/?tab=all&text=самолёт", "/no-such-page/"]


def look(page: Page, address: str) -> list[str]:
    """What is wrong with a page: it sticks out sideways, a control has no outline or no name, a word is too pale."""
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(f"script: {error}"))
    try:
        response = page.goto(address, wait_until="load")
    except PlaywrightError as error:
        return [f"{address}: {error.message.splitlines()[0]}"]
    if response is None or response.status >= 500 or (response.status >= 400 and "no-such" not in address):
        return [f"{address}: answers {response.status if response else 'nothing'}"]
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.keyboard.press("Tab")
    seen = page.evaluate(LOOKING)
    told += [f"{kind}: {what}" for kind, all_of_it in seen.items() for what in all_of_it]
    return [f"{address}: {what}" for what in dict.fromkeys(told)]


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_no_page_sticks_out_hides_the_keyboard_or_is_too_pale(
    newcomer: Callable[..., BrowserContext], everyone: User, addresses: list[str], night: bool
) -> None:
    options = NIGHT if night else {}
    context = newcomer(everyone, viewport={"width": 360, "height": 740}, **options)
    stranger = newcomer(viewport={"width": 360, "height": 740}, **options)
    wrong: list[str] = []
    for address in addresses:
        # Whoever is logged in is sent away from the pages of logging in.
        outside = address.startswith(("/accounts/login", "/accounts/invitation", "/accounts/signup"))
        page = (stranger if outside else context).new_page()
        wrong += look(page, address)
        page.close()
    assert not wrong, "\n".join(wrong)


def test_the_wide_desk_fits_and_keeps_its_outlines(
    newcomer: Callable[..., BrowserContext], everyone: User, examples: dict[str, list[list[Any]]]
) -> None:
    context = newcomer(everyone, viewport={"width": 1280, "height": 800})
    wrong: list[str] = []
    for address in ["/desk/?tab=all", "/desk/alarms/", "/region/", "/settings/", "/"]:
        page = context.new_page()
        wrong += look(page, address)
        page.close()
    assert not wrong, "\n".join(wrong)
