"""Log-ins of the demo region: one for each role, with a password that everybody may know.

No Django here: `otklik up` prints them without loading the program.
"""

from typing import NamedTuple

PASSWORD = "otklik-demo-123"


class DemoLogin(NamedTuple):
    """Who can log in. `seat` says where: "show" is the demo's own town, "small" the smallest centre,
    "region"; "several" the municipalities that one curator looks after."""

    username: str
    role: str
    label: str
    full_name: str
    position: str
    seat: str


LOGINS = (
    DemoLogin("operator", "operator", "оператор", "Лугова Вера Андреевна", "оператор", "show"),
    DemoLogin("coordinator", "coordinator", "координатор", "Ясенев Пётр Ильич", "координатор", "show"),
    DemoLogin("approver", "approver", "согласующий", "Полевая Нина Сергеевна", "начальник отдела", "show"),
    DemoLogin("head", "head", "руководитель центра", "Озеров Глеб Романович", "руководитель центра", "show"),
    DemoLogin("clerk", "coordinator", "центр из одного человека", "Степная Раиса Павловна", "специалист", "small"),
    DemoLogin("curator", "curator", "куратор ЦУР", "Берёзов Лев Матвеевич", "куратор", "region"),
    DemoLogin("several", "curator", "куратор нескольких МЦУ", "Рябинин Олег Юрьевич", "куратор", "several"),
    DemoLogin("analyst", "analyst", "аналитик ЦУР", "Родникова Зоя Юрьевна", "аналитик", "region"),
    DemoLogin("admin", "administrator", "администратор", "Кедров Илья Олегович", "администратор", "region"),
    DemoLogin("security", "security", "специалист по ИБ", "Дубрава Анна Львовна", "специалист по ИБ", "region"),
)


def demo_logins() -> list[tuple[str, str, str]]:
    """(Role in Russian, log-in name, password) of each demo log-in, as `otklik up` prints them."""
    return [(login.label, login.username, PASSWORD) for login in LOGINS]
