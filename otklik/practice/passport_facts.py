"""What the program itself knows of a centre, as rows of its passport. All functions read, inside `acting`.

Nothing is copied: a head who leaves, a channel that is switched off, other hours are other rows at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import translation

from otklik.cases import escalating
from otklik.cases.clock_rules import zone
from otklik.cases.escalation_rules import OWNER, Step, pick
from otklik.cases.models import Responsibility
from otklik.channels.models import Account
from otklik.curating.models import OfficialPage
from otklik.insight.rating_formula import formula_from
from otklik.insight.rating_running import formula_rows
from otklik.intake.models import SheetProfile
from otklik.organisations import region_settings
from otklik.organisations.absences import lasting
from otklik.organisations.models import Organisation, RoleAssignment, User
from otklik.policy.approval import chain_words
from otklik.policy.loading import all_policies, policy_for
from otklik.policy.regulation import PolicyError
from otklik.policy.schedule_keeping import schedules
from otklik.practice.league import Standing, municipalities, period_words, standing
from otklik.practice.models import Exchange, Taken
from otklik.practice.passport_fields import Row
from otklik.practice.practice_reading import best_of
from otklik.territory.models import Kind, Territory

Rows = dict[str, list[Row]]
Role = RoleAssignment.Role
SOCIAL = (Account.Channel.VK, Account.Channel.OK, Account.Channel.TELEGRAM, Account.Channel.MAX)
REGIMES = {"social": "соцсети и портал", "law59": "обращения по 59-ФЗ"}
STAFF = {
    Role.OPERATOR: "операторы", Role.COORDINATOR: "координаторы", Role.APPROVER: "согласующие",
    Role.CURATOR: "кураторы", Role.ANALYST: "аналитики",
}
SPOKEN = {
    OWNER: "кто взял карточку", "operator": "операторы", "coordinator": "координаторы", "approver": "согласующие",
    "head": "руководитель", "curator": "куратор ЦУР",
}
_NEAREST = ("regional_centre", "municipal_centre", "administration", "regional_body", "settlement_administration")
_FIRST = {kind: at for at, kind in enumerate(_NEAREST)}
_JOINS = {
    "never": "похожие сообщения соединяет человек", "bursts": "всплески похожих сообщений соединяет сама",
    "likely": "соединяет сама всплески и то, что очень похоже на открытую проблему",
}
_LEAST = ("approver",)  # of a letter
FEW = 8  # names of a list that a paper of two pages has room for
SETTINGS = ("centre_phone", "one_person", "theme_by_itself", "joining", "silent_hours")
Read = Mapping[str, list[Any]]


def questions(place: Territory, scopes: list[int], day: date) -> dict[str, QuerySet[Any]]:
    """What is asked of a dozen rooms for it, to be sent together (`together.together`); `facts_of` reads the answers.
    """
    kind = "regional_centre" if place.kind == Kind.REGION else "municipal_centre"
    held = RoleAssignment.objects.filter(
        Q(until=None) | Q(until__gte=day), territory__scope_id__in=scopes, user__is_active=True, since__lte=day
    ).exclude(role__in=[Role.ADMINISTRATOR, Role.SECURITY])
    met = Exchange.objects.filter(
        Q(host=place) | Q(guest=place), state=Exchange.State.HELD, begins_at__date__gte=day.replace(month=1, day=1)
    )
    sheets = SheetProfile.objects.filter(into__in=scopes).annotate(last=Max("runs__finished_at"))
    return {
        "body": Organisation.objects.filter(territory=place, kind=kind, active=True).order_by("pk")[:1],
        "settings": region_settings.rows_of(SETTINGS, [place.pk]),
        "held": held.select_related("user").order_by("user__full_name", "pk"),
        "away": lasting(day).filter(
            user__in=held.filter(role=Role.HEAD).values("user"), substitute__isnull=False
        ).select_related("substitute"),
        "accounts": Account.objects.filter(active=True, territory__in=scopes).order_by("channel", "name"),
        "registry": OfficialPage.objects.filter(place=place, closed_on=None).select_related("body").order_by("pk"),
        "sheets": sheets.order_by("name"), "routing": _routes(scopes), "chains": escalating.chain_rows(),
        "best": best_of(place, FEW + 1), "centres": municipalities(), "formulas": formula_rows(),
        "met": met.only("pk"), "taken": Taken.objects.filter(place=place).only("outcome"),
    }


def facts_of(place: Territory, read: Read, now: datetime) -> Rows:
    """Every row that data fill, by section. `read`: the answers to `questions`."""
    day = now.astimezone(zone()).date()
    formulas = [formula_from(row.data) for row in read["formulas"]]
    settings = region_settings.told(read["settings"], SETTINGS, [place.pk])
    known = {name: value for (name, _place), value in settings.items()}
    with translation.override("ru"):  # it is a paper, whatever language the page of who reads it speaks
        return {
            "centre": _centre(place, next(iter(read["body"]), None), known),
            "people": _people(read),
            "systems": _systems(read),
            "pages": [_registered(read["registry"]), *_pages(read["accounts"])],
            "hours": [Row("hours", "Часы", schedules().of_place(place.pk).described(day))],
            "work": _work(place, read, known, day),
            "practices": [Row("best", "В сети", _listed([one.title for one in read["best"]]))],
            "figures": _figures(standing(place, now, read["centres"], formulas), now),
            "exchange": _met(read),
        }


def _centre(place: Territory, body: Organisation | None, known: Mapping[str, Any]) -> list[Row]:
    phone = known["centre_phone"] or (body.phone if body else "")
    people = f"{place.population:,}".replace(",", " ") if place.population else ""
    return [
        Row("name", "Название", body.name if body else place.name),
        Row("place", "Территория", f"{place.name}{f', жителей: {people}' if people else ''}"),
        Row("phone", "Телефон центра", phone),
        Row("email", "Почта", body.email if body else ""),
    ]


def _people(read: Read) -> list[Row]:
    rows: list[RoleAssignment] = read["held"]
    heads = _distinct(one.user for one in rows if one.role == Role.HEAD)
    seconds = _distinct(one.user for one in rows if one.role == Role.COORDINATOR)
    counts = {
        words: len({one.user_id for one in rows if one.role == role}) for role, words in STAFF.items()
    }
    stands = _distinct(one.substitute for one in read["away"])
    return [
        Row("head", "Руководитель", "\n".join(map(_named, heads))),
        Row("stands_in", "Сейчас замещает", "\n".join(map(_named, stands))),
        Row("coordinators", "Координаторы", "\n".join(_named(one) for one in seconds[:FEW])),
        Row("staff", "Сотрудники", ", ".join(f"{words}: {n}" for words, n in counts.items() if n)),
        Row("phones", "Телефоны сотрудников", "\n".join(
            f"{one.short_name}: {one.phone}" for one in _distinct([*heads, *seconds]) if one.phone
        ), inner=True),
    ]


def _distinct(users: Iterable[User]) -> list[User]:
    return list({one.pk: one for one in users}.values())


def _named(user: User) -> str:
    return ", ".join(filter(None, (user.full_name or user.username, user.position)))


def _systems(read: Read) -> list[Row]:
    forms = (Account.Channel.PORTAL, Account.Channel.PHONE, Account.Channel.RECEPTION, Account.Channel.SHEET)
    live = [one for one in read["accounts"] if one.channel not in (*SOCIAL, *forms)]
    names = sorted({f"{one.get_channel_display()}: {one.name}" for one in live})
    loaded = [
        f"{one.name}{f', последняя загрузка {one.last.astimezone(zone()):%d.%m.%Y}' if one.last else ''}"
        for one in read["sheets"]
    ]
    return [
        Row("channels", "Каналы и системы", _listed(names)), Row("sheets", "Таблицы и выгрузки", _listed(loaded)),
    ]


def _pages(accounts: Sequence[Account]) -> list[Row]:
    ours: list[str] = []
    heard: list[str] = []
    for one in accounts:
        if one.channel in SOCIAL:
            trial = ", пробный режим: ответы не уходят" if one.ours and one.dry_run else ""
            (ours if one.ours else heard).append(f"{one.get_channel_display()}: {one.name}{trial}")
    return [Row("own_pages", "Отвечаем", _listed(ours)), Row("heard", "Читаем", _listed(heard))]


def _registered(pages: Sequence[OfficialPage]) -> Row:
    """The open pages of the curator's registry: those of the centre and of the administration first."""
    rows = sorted(pages, key=lambda one: (_FIRST.get(one.body.kind, len(_FIRST)), one.body.name_key, one.network))
    names = [f"{one.body.short_name}: {one.address.removeprefix('https://')}" for one in rows]
    return Row("registry", "В реестре области", _listed(names))


