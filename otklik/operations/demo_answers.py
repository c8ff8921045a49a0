"""Templates of answers of the demo region, and an answer to a whole problem that waits to be approved.

Made after the cases, through the same gates. A second run makes nothing twice.
"""

from otklik.acting import acting
from otklik.answers import for_problem, templates
from otklik.answers.models import AnswerTemplate, CommonAnswer
from otklik.cases.models import Case
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.classifier.loading import current
from otklik.failures import Failure
from otklik.operations.demo_network import ACTOR
from otklik.operations.demo_wide import Wide

HELLO = "Здравствуйте[если есть имя], {имя}[конец]!\n"
# name, theme or group by code, text
TEMPLATES = (
    ("Приняли в работу, есть срок", "", HELLO + "По сообщению {номер} работы ведёт {исполнитель}. Сделают до {срок}."
     "[если не ответ=публичный]\nЕсли к этому дню ничего не изменится, нажмите «не исправлено» на странице сообщения."
     "[конец]"),
    ("Сделано, просим проверить", "", HELLO + "По сообщению {номер} работы закончены. Посмотрите, всё ли в порядке"
     "[если режим=social] и ответьте здесь: «исправлено» или «не исправлено»[конец]."),
    ("Мусор вывезут", "waste", HELLO + "Площадку на {адрес} внесли в маршрут на {срок}. Отвечает {исполнитель}."),
    ("Фонарь починят", "light", HELLO + "Заявку на фонарь ({адрес}) передали: {исполнитель}. Срок ремонта — {срок}."),
    ("Воду отключили на время работ", "water", HELLO + "На {адрес} идут работы на сети. Воду дадут {срок}."
     " Подвоз воды — по телефону центра {телефон центра}."),
    ("Официальный ответ, начало", "", "[если режим=law59]Ваше обращение № {рег. номер} от {рег. дата} рассмотрено."
     "[иначе]Ваше сообщение {номер} рассмотрено.[конец]"),
)  # fmt: skip
TO_ALL = HELLO + "По карточке {номер}: причину нашли, бригада работает. Как закончат, напишем ещё раз."


def make_answers(wide: Wide) -> int:
    """Templates of the region and one of the town, and a common answer on approval; returns how many were made."""
    groups = set(current().groups.values_list("code", flat=True))
    with acting(ACTOR, read_only=True):
        known = set(AnswerTemplate.objects.values_list("name", flat=True))
    made = 0
    for name, theme, text in TEMPLATES:
        if name not in known and theme in groups | {""}:
            templates.save(ACTOR, name=name, text=text, theme=theme, now=wide.ago(24 * 40))
            made += 1
    if "Спасибо от центра" not in known:
        thanks = HELLO + "Спасибо, что написали. {центр}."
        templates.save(
            wide.team.coordinator, name="Спасибо от центра", text=thanks, place_id=wide.town.pk, now=wide.ago(24 * 20)
        )
        made += 1
    return made + _to_all(wide)


def _to_all(wide: Wide) -> int:
    with acting(ACTOR, read_only=True):
        if CommonAnswer.objects.exists():
            return 0
        open_problems = Problem.objects.filter(scope=wide.town, state__in=LIVE_STATES).order_by("-pk")
        chosen = next((one for one in open_problems if Case.objects.filter(problem=one).count() > 1), None)
    if chosen is None:
        return 0
    try:
        for_problem.save(wide.team.coordinator, chosen.pk, text=TO_ALL, now=wide.ago(2))
        for_problem.send_to_review(wide.team.coordinator, chosen.pk, now=wide.ago(1))
    except Failure:  # somebody changed what the coach or the rules let through: the demo is whole without it
        return 0
    return 1
