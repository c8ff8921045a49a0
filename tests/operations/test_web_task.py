"""`otklik web --only task`: the process that an outside host may reach serves executors' pages and nothing else."""

import contextlib
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases import list_links
from otklik.cases.actions.assign import assign
from otklik.cases.models import TaskReply
from otklik.cases.task_links import link_for
from tests.databases import ROOT
from tests.making import SYSTEM, make_staff, make_user, organisation, send
from tests.operations.test_behind_nginx import certificate
from tests.ports import free_port

CLOSED = (
    "/", "/desk/", "/desk/executors/", "/accounts/login/", "/settings/", "/region/", "/c/nobody/", "/report/", "/find/",
    "/hooks/site/x/", "/open311/v2/services.json", "/map/boundaries/", "/language/", "/static/desk/desk.css",
    "/task", "//task/x/", "/task/../desk/", "/static/task/../desk/desk.css", "/static/vendor/htmx/htmx.min.js",
)  # fmt: skip


def test_it_serves_tasks_and_takes_answers_and_the_rest_does_not_exist(committed: None, tmp_path: Path) -> None:
    who = make_staff(("coordinator", "gorod-kamyshin"))
    make_user(("operator", "gorod-kamyshin"))
    sent = send("Тайные слова жителя", name="Житель Тайный")
    task = assign(who, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу")
    page = f"/task/{link_for(who, task.pk, now=timezone.now())}/"
    listed = f"/task/list/{list_links.issue(who, organisation().pk)}/"
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "otklik", "web", "--only", "task", "--port", str(port)], cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings", "OTKLIK_WEB_WORKERS": "1"},
    )  # fmt: skip
    try:
        wait_for(port, process)
        opened = [ask(port, one) for one in (page, listed, "/task/sw.js")]
        assert [status for status, _heads, _body in opened] == [200, 200, 200]
        assert "Заменить лампу" in opened[0][2] and "Тайн" not in opened[0][2] + opened[1][2]
        for address in CLOSED:
            status, heads, body = ask(port, address)
            assert status == 404, address
            assert "/desk/" not in body and "set-cookie" not in heads, address
            assert "script-src 'self'" in heads["content-security-policy"], address
        assert ask(port, "/task/forged/")[0] == 404
        form = urlencode({"kind": "done", "text": "Заменили", "no_photo": "dark", "once": "k" * 32})
        status, heads, _body = ask(port, page, "POST", form)
        assert status == 303 and heads["location"] == page and "set-cookie" not in heads
        behind_nginx(tmp_path, port, page)
        assert "Принято: сделано." in ask(port, page)[2]
    finally:
        process.terminate()
        assert process.wait(30) == 0
    with acting(SYSTEM):
        assert TaskReply.objects.get().text == "Заменили"


def behind_nginx(folder: Path, port: int, page: str) -> None:
    """The recipe of the outside host, with a real nginx where there is one."""
    binary = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not binary:
        return
    plain, secure = free_port(), free_port()
    certificate(folder)
    recipe = (ROOT / "deploy" / "task" / "nginx-task.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("server 127.0.0.1:8001;", f"server 127.0.0.1:{port};"), ("/etc/ssl/", f"{folder}/"),
        ("/var/log/nginx/otklik-task.log", f"{folder}/access.log"),
    ):  # fmt: skip
        assert old in recipe, old
        recipe = recipe.replace(old, new)
    (folder / "task.conf").write_text(recipe, encoding="utf-8")
    (folder / "nginx.conf").write_text(
        f"daemon off;\nuser root;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n"
        f"include {folder}/task.conf; }}\n"
    )
    front = subprocess.Popen([binary, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        wait_for(secure, front)
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        for address, expected in ((page, 200), ("/task/sw.js", 200), ("/desk/", 404), ("/static/desk/desk.css", 404)):
            with contextlib.closing(
                http.client.HTTPSConnection("127.0.0.1", secure, timeout=30, context=trusting)
            ) as line:
                line.request("GET", address, headers={"Host": "localhost"})
                assert line.getresponse().status == expected, address
        log = (folder / "access.log").read_text()
        assert "/task/***/" in log and page not in log
    finally:
        front.terminate()
        front.wait()


def ask(port: int, address: str, way: str = "GET", form: str = "") -> tuple[int, dict[str, str], str]:
    heads = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "sessionid=forged"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(way, address, form or None, heads)
        answer = line.getresponse()
        return answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read().decode()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert process.poll() is None and time.monotonic() < deadline, "the site did not start"
        time.sleep(0.05)


@pytest.mark.parametrize("wrong", ["desk", "", "task,desk"])
def test_only_a_known_face_stands_alone(wrong: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "otklik", "web", "--only", wrong], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode != 0 and "task" in done.stderr
