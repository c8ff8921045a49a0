"""How our fields of a sheet are called on the page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.intake.sheets.columns import Field

FIELD_WORDS: dict[Field, str | Promise] = {
    Field.ID: _("Номер, по которому узнаём строку"), Field.NUMBER: _("Номер, который называют людям"),
    Field.TEXT: _("Текст сообщения"), Field.CREATED: _("Когда поступило"), Field.CLOSED: _("Когда закрыто"),
    Field.DUE: _("Срок"), Field.ANSWERED: _("Когда ответили"), Field.THEME_GROUP: _("Группа тем"),
    Field.THEME: _("Тема"), Field.REGION: _("Регион"), Field.MUNICIPALITY: _("Муниципалитет"),
    Field.SETTLEMENT: _("Населённый пункт"), Field.STREET: _("Улица"), Field.HOUSE: _("Дом"),
    Field.EXECUTOR: _("Исполнитель"), Field.KIND: _("Вид сообщения"), Field.STEP: _("Состояние (шаг)"),
    Field.OUTCOME: _("Итог"), Field.TAGS: _("Метки"), Field.ANSWER: _("Ответ"), Field.URL: _("Ссылка на запись"),
    Field.AUTHOR: _("Кто написал"), Field.PHONE: _("Телефон"), Field.EMAIL: _("Почта"),
    Field.CHANNEL: _("Канал"), Field.IMPORTANCE: _("Важность"), Field.LATITUDE: _("Широта"),
    Field.LONGITUDE: _("Долгота"), Field.REGIME: _("Режим (59-ФЗ, ПОС…)"), Field.INCOMING: _("Входящий номер"),
    Field.REGISTERED: _("Дата регистрации"), Field.OUTGOING: _("Исходящий номер"), Field.SIGNER: _("Кто подписал"),
}
