"""Who can log in here, and what ``otklik up`` says when it is ready."""

from dataclasses import dataclass

import psycopg

from otklik.operations.demo_logins import demo_logins


@dataclass(frozen=True)
class Standing:
    """What there is in the database. `demo` is the state of a demo region: "ready", "making" or None."""

    demo: str | None
    has_staff: bool
    can_log_in: bool

    @property
    def wants_demo(self) -> bool:
        """Nobody works here yet, or an earlier making of the demo was cut off."""
        return self.demo == "making" or (self.demo is None and not self.has_staff)

    @property
    def wants_administrator(self) -> bool:
        """A real region in which nobody has a password yet."""
        return self.demo is None and not self.can_log_in


def look(app_url: str) -> Standing:
    """Look into the migrated database. Asked without Django, whose loading would add a second to every start."""
    with psycopg.connect(app_url, connect_timeout=10) as connection:
        row = connection.execute(
            "SELECT (SELECT value ->> 'state' FROM organisations_setting WHERE name = 'demo' AND territory_id IS NULL),"
            " EXISTS (SELECT FROM organisations_user),"
            # Django marks a password that nobody knows by an exclamation mark.
            " EXISTS (SELECT FROM organisations_user WHERE is_active AND password NOT LIKE '!%')"
        ).fetchone()
    assert row is not None
    return Standing(*row)


def greeting(address: str, standing: Standing, token: str) -> list[str]:
    """The lines to print: the address, then the log-ins of the demo or the first administrator's link."""
    lines = ["", f"Отклик работает: {address}", ""]
    if standing.demo is not None:
        rows = [("Кто", "Имя для входа", "Пароль"), *demo_logins()]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines += ["  " + "   ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
                  for row in rows]  # fmt: skip
        lines += ["", "Регион показательный: сообщения и люди придуманы, пароли знают все."]
    elif token:
        lines += [
            "Войти пока некому. Задайте пароль первому администратору (ссылка на одну неделю и один раз):",
            f"  {address}/accounts/invitation/{token}/",
        ]
    lines += [
        f"Житель: {address}/   Сотрудник: {address}/desk/   Область: {address}/region/",
        "Остановить: Ctrl-C",
    ]
    return lines