def _listed(names: list[str]) -> str:
    more = len(names) - FEW
    return "\n".join([*names[:FEW], *([f"и ещё {more}"] if more > 0 else [])])


def _work(place: Territory, read: Read, known: Mapping[str, Any], day: date) -> list[Row]:
    """How the centre works, drawn from its live settings."""
    alone = bool(known["one_person"])
    own = [
        "темы ставит сама, когда уверена" if known["theme_by_itself"] else "темы предлагает, решает человек",
        _JOINS[known["joining"].get("by_itself", "bursts")],
        f"очередь считает молчащей через {known['silent_hours']} ч рабочего времени",
    ]
    chain = pick(escalating.chains(read["chains"]), [place.pk], "social", 2)
    return [
        Row("routing", "Кому поручают", _routing(read["routing"])),
        *(Row(f"chain_{regime}", f"Кто согласует: {words}",
              "центр из одного человека: согласования нет" if alone and regime == "social"
              else _chain(regime, place, day)) for regime, words in REGIMES.items()),
        Row("escalation", "Кому сообщают о сроках", "\n".join(_step(step) for step in chain.steps)),
        Row("by_itself", "Программа", "; ".join(own)),
    ]


def _routes(scopes: list[int]) -> QuerySet[Responsibility]:
    """Whom cases of a theme or group go to here: what people confirmed first, then what is learnt most."""
    rows = Responsibility.objects.filter(territory__in=scopes, organisation__active=True).filter(
        Q(confirmed=True) | Q(assigned__gte=3)
    )
    return rows.select_related("organisation", "theme", "group").order_by("-confirmed", "-assigned", "pk")[:FEW]


