"""What is a message to us among neighbours' talk: sentences of our own, none seen by the makers of the tables."""

import pytest

from otklik.cases.knowledge import knowledge
from otklik.triage import Hints, understand
from otklik.triage.relevance import Relevance, relevance
from tests.making import place

pytestmark = pytest.mark.django_db
TO_US = """
На улице Мира у дома 5 огромная яма на дороге, машины не могут проехать
Кто знает, почему второй день нет воды на улице Ленина?
Во дворе дома 8 по улице Гагарина не горит фонарь
Опять мусор не вывезли, контейнеры переполнены
Когда уже почистят снег во дворах?
Автобус 5 маршрута не приходит по 40 минут
В подъезде нет света третий день
Люк открыт возле школы, дети бегают
Собаки стаей бегают у садика
Отопления нет, батареи холодные, в квартире 15 градусов
Вода ржавая идет из крана уже неделю
Дорогу разбили и не делают
Остановка без крыши, стоим под дождем
Светофор на перекрестке не работает
Почему не косят траву вдоль дороги?
Свалка за гаражами растет, куда смотрит администрация
Управляйка не реагирует на заявки, течет крыша
Детская площадка сломана, качели оторваны
Тротуар скользкий, не посыпают
""".strip().splitlines()
TALK = """
С добрым утром, город!
Подскажите хорошего парикмахера
Кто потерял ключи у магазина, отзовитесь
Красивый закат сегодня
Продам гараж, недорого, торг
Всем привет, ищу попутчика на завтра
Поздравляю с днем рождения Марину Ивановну!
А кто играл вчера в футбол?
Согласна с вами
Спасибо за новости!
Ахаха точно
Сдам квартиру посуточно
Какая погода будет на выходных?
Посоветуйте стоматолога
Отдам котят в добрые руки
Где купить свежую рыбу?
Администратор, удалите этого тролля
В субботу концерт в доме культуры, приходите
""".strip().splitlines()


def judged(text: str) -> Relevance:
    return relevance(text, understand(text, Hints(territory_id=place("gorod-kamyshin").pk), knowledge()))


def test_troubles_are_heard_and_talk_is_not():
    missed = [text for text in TO_US if not judged(text).is_message]
    taken = [text for text in TALK if judged(text).is_message]
    assert len(missed) <= 1, missed
    assert len(taken) <= 2, taken


def test_danger_is_heard_whatever_else_it_is():
    assert judged("Люк открыт возле школы, дети бегают") == Relevance(True, "danger")
