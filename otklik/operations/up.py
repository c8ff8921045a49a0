"""``otklik up``: database, web and worker in one process tree, until Ctrl-C."""

import http.client
import os
import sys
import time
from collections.abc import Mapping

from otklik.embedded import EmbeddedError, database_urls, ensure_running, is_running, stop
from otklik.failures import Failure
from otklik.frontend.collecting import is_current
from otklik.operations.children import Children, Stop
from otklik.operations.readiness import is_prepared
from otklik.operations.sockets import bound
from otklik.operations.welcome import greeting, look

READY_WITHIN = 60.0
LOOK_EVERY = 2.0
FIRST_ADMINISTRATOR = (sys.executable, "-m", "otklik.operations.commands.first_administrator")
OTKLIK = (sys.executable, "-m", "otklik")


def run_up(port: int = 8000, host: str = "127.0.0.1", with_demo: bool = True) -> None:
    """Bring everything up, print where it is and who can log in, and stay until asked to stop.

    With the embedded server unless ``DATABASE_URL`` is given. ``with_demo`` makes the demo region in a
    database that has no cases yet. Returns after Ctrl-C, SIGTERM or a closed terminal, with everything
    stopped within five seconds. Raises Failure, with one line for the person, when something cannot work.
    """
    bound(host, port).close()
    embedded = not os.environ.get("DATABASE_URL")
    try:
        with Children(_say) as children:
            try:
                _bring_up(children, host, port, with_demo)
                _stay(children, embedded)
            except Stop:
                _say("Останавливаю…")
    finally:
        if embedded:
            stop()
    _say("Остановлено. Данные сохранены.")


def _bring_up(children: Children, host: str, port: int, with_demo: bool) -> None:
    _say("Запускаю базу данных")
    urls = database_urls()
    children.check()
    app_env = _environment(DATABASE_URL=urls.app)
    owner_env = _environment(DATABASE_URL=urls.app, DATABASE_OWNER_URL=urls.owner or "")
    waiting = []
    if not is_prepared(urls.app):
        waiting.append(("подготовка таблиц (otklik migrate)", [*OTKLIK, "migrate"], owner_env))
    if not is_current():
        waiting.append(("сборка файлов страниц", [sys.executable, "-m", "otklik.frontend.collecting"], app_env))
    if waiting:
        _say("Готовлю таблицы и справочники")
        children.finish_all(waiting)
    standing = look(urls.app)
    if with_demo and standing.wants_demo:
        _say("Делаю показательный регион (один раз; занимает несколько минут)")
        children.finish("показательный регион", [*OTKLIK, "demo", "--first"], app_env)
        standing = look(urls.app)
    children.start("Сайт", web_command(host, port), {**app_env, "OTKLIK_DB_POOL": "1"})
    token = ""
    if standing.wants_administrator:
        token = children.ask("первый администратор", FIRST_ADMINISTRATOR, app_env)
    _wait_until_ready(children, host, port)
    # After the site has answered: on a small machine both at once make people wait longer for their first page.
    children.start("Работник", [*OTKLIK, "worker"], app_env)
    for line in greeting(f"http://{_reachable(host)}:{port}", standing, token):
        _say(line)


def web_command(host: str, port: int) -> list[str]:
    """How the site is started; it takes its database from `DATABASE_URL`."""
    return [*OTKLIK, "web", "--host", host, "--port", str(port)]


def _environment(**given: str) -> Mapping[str, str]:
    """A child's environment: it gets the database from us, and the owner's password only if it migrates."""
    ours = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return ours | {"DJANGO_SETTINGS_MODULE": "otklik.settings", "PYTHONUTF8": "1"} | given


def _stay(children: Children, embedded: bool) -> None:
    while True:
        children.look_after()
        if embedded and not is_running():
            _say("База данных остановилась, запускаю её снова")
            try:
                ensure_running()
            except EmbeddedError as error:
                _say(str(error))
        children.wait(LOOK_EVERY)


def _wait_until_ready(children: Children, host: str, port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(host, port):
        children.look_after(starting=True)
        if time.monotonic() > deadline:
            raise Failure(f"Сайт не отвечает {READY_WITHIN:.0f} с. Причина — в строках выше.")
        children.wait(0.05)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=20)
    try:
        connection.request("GET", "/accounts/login/", headers={"Host": f"127.0.0.1:{port}"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if status >= 500:
        raise Failure(f"Сайт отвечает ошибкой {status}. Причина — в строках выше.")
    return True


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def _say(line: str) -> None:
    print(line, flush=True)