def _routing(found: Sequence[Responsibility]) -> str:
    return "\n".join(
        f"{one.theme.name if one.theme else one.group.name if one.group else 'всё остальное'} → "
        f"{one.organisation.short_name}" for one in found
    )


def _chain(regime: str, place: Territory, day: date) -> str:
    try:
        policy = policy_for(regime, day, [place.pk], among=all_policies())
    except PolicyError:
        return ""
    if regime == "social":
        return chain_words(policy.approval, policy.approval_for)
    others = [replace(one, steps=one.steps or _LEAST) for one in policy.approval_for]
    return chain_words(policy.approval or _LEAST, others)  # as `answers.chain` judges a letter


def _step(step: Step) -> str:
    late = f"через {step.after} ч рабочего времени после срока"
    when = f"{step.percent} % срока" if step.percent is not None else late
    return f"{when}: {', '.join(SPOKEN.get(role, role) for role in step.roles)}"


def _figures(found: Standing, now: datetime) -> list[Row]:
    own = found.own
    if not own.received:
        return [Row("figures", "За 90 дней", "сообщений не было")]
    beside = f"; рядом — середина похожих центров, n = {found.centres}" if found.centres else ""
    rows = [
        Row("league", "Лига", f"{found.league}{beside}" if found.league else ""),
        Row("period", "Дни", period_words(now)),
        Row("received", "Поступило", str(own.received)),
        Row("in_time", "Ответили в срок", _beside(own.in_time_share, found.like_in_time, own.judged)),
        Row("answer", "Время до ответа", _times(found)),
        Row("open", "Сейчас", f"в работе {own.open}, просрочено {own.overdue}"),
    ]
    if own.rated >= 5:
        rows.append(Row("rating", "Оценка жителей", f"{own.rating:.1f} из 5, оценок: {own.rated}".replace(".", ",", 1)))
    if own.checked >= 5:
        rows.append(Row("verified", "Подтвердилось исправленное", _beside(own.verified_share, None, own.checked)))
    if own.quality is not None:
        rows.append(Row("quality", "Полнота карточек", _beside(own.quality, found.like_quality, own.received)))
    return rows


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _times(found: Standing) -> str:
    if found.answers is None:
        return ""
    own = found.answers
    others = f"; у похожих половина — за {_hours(found.like_answer)}" if found.like_answer is not None else ""
    return f"половина — за {_hours(own.median)}, девять из десяти — за {_hours(own.p90)} (n = {own.n}){others}"


def _hours(minutes: float) -> str:
    """«40 мин», «5 ч», «3 дн»: of the calendar, round the clock."""
    if minutes < 90:
        return f"{round(minutes)} мин"
    return f"{round(minutes / 60)} ч" if minutes < 60 * 72 else f"{round(minutes / 1440)} дн"


def _beside(own: float | None, others: float | None, n: int) -> str:
    if own is None:
        return "ни один срок ещё не закончился"
    return f"{_percent(own)} (n = {n})" + (f", у похожих {_percent(others)}" if others is not None else "")


def _met(read: Read) -> list[Row]:
    taken: list[Taken] = read["taken"]
    applied = sum(one.outcome == Taken.Outcome.APPLIED for one in taken)
    return [
        Row("met", "Встречи в этом году", str(len(read["met"]) or "")),
        Row("taken", "Взяли у других", f"{len(taken)}, применили: {applied}" if taken else ""),
    ]
