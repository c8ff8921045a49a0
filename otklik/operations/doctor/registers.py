"""Checks of registrations: own numbers without a gap, nothing open beside an answered or closed case."""

from collections.abc import Iterator

from otklik.operations.doctor.findings import Finding, Visit, counted

_NUMBER = "SELECT c.number FROM cases_case c"


def registers(visit: Visit) -> Iterator[Finding]:
    """Numbers of a body, a law and a year run from one without a gap; what is over waits in no register."""
    yield from counted(
        f"{_NUMBER} JOIN cases_registration r ON r.case_id = c.id AND r.own"
        " JOIN cases_register g ON g.body_id = r.body_id AND g.regime = r.regime"
        " LEFT JOIN cases_registeryear y ON y.register_id = g.id AND y.year = r.year"
        " WHERE r.serial > coalesce(y.last, 0)",
        "Свой номер больше последнего выданного, карточки:",
    )
    yield from counted(
        "SELECT y.last FROM cases_registeryear y JOIN cases_register g ON g.id = y.register_id"
        " WHERE y.last <> (SELECT count(*) FROM cases_registration r WHERE r.own AND r.body_id = g.body_id"
        " AND r.regime = g.regime AND r.year = y.year)",
        "В своём журнале регистрации пропуск, последние номера:",
    )
    yield from counted(
        f"{_NUMBER} WHERE c.state IN ('answered', 'closed')"
        " AND EXISTS (SELECT FROM cases_registration r WHERE r.case_id = c.id AND r.ended_at IS NULL)",
        "Карточка отвечена или закрыта, а регистрация ждёт ответа:",
    )
