"""A small living centre: a case in every state, an alarm, a task, a sheet, people; with an address for every page."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from PIL import Image

from otklik.acting import Staff, Visitor, acting, widened
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.models import Answer, Promise
from otklik.answers.promising import Taken
from otklik.answers.publishing import publish
from otklik.cases import list_links, rechecks, saved_views
from otklik.cases.actions.ask_upper import ask_upper
from otklik.cases.actions.assign import add_co_executor, assign
from otklik.cases.actions.close import close
from otklik.cases.actions.correspondence import not_ours
from otklik.cases.actions.notes import note
from otklik.cases.actions.planned import Announced, announce
from otklik.cases.actions.problems import change, join, make_problem, tell
from otklik.cases.actions.public import photos_to_choose, release, switch
from otklik.cases.actions.register import register_mirror
from otklik.cases.actions.reply import reply
from otklik.cases.actions.triage import triage
from otklik.cases.models import Alarm, Assignment, Case, Evidence, OutsideNumber, Recheck, SavedView
from otklik.cases.numbers import shown
from otklik.cases.problem_models import PublicPhoto
from otklik.cases.registers import save_register
from otklik.cases.supporting import support
from otklik.cases.task_links import link_for, open_task
from otklik.channels.kit import arriving, health, secrets
from otklik.channels.kit.channel import Came
from otklik.channels.models import Account, Arrival, Attachment, Setup
from otklik.classifier.loading import current
from otklik.classifier.models import ClassifierDraft, Theme
from otklik.files.photos import CleanPhoto, accept_photo
from otklik.insight import saved_slices
from otklik.insight.definitions import FIGURES
from otklik.insight.slice_models import SavedSlice
from otklik.intake import importing, taking
from otklik.intake.editions.adopting import upload as upload_edition
from otklik.intake.erasing.erase import erase
from otklik.intake.erasing.finding import ask
from otklik.intake.models import CarryBatch, OutsideWord, SheetLayout
from otklik.intake.receiving import take_waiting
from otklik.operations.beats import follow_journal
from otklik.organisations.directories import save_duty
from otklik.organisations.invitations import invite
from otklik.organisations.models import Organisation, RoleAssignment, User
from otklik.policy.models import PolicyVersion
from tests.browser.answer_world import make_answers
from tests.browser.appeal_world import make_appeals
from tests.browser.burst_world import make_bursts
from tests.browser.curator_world import make_curator
from tests.browser.exchange_world import make_exchange
from tests.browser.law_world import make_decisions
from tests.browser.mail_world import make_mail, waiting_mail
from tests.browser.open_data_world import make_open_data
from tests.browser.practice_world import make_practices
from tests.browser.rating_world import make_rating
from tests.browser.referral_world import make_referrals
from tests.browser.reports_world import make_reports
from tests.browser.silence_world import make_silence
from tests.making import SYSTEM, make_staff, organisation, place, send

HOME = "gorod-kamyshin"
ELSEWHERE = "gorod-volzhskiy"
_shades = count()
LONG = (
    "Уже третий день во дворе дома не вывозят мусор, контейнеры переполнены, собаки растаскивают пакеты; "
    "подробности: https://example.test/" + "ochenj-dlinnyj-adres-bez-probelov-" * 4
)


@dataclass
class World:
    """What was made. `values` gives, for each parameter of an address, the values worth opening."""

    cases: dict[str, Case] = field(default_factory=dict)  # state → a case in it
    tokens: dict[str, str] = field(default_factory=dict)  # state → the resident's link
    task_tokens: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    problem_id: int = 0


def photo() -> CleanPhoto:
    """No two are alike: a photo that several cases share leaves the portal with any of them."""
    packed = io.BytesIO()
    shade = next(_shades)
    Image.new("RGB", (640, 480), (50, shade // 200 * 5 % 250, 40 + shade % 200)).save(packed, "JPEG", quality=95)
    return accept_photo(packed.getvalue(), "foto.jpg")


def make_world(folder: Path) -> World:
    """Make it, through the same gates as people do. Commits as far as the test's database does."""
    world = World()
    coordinator = make_staff(("coordinator", HOME), name="Лугова Мария Игоревна")
    approver = make_staff(("approver", HOME), name="Степной Павел Олегович")
    theme = _theme()
    now = timezone.now()

    def fresh(state: str, text: str = LONG) -> int:
        sent = send(text, HOME, name="Ковыльная Анна", phone="+79000000001", answer_by="phone", street="Мира",
                    house="12", photos=(photo(),))  # fmt: skip
        world.tokens[state] = sent.token
        return sent.case_id

    def assigned(state: str) -> int:
        case_id = fresh(state)
        triage(coordinator, case_id, theme_id=theme.pk, title="Не вывозят мусор", importance=2)
        task = assign(coordinator, case_id, organisation_id=organisation().pk, task="Вывезти мусор")
        world.task_tokens.append(link_for(coordinator, task.pk))
        return case_id

    def replied(state: str) -> int:
        case_id = assigned(state)
        link = open_task(world.task_tokens[-1], now)
        reply(link, kind="done", text="Вывезли", photos=(photo(),), once=f"{case_id:020d}")
        return case_id

    def drafted(state: str) -> tuple[int, Answer]:
        case_id = replied(state)
        return case_id, save_draft(coordinator, case_id, text="Мусор вывезли сегодня утром.")

    ids = {"new": fresh("new"), "assigned": assigned("assigned"), "replied": replied("replied")}
    ids["triaged"] = fresh("triaged")
    triage(coordinator, ids["triaged"], theme_id=theme.pk, importance=2)
    ids["draft"], _draft = drafted("draft")
    ids["review"], answer = drafted("review")
    send_to_review(coordinator, answer.pk)
    ids["approved"], answer = drafted("approved")
    send_to_review(coordinator, answer.pk)
    approve(approver, answer.pk)
    for state in ("answered", "closed"):
        ids[state], answer = drafted(state)
        send_to_review(coordinator, answer.pk)
        approve(approver, answer.pk)
        publish(coordinator, answer.pk, promises=[Taken(now.date() + timedelta(days=2), "до пятницы")])
    close(coordinator, ids["closed"], outcome="explained")
    ids["law"] = fresh("law")
    ids["danger"] = fresh("danger", "На детской площадке оголённый провод под напряжением, рядом дети")
    _problem(world, coordinator, ids)
    works, _new = announce(coordinator, Announced(
        place(HOME).pk, "power", now, now + timedelta(days=9), "Мира: 1–15\nЛенина", reason="замена опор",
    ))  # fmt: skip
    of_appeals = _registers(coordinator, ids)
    save_duty(SYSTEM, place(HOME).pk, [("Дежурная Ольга Петровна", "+79000000002")])
    saved_views.save(coordinator, name="Важные", query="tab=open&importance=3", shared=True)
    saved_slices.save(coordinator, name="Квартал", path="/region/themes/", query="?days=90", shared=True, now=now)
    note(coordinator, ids["new"], text="@Степной гляньте, пожалуйста")
    runs = _load_sheets(folder)
    erasures = _erasures()
    _channels()
    referral_id = make_referrals(HOME, coordinator, ids["assigned"], ids["draft"])
    make_mail(HOME)
    follow_journal(now)
    listed = list_links.issue(coordinator, organisation().pk)
    today = timezone.localdate()
    rechecks.draw(make_staff(("curator", HOME)), since=today, until=today, each=1, seed="проба")
    with acting(SYSTEM):
        world.cases = {state: Case.objects.get(pk=case_id) for state, case_id in ids.items()}
        outside = Case.objects.filter(account__channel="sheet").first()
        assert outside
        world.cases["outside"] = outside
        world.values = _values(world, runs, invited(), erasures) | of_appeals | {
            "referral_id": [str(referral_id)], "list_token": [listed],
            "recheck_id": [str(_recheck())],
            "work_id": [str(works.pk)],
        }
    world.values |= make_exchange(HOME)
    world.values |= make_practices(HOME, "volgograd")
    world.values |= make_reports(HOME, coordinator)
    world.values |= make_open_data(HOME)
    world.values |= make_bursts(HOME, [world.cases["new"], world.cases["triaged"], world.cases["replied"]])
    world.values |= make_silence(HOME, world.cases["replied"])
    world.values |= make_decisions(HOME, coordinator, ids["law"])
    world.values |= make_curator(HOME, coordinator)
    world.values |= make_rating(coordinator, world.cases["answered"])
    world.values |= make_answers(HOME, coordinator, world.problem_id, world.cases["answered"])
    return world


