"""`otklik policy`: dates explained from the shipped policy files, without a server, a database or Django."""

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from otklik import regions
from otklik.embedded.home import home_folder
from otklik.failures import BadInput
from otklik.policy import wording
from otklik.policy.calendar import WorkingHours
from otklik.policy.plans import Circumstances, ClockPlan, localise
from otklik.policy.reading import shipped_calendar, shipped_policies
from otklik.policy.reckoning import reckon
from otklik.policy.regulation import CRITICAL, Policy, choose
from otklik.policy.schedule_reading import span_of
from otklik.policy.years import CalendarError


class WrongUse(click.ClickException):
    """Bad input, told in one line."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo("Ошибка: " + " ".join(self.format_message().split()), file=file, err=file is None)


class _OneLine(click.Command):
    """Every complaint about the input is one line on stderr and exit code 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _complaints():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _complaints():
            return super().invoke(ctx)


class OneLineCommand(_OneLine):
    """A command that complains in one line."""


class OneLineGroup(_OneLine, click.Group):
    """A group that complains in one line."""


@contextmanager
def _complaints() -> Iterator[None]:
    try:
        yield
    except click.NoSuchOption as error:
        raise WrongUse(f"Нет параметра {error.option_name}; см. --help.") from None
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise WrongUse(f"Неверный вызов, см. --help: {error.format_message()}") from None
    except BadInput as error:
        raise WrongUse(str(error)) from None


@click.group(cls=OneLineGroup)
def policy() -> None:
    """Сроки: откуда берутся даты."""


@policy.command(cls=OneLineCommand)
@click.option("--regime", metavar="РЕЖИМ", help="social, pos, law59 или law8.")
@click.option(
    "--received", metavar="ВРЕМЯ", help="Когда получено: 2026-03-13T17:00 (без смещения — местное)."
)
@click.option("--registered", metavar="ВРЕМЯ", help="Когда зарегистрировано (law59, law8, pos).")
@click.option("--interim", metavar="ВРЕМЯ", help="Когда дан промежуточный ответ (social).")
@click.option("--importance", metavar="0…4", default="2", show_default=True, help="Важность.")
@click.option(
    "--hours", metavar="ЧЧ:ММ-ЧЧ:ММ", default="09:00-18:00", show_default=True, help="Рабочее время."
)
@click.option("--break", "pause", metavar="ЧЧ:ММ-ЧЧ:ММ", help="Перерыв; по умолчанию его нет.")
@click.option("--json", "as_json", is_flag=True, help="Один объект JSON.")
def explain(
    regime: str | None,
    received: str | None,
    registered: str | None,
    interim: str | None,
    importance: str,
    hours: str,
    pause: str | None,
    as_json: bool,
) -> None:
    """Показать сроки и объяснить, почему они такие.

    Считает по файлам регламентов из поставки; сервер и база не нужны.
    """
    if not regime or not received:
        raise BadInput("Нужны --regime и --received, например: --regime social --received 2026-03-13T17:00.")
    policies = shipped_policies()
    zone = region_zone()
    known = Circumstances(
        received=_moment("--received", received, zone),
        registered=_moment("--registered", registered, zone) if registered else None,
        interim=_moment("--interim", interim, zone) if interim else None,
        importance=_importance(importance),
    )
    chosen = choose(policies, regime, known.received.date())
    working = _hours(hours, pause)
    plans = reckon(chosen, shipped_calendar(), known, working, zone)
    if as_json:
        click.echo(json.dumps(_report(chosen, zone, plans), ensure_ascii=False))
    else:
        click.echo(_text(chosen, plans))


def region_zone() -> ZoneInfo:
    """Return the zone of the region named by OTKLIK_REGION. Raises BadInput when its file does not tell it."""
    path = regions.folder(home_folder(), regions.chosen()) / "region.toml"
    try:
        name = tomllib.loads(path.read_text(encoding="utf-8"))["zone"]
        return ZoneInfo(name)
    except OSError:
        raise BadInput(f"Нет файла региона {path}: проверьте OTKLIK_REGION.") from None
    except (KeyError, tomllib.TOMLDecodeError, ZoneInfoNotFoundError, ValueError):
        raise BadInput(f"В файле региона {path} нет верного часового пояса (zone).") from None


def _moment(option: str, text: str, zone: ZoneInfo) -> datetime:
    """Read ISO time; without an offset it is local. A year out of the calendar's reach is refused there."""
    try:
        return localise(datetime.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError):
        raise BadInput(
            f"{option}: «{text}» — не время; пример: 2026-03-13T17:00 или 2026-03-13T17:00+03:00."
        ) from None


def _importance(text: str) -> int:
    if not re.fullmatch(r"\d", text.strip()) or int(text) > CRITICAL:
        raise BadInput(f"--importance: «{text}» — нужна цифра от 0 до {CRITICAL}.")
    return int(text)


def _hours(hours: str, pause: str | None) -> WorkingHours:
    start, end = _span("--hours", hours)
    return WorkingHours(start, end, _span("--break", pause) if pause else None)


def _span(option: str, text: str) -> tuple[time, time]:
    try:
        return span_of(text)
    except CalendarError:
        raise BadInput(f"{option}: «{text}» — нужно время вида 09:00-18:00.") from None


def _report(chosen: Policy, zone: ZoneInfo, plans: list[ClockPlan]) -> dict[str, Any]:
    return {
        "regime": chosen.regime,
        "version": chosen.version,
        "valid_from": chosen.valid_from.isoformat(),
        "zone": zone.key,
        "clocks": [
            {
                "kind": plan.kind,
                "starts": _iso(plan.starts_at),
                "due": _iso(plan.due),
                "control": _iso(plan.control),
                "legal_date": plan.legal_date.isoformat(),
                "warn": [_iso(moment) for moment in plan.warn_at],
                "provisional": plan.provisional,
                "forecast": plan.forecast,
                "why": list(plan.why),
            }
            for plan in plans
        ],
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _text(chosen: Policy, plans: list[ClockPlan]) -> str:
    lines = [f"{chosen.title}, регламент версии {chosen.version} от {chosen.valid_from:%d.%m.%Y}"]
    for plan in plans:
        mark = " (прогноз)" if plan.forecast else ""
        lines += ["", f"{plan.title.capitalize()}{mark}: {wording.moment_text(plan.due)}"]
        if plan.control != plan.due:
            lines.append(f"  контрольная дата: {wording.moment_text(plan.control)}")
        lines += [f"  · {sentence}" for sentence in plan.why]
    return "\n".join(lines)
