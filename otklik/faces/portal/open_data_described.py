"""The description of open data for programs: OpenAPI 3.1, made from the columns themselves."""

from typing import Any

from otklik.insight.open_data_rows import CASES, FIGURES
from otklik.insight.open_data_words import LICENCE_NAME, LICENCE_URL

NUMBERS = {"received", "answered_percent", "in_time_percent", "median_days"}


def described(base: str, region: str) -> dict[str, Any]:
    """The whole description; `base` is the address of `/data` without a slash at its end."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Отклик: открытые данные. {region}", "version": "1",
            "license": {"name": LICENCE_NAME, "url": LICENCE_URL},
        },
        "servers": [{"url": base}],
        "paths": {
            "/index.json": {"get": _answers("Перечень выпусков и файлов", {"application/json": {"type": "object"}})},
            "/{month}/figures.{form}": {"get": _file("Показатели месяца", FIGURES)},
            "/{month}/cases.{form}": {"get": _file("Обезличенные сообщения месяца, если включены", CASES)},
            "/dictionary.csv": {"get": _answers("Словарь данных", _csv())},
            "/formulas.csv": {"get": _answers("Как считается каждый показатель и рейтинг", _csv())},
            "/licence.txt": {"get": _answers("Условия использования", {"text/plain": {"type": "string"}})},
        },
    }


def _csv() -> dict[str, Any]:
    return {"text/csv": {"type": "string"}}


def _file(summary: str, columns: tuple[str, ...]) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {name: {"type": ["integer", "null"] if name in NUMBERS else "string"} for name in columns},
        "required": list(columns),
    }
    answers = _answers(summary, {"application/json": {"type": "array", "items": row}, **_csv()})
    answers["parameters"] = [
        _parameter("month", {"type": "string", "pattern": r"^\d{4}-\d{2}$"}),
        _parameter("form", {"type": "string", "enum": ["csv", "json"]}),
    ]
    answers["responses"]["404"] = {"description": "Такого выпуска нет"}
    return answers


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _answers(summary: str, kinds: dict[str, Any]) -> dict[str, Any]:
    content = {kind: {"schema": schema} for kind, schema in kinds.items()}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}