def _channels() -> None:
    """A site of the home town that sends us its forms: one taken, one that nobody can read, one failure."""
    form = json.dumps({"id": "1", "text": LONG}, ensure_ascii=False).encode()
    with acting(SYSTEM), widened():
        site = Account.objects.create(
            channel="site", code="site-trial", name="Сайт администрации", territory=place(HOME)
        )
        setup = Setup(account=site)
        secrets.keep(setup, {"secret": "a secret of the site, long enough"})
        setup.save()
        arriving.keep(site, [Came("1", form), Came("2", b'{"id": "2", "text": 5')], timezone.now())
        health.failed(site.pk, timezone.now(), "Сайт не отвечает", after=0)
    take_waiting(site.pk)


def _recheck() -> int:
    """One case drawn to be looked at again. Inside `acting`."""
    return Recheck.objects.order_by("id").values_list("pk", flat=True)[0]


def _erasures() -> list[str]:
    """A person found and not erased yet, and one erased, with the certificate."""
    officer = make_staff(("security", HOME), name="Охранный Ян Ильич")
    send("Меня зовут Осока Ия, тел. +79000000077", HOME, name="Осока Ия", phone="+79000000077")
    why = "Заявление от 25.11.2026, вх. № 17"
    found, done = (ask(officer, sought=phone, reason=why) for phone in ("+79000000001", "+79000000077"))
    erase(officer, done.pk, confirmed="стереть")
    return [str(found.pk), str(done.pk)]


