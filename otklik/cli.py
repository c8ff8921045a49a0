"""The command line. Commands import what they need when they run, so that `--help` is instant."""

import importlib
import sys
from typing import Any

import click

from otklik.failures import Failure

# command → "module:attribute" of a click command
COMMANDS = {
    "up": "otklik.operations.commands.up:up",
    "web": "otklik.operations.commands.up:web",
    "worker": "otklik.operations.commands.up:worker",
    "database": "otklik.operations.commands.up:database",
    "migrate": "otklik.operations.commands.migrate:migrate",
    "demo": "otklik.operations.commands.demo:demo",
    "doctor": "otklik.operations.commands.doctor:doctor",
    "backup": "otklik.operations.commands.backup:backup",
    "restore": "otklik.operations.commands.backup:restore",
    "import": "otklik.operations.commands.importing:import_",
    "policy": "otklik.policy.cli:policy",
    "staff": "otklik.operations.commands.staff:staff",
    "region": "otklik.operations.commands.region:region",
    "classifier": "otklik.operations.commands.classifier:classifier",
    "territory": "otklik.operations.commands.territory:territory",
    "rating": "otklik.operations.commands.rating:rating",
    "bench": "otklik.operations.commands.bench:bench",
    "understand": "otklik.operations.commands.understand:understand",
    "train": "otklik.operations.commands.train:train",
    "channels": "otklik.operations.commands.channels:channels",
    "mail": "otklik.operations.commands.mail:mail",
    "evaluate": "otklik.operations.commands.evaluate:evaluate",
    "insight": "otklik.operations.commands.insight:insight",
}

MOST_OF_A_NAME = 200  # letters of a file's name that are said back


class LazyGroup(click.Group):
    """Loads a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        target = COMMANDS.get(name)
        if target is None:
            return None
        module, attribute = target.split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Отклик: рабочее место сети центров обратной связи региона."""


def main(argv: list[str] | None = None) -> Any:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 wrong use, 130 stopped by Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # LANG=C must not break Russian
    try:
        return cli.main(args=argv, prog_name="otklik", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Остановлено.", err=True)
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        click.echo(f"Ошибка: {_of_the_call(error)}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Failure as failure:
        click.echo(f"Ошибка: {failure}", err=True)
        sys.exit(failure.exit_code)
    except UnicodeEncodeError:
        click.echo("Ошибка: в словах команды есть байты не в UTF-8, их не сохранить. Напишите их заново.", err=True)
        sys.exit(2)
    except OSError as error:
        if error.filename is None:
            raise
        name = str(error.filename)
        shown = name if len(name) <= MOST_OF_A_NAME else name[:MOST_OF_A_NAME] + "…"
        click.echo(f"Ошибка: файл «{shown}» не открывается ({error.strerror}). Проверьте имя и папку.", err=True)
        sys.exit(1)
    except Exception as error:
        line = _of_the_database(error)
        if line is None:
            raise
        click.echo(f"Ошибка: {line}", err=True)
        sys.exit(1)


def _of_the_call(error: click.UsageError) -> str:
    """One line for a wrong call."""
    if isinstance(error, click.NoSuchOption):
        return f"Нет параметра {error.option_name}; см. --help."
    if isinstance(error, click.BadOptionUsage) and "requires an argument" in error.message:
        return f"Параметру {error.option_name} нужно значение; см. --help."
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"Не хватает: {error.param.human_readable_name}; см. --help."
    return "Неверный вызов, см. --help: " + " ".join(error.format_message().split())


def _of_the_database(error: BaseException) -> str | None:
    """One line for what the database says to everybody who comes too early; None for what is our own fault."""
    import psycopg

    causes = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    for cause in causes:
        if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
            return "Таблицы не готовы к этой версии программы. Выполните: otklik migrate"
        if isinstance(cause, psycopg.OperationalError):
            said = str(cause).strip().splitlines()
            return f"База данных недоступна: {said[0] if said else cause}. Проверьте DATABASE_URL и что она запущена."
    return None
