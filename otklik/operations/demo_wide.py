"""What the stories of the demo do not come to: registers, joint matters, requests to the ЦУР, notes, views, leave.

A few matters of the demo's own town, made after the stories by the people of its centre, each through its gate; and
what stands beside the cases: a register of one's own, a saved view, a leave. A second run makes nothing twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from otklik.acting import Visitor, acting
from otklik.cases import saved_views
from otklik.cases.actions.ask_upper import ask_upper
from otklik.cases.actions.assign import add_co_executor, assign
from otklik.cases.actions.correspondence import not_ours
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.law_outcomes import prepare
from otklik.cases.actions.notes import note
from otklik.cases.actions.outside_numbers import add_number
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.register import register_mirror
from otklik.cases.actions.register_own import register_own
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case, SavedView
from otklik.cases.outcome_filling import Given
from otklik.cases.registers import save_register
from otklik.classifier.loading import current
from otklik.intake.accepting import Incoming, accept, issue_key
from otklik.operations.demo_network import ACTOR, Team
from otklik.operations.demo_plan import show_town, smallest
from otklik.operations.demo_steps import Stage
from otklik.organisations import absences
from otklik.organisations.models import Absence
from otklik.territory.tree import region

AT_LAW = "12-п"  # the invented act that switches the town's own register on


class Wide:
    """The demo's own town: who works there, whom they ask, how a matter of it is opened."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.end = stage, stage.end
        spots = list(stage.spots.values())
        self.code = show_town(spots)
        self.town = stage.places.scopes[self.code]
        self.neighbour = stage.places.scopes[smallest(spots)]
        self.team: Team = stage.network.teams[self.code]

    def ago(self, hours: float) -> datetime:
        """A moment so many hours before the demo ends."""
        return self.end - timedelta(hours=hours)

    def executor(self, kind: str) -> int:
        return self.stage.network.executor(self.code, kind)

    def opened(self, text: str, title: str, theme: str, street: str, house: str, hours: float) -> int:
        """A message of a resident, so many hours ago, looked at by the operator a little later; the case's id."""
        row = self.stage.themes[theme]
        accepted = accept(
            Incoming("portal", issue_key(), text, self.town.pk, street=street, house=house, theme_id=row.id),
            actor=Visitor(), now=self.ago(hours),
        )
        triage(
            self.team.operator, accepted.case_id, theme_id=row.id, title=title, importance=2,
            now=self.ago(hours - 0.05),
        )
        return accepted.case_id


def make_wide(wide: Wide) -> int:
    """Make all of it; returns how many cases. What an earlier run has made is left alone."""
    with acting(ACTOR, read_only=True):
        there = set(Case.objects.filter(title__in=[*MATTERS]).values_list("title", flat=True))
    _beside(wide)
    for title, live in MATTERS.items():
        if title not in there:
            live(wide, title)
    return len(MATTERS)


def _beside(wide: Wide) -> None:
    """A register of one's own, views, leave."""
    body = wide.stage.network.administrations[wide.code]
    save_register(
        ACTOR, body_id=body, regime="law59", act_number=AT_LAW, act_date=wide.ago(24 * 60).date(), is_on=True,
        now=wide.ago(24 * 50),
    )
    with acting(ACTOR, read_only=True):
        has_view, has_leave = SavedView.objects.exists(), Absence.objects.exists()
    if not has_view:
        team = wide.team
        saved_views.save(team.coordinator, name="Срочные", query="tab=open&importance=3", shared=True, now=wide.end)
        light = current().groups.get(code="light")
        saved_views.save(team.operator, name="Освещение", query=f"tab=open&group={light.pk}", now=wide.end)
    if not has_leave:
        today = wide.end.date()
        away, stands_in = wide.team.operator, wide.team.coordinator
        absences.enter(
            ACTOR, user_id=away.user_id, substitute_id=stands_in.user_id, since=today + timedelta(days=5),
            until=today + timedelta(days=18), today=today,
        )
        other = next(
            team for code, team in sorted(wide.stage.network.teams.items())
            if code != wide.code and not team.one_person
        )
        absences.enter(
            ACTOR, user_id=other.approver.user_id, substitute_id=other.coordinator.user_id,
            since=today - timedelta(days=2), until=today + timedelta(days=9), today=today,
        )


def _two_registers(wide: Wide, title: str) -> None:
    """One matter at once in ПОС, under the law on appeals and on the portal: all clocks stand side by side."""
    who = wide.team.coordinator
    case_id = wide.opened(
        "Пишу третий раз: дорога к поликлинике разбита, не проехать. Жалобу отправила и в "
        "администрацию, и через Госуслуги.", title, "road.pothole", "ул. Садовая", "14", 1.5,
    )  # fmt: skip
    entry = register_mirror(
        who, case_id, regime="law59", number="А-1742/26", system="СЭД", registered_at=wide.ago(1.25), now=wide.ago(1.12)
    )
    register_mirror(
        who, case_id, regime="pos", number="ПОС-7104512", status="На рассмотрении", due_at=wide.end + timedelta(days=8),
        now=wide.ago(1.1),
    )
    not_ours(who, case_id, registration_id=entry.pk, reason="Дорога в собственности области.", now=wide.ago(1))
    prepare(
        who, case_id, registration_id=entry.pk, code="forward", now=wide.ago(0.98),
        given=Given(
            body="Комитет транспорта и дорожного хозяйства", reason="дорога в собственности области",
            addressee="Ковыльная А. П.",
        ),
    )
    add_number(who, case_id, system="Инцидент", number="26-118504", now=wide.ago(0.97))
    add_number(who, case_id, system="СЭД области", number="О-55/1742", now=wide.ago(0.95))