def _registers(coordinator: Staff, ids: dict[str, int]) -> dict[str, list[str]]:
    """A case in two registers and with two bodies, one that waits for the upper level, and a register of our own.

    What stands beside appeals, too: returns its values of addresses.
    """
    day = timezone.now()
    entry = register_mirror(coordinator, ids["assigned"], regime="law59", number="А-17/26", registered_at=day)
    register_mirror(coordinator, ids["assigned"], regime="pos", number="ПОС-104", status="в работе")
    not_ours(coordinator, ids["assigned"], registration_id=entry.pk, reason="Дорога области.")
    add_co_executor(coordinator, ids["assigned"], organisation_id=organisation("adm-gorod-mikhaylovka").pk, task="Кран")
    ask_upper(coordinator, ids["triaged"], reason="Чья это дорога, города или области?")
    save_register(
        SYSTEM, body_id=organisation().pk, regime="law59", act_number="12-п", act_date=day.date(), is_on=True
    )
    return make_appeals(HOME, coordinator, entry, ids["draft"])


def _problem(world: World, coordinator: Staff, ids: dict[str, int]) -> None:
    """A problem of two cases, shown to everybody, with news, a photo and a neighbour; figures and the form, too."""
    theme = current().themes.select_related("group").get(code="road.pothole")
    made = make_problem(coordinator, ids["replied"], title="Мусор на улице Мира не вывозят")
    join(coordinator, ids["assigned"], problem_id=made.pk)
    change(coordinator, made.pk, theme_id=theme.pk)
    switch(SYSTEM, place(HOME).pk, groups=[theme.group.code], statistics=True, embed_hosts=["kamyshin.example.ru"])
    with acting(coordinator, read_only=True):
        # The last one: the case before is going to be registered under a law, and takes its photos along.
        chosen = [file_id for file_id, moment in photos_to_choose(made) if moment == "before"][-1:]
    release(coordinator, made.pk, title="Не вывозят мусор на Мира", text="Машина сломана, ждём другую.", before=chosen)
    tell(coordinator, made.pk, text="Новая машина приедет завтра.")
    world.tokens["same"] = support(Visitor(), made.pk, browser="browser", phone="+79000000009").token
    world.problem_id = made.pk


def invited() -> str:
    """The token of an invitation that waits."""
    return invite(SYSTEM, username="novichok", full_name="Полевая Вера Андреевна", roles=[("operator", place(HOME).pk)],
                  now=timezone.now())[1]  # fmt: skip


def _theme() -> Theme:
    theme = Theme.objects.order_by("id").first()
    assert theme
    return theme


def _load_sheets(folder: Path) -> list[str]:
    """One sheet that waits for its columns, and one that is loaded, with a word unknown and a row rejected."""
    path = folder / "sheet.csv"
    path.write_text(
        "ID,Дата создания,Тема,Исполнитель,Муниципалитет,Текст инцидента\n"
        "1,01.03.2026 10:00,Не наша тема,Чужая контора,Камышин,Яма у дома\n"
        "2,не дата,Не наша тема,Чужая контора,Камышин,Ещё одна яма\n",
        encoding="utf-8",
    )
    done = importing.begin(SYSTEM, path, into=place(HOME))
    taking.run(done.pk, path=path)
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("waiting.csv", path.read_bytes() + b"3,01.03.2026 11:00,,,,x\n")
    today = timezone.localdate()
    upload_edition(
        SYSTEM, io.BytesIO("Группа;Тема\nПути;Ямы\n".encode()), file_name="темы.csv", valid_from=today
    )
    with acting(SYSTEM), widened():
        CarryBatch.objects.create(
            profile=done.profile, scope=place(HOME), since=today, until=today, made_at=timezone.now()
        )
    waiting = importing.prepare(make_staff(("operator", HOME)), upload, place(HOME).pk, "другая")
    return [str(done.pk), str(waiting.pk)]


def _values(world: World, runs: list[str], invitation: str, erasures: list[str]) -> dict[str, list[str]]:
    """The values of each parameter. Inside `acting`."""
    first = world.cases["replied"]
    return {
        "number": [shown(first.number), *(shown(c.number) for c in world.cases.values() if c != first)],
        "problem_id": [str(world.problem_id)],
        "photo_id": [str(PublicPhoto.objects.get().pk)],
        "same": [world.tokens["same"]],
        "account_id": [str(Account.objects.get(code="site-trial").pk)],
        "arrival_id": [str(Arrival.objects.get(external_id="2").pk)],
        "mail_id": waiting_mail(),
        "enclosure": ["1"],
        "delivery_id": ["1"],
        "call_id": ["1"],
        "resource": ["discovery.json", "services.xml", "services/road.pothole.json", "requests.json", "requests.xml"],
        "channel_name": ["site"],
        "account_code": ["site-trial"],
        "c": [world.tokens[state] for state in ("answered", "new", "closed")],
        "task": [world.task_tokens[0], world.task_tokens[1], world.task_tokens[-1]],  # fresh, replied, ended
        "accounts": [invitation],
        "alarm_id": [str(Alarm.objects.get().pk)],
        "assignment_id": [str(Assignment.objects.filter(case=first).latest("id").pk)],
        "promise_id": [str(Promise.objects.latest("pk").pk)],
        "answer_id": [str(Answer.objects.get(case=world.cases["approved"]).pk)],
        "file_id": [
            str(Attachment.objects.get(message__in_case__case=first).file_id),
            str(Evidence.objects.get(case=first).file_id),
        ],
        "user_id": [str(User.objects.order_by("id").values_list("pk", flat=True)[0])],
        "role_id": [str(RoleAssignment.objects.order_by("id").values_list("pk", flat=True)[0])],
        "organisation_id": [str(Organisation.objects.get(code="adm-gorod-kamyshin").pk)],
        "territory_id": [str(place(HOME).pk)],
        "theme_id": [str(_theme().pk)],
        "policy_id": [str(PolicyVersion.objects.filter(regime="social").latest("pk").pk)],
        "word_id": [str(pk) for pk in OutsideWord.objects.order_by("id").values_list("pk", flat=True)],
        "run_id": runs,
        "number_id": [str(pk) for pk in OutsideNumber.objects.order_by("id").values_list("pk", flat=True)[:1]],
        "draft_id": [str(ClassifierDraft.objects.latest("id").pk)],
        "batch_id": [str(CarryBatch.objects.latest("id").pk)],
        "layout_id": [str(pk) for pk in SheetLayout.objects.order_by("id").values_list("pk", flat=True)[:1]],
        "erasure_id": erasures,
        "absence_id": ["1"],
        "area": ["RU"],
        "year": [str(year) for year in (2026, 2027)],
        "code": [HOME],
        "figure": list(FIGURES),
        "kind": ["csv", "xlsx", "register", "analysis", "review"],
        "view_id": [str(SavedView.objects.get().pk)],
        "slice_id": [str(SavedSlice.objects.get().pk)],
        "from_id": [str(Organisation.objects.get(code="adm-gorod-kamyshin").pk)],
        "to_id": [str(Organisation.objects.get(code="adm-gorod-volzhskiy").pk)],
    }


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the program as (route, pattern)."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            yield route, entry


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """(route, address) of every page with the world's values; every value where the address has only one parameter."""
    for route, entry in routes():
        wanted = list(entry.pattern.converters)
        choices = [world.values[route.split("/")[0] if name == "token" else name] for name in wanted]
        most = max((len(one) for one in choices), default=1) if len(wanted) == 1 else 1
        for turn in range(most):
            address = "/" + route
            for name, values in zip(wanted, choices, strict=True):
                address = re.sub(rf"<(\w+:)?{name}>", values[turn], address)
            yield route, address