def _moved(wide: Wide, title: str) -> None:
    """What looked like a message is a request for information: a person moves it, with the reason."""
    who = wide.team.coordinator
    case_id = wide.opened(
        "Прошу сообщить, сколько денег в этом году потратили на ремонт дорог в нашем районе и по каким договорам.",
        title, "road.repair_when", "ул. Мира", "3", 2.25,
    )
    transfer_regime(
        who, case_id, regime="law8", reason="Просит сведения о работе администрации: это запрос по 8-ФЗ.",
        now=wide.ago(2),
    )


def _own_number(wide: Wide, title: str) -> None:
    """An appeal written into the town's own register."""
    case_id = wide.opened(
        "Прошу официально ответить, когда отремонтируют крышу нашего дома: протекает с весны.",
        title, "house.roof_leak", "ул. Школьная", "22", 5,
    )
    who = wide.team.coordinator
    transfer_regime(who, case_id, regime="law59", reason="Просит официальный ответ: это обращение.", now=wide.ago(4.75))
    register = save_register(
        ACTOR, body_id=wide.stage.network.administrations[wide.code], regime="law59", act_number=AT_LAW,
        act_date=wide.ago(24 * 60).date(), is_on=True, now=wide.ago(4.75),
    )
    register_own(who, case_id, register_id=register.pk, now=wide.ago(4.72))


def _joint(wide: Wide, title: str) -> None:
    """A joint matter: parts of a municipal and a regional body, each with its own date; colleagues talk beside it."""
    who = wide.team.coordinator
    case_id = wide.opened(
        "После ремонта теплотрассы двор не восстановили: яма, убранные деревья, не горит фонарь, мусор так и лежит.",
        title, "yard.driveway", "ул. Луговая", "7", 1.75,
    )
    assign(
        who, case_id, organisation_id=wide.executor("landscaping"), task="Засыпать яму и восстановить газон",
        now=wide.ago(1.62),
    )
    add_co_executor(
        who, case_id, organisation_id=wide.executor("light_service"), task="Восстановить фонарь у подъезда",
        due_at=wide.end + timedelta(hours=5), now=wide.ago(1.6),
    )
    add_co_executor(
        who, case_id, organisation_id=wide.executor("waste_operator"), task="Вывезти строительный мусор",
        due_at=wide.end + timedelta(days=2), now=wide.ago(1.57),
    )
    note(wide.team.operator, case_id, text="@Озеров теплосеть обещала двор до пятницы, но только устно.",
         now=wide.ago(1.25))  # fmt: skip
    note(who, case_id, text="@Лугова позвоните, пожалуйста, в теплосеть и попросите письмо.", now=wide.ago(1.2))


def _disputed(wide: Wide, title: str) -> None:
    """Redirected once already; the second hop is the ЦУР's, and the centre asks for it."""
    who = wide.team.coordinator
    case_id = wide.opened(
        "На повороте к мосту зарос знак, просим подрезать кусты у обочины.", title, "road.verge", "ул. Набережная",
        "1", 2,
    )
    first = assign(
        who, case_id, organisation_id=wide.executor("road_service"), task="Подрезать кусты у знака",
        now=wide.ago(1.88),
    )
    redirect(
        who, case_id, assignment_id=first.pk, organisation_id=wide.executor("landscaping"),
        reason="Дорожная служба: мост не на её балансе.", now=wide.ago(1.5),
    )
    ask_upper(
        who, case_id, reason="Мост на границе города и области. Просим решить, кто его ограждает.", now=wide.ago(1.25),
    )


def _for_upper(wide: Wide, title: str) -> None:
    """A matter that the centre gives to the ЦУР itself."""
    case_id = wide.opened(
        "Автобус между нашим городом и областным центром отменили, добраться в больницу не на чем.",
        title, "transit.route_cancelled", "ул. Советская", "40", 2.5,
    )
    hand_over(
        wide.team.coordinator, case_id, territory_id=region().pk, reason="Маршрут заказывает область.",
        now=wide.ago(2.25),
    )


def _for_neighbour(wide: Wide, title: str) -> None:
    """A matter that turned out to be the neighbours'."""
    case_id = wide.opened(
        "Свалка у въезда в посёлок, мусор везут и днём и ночью.", title, "waste.dump", "ул. Степная", "", 1.25,
    )
    hand_over(
        wide.team.coordinator, case_id, territory_id=wide.neighbour.pk, reason="Свалка за чертой города, у соседей.",
        now=wide.ago(1),
    )


MATTERS: Mapping[str, Callable[[Wide, str], None]] = {
    "Разбита дорога к детской поликлинике": _two_registers,
    "Сколько потратили на ремонт дорог": _moved,
    "Протекает крыша: нужен официальный ответ": _own_number,
    "Двор не восстановили после теплотрассы": _joint,
    "Зарос знак у моста": _disputed,
    "Отменили автобус в областной центр": _for_upper,
    "Свалка у въезда в посёлок": _for_neighbour,
}
