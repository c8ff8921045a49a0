"""The recipe of deploy/nginx.conf with a real nginx in front of the real program: TLS, cookies, addresses, streams."""

import datetime
import http.client
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from otklik.organisations.models import DoorEvent
from tests.browser.live import answers, program, session_of, wait_until
from tests.making import make_user, send
from tests.ports import free_port

RECIPE = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
SITE = "otklik.example.ru"
FORGED = "198.51.100.66"


def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not found:
        pytest.skip("no nginx on this machine")
    return found


def certificate(folder: Path) -> None:
    """A self-made certificate for the site, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SITE)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(SITE)]), critical=False).sign(key, hashes.SHA256())
    )
    (folder / "otklik.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "otklik.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def configuration(folder: Path, plain: int, secure: int, inner: int) -> Path:
    """The recipe with this test's ports and paths, inside the least main file."""
    certificate(folder)
    recipe = RECIPE.read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{inner};"), ("/etc/ssl/", f"{folder}/"),
        ("/var/log/nginx/otklik.log", f"{folder}/access.log"),
    ):  # fmt: skip
        assert old in recipe, old
        recipe = recipe.replace(old, new)
    (folder / "otklik.conf").write_text(recipe, encoding="utf-8")
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off;\nuser root;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n"
        f"include {folder}/otklik.conf; }}\n"
    )
    return main



def test_nginx_takes_the_recipe(tmp_path):
    main = configuration(tmp_path, 18080, 18443, 18000)
    checked = subprocess.run([nginx(), "-t", "-p", str(tmp_path), "-c", str(main)], capture_output=True, text=True,
                             check=False)  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr.replace('the "user" directive makes sense only if', "")


def test_calls_of_channels_have_room_for_their_peak():
    """A hundred events a second come from one address: whoever is refused drops the subscription."""
    recipe = RECIPE.read_text(encoding="utf-8")
    block = recipe.partition("location /hooks/ {")[2].partition("}")[0]
    zone = re.search(r"limit_req zone=(\w+) burst=(\d+) nodelay;", block)
    assert zone is not None and int(zone[2]) >= 300
    rate = re.search(rf"zone={zone[1]}:\d+m rate=(\d+)r/s;", recipe)
    assert rate is not None and int(rate[1]) >= 100


class Proxy:
    """The running pair: nginx and the program behind it."""

    def __init__(self, plain: int, secure: int, folder: Path) -> None:
        self.plain, self.secure, self.folder = plain, secure, folder

    def connection(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.folder / "otklik.crt"))

        class ToLoopback(http.client.HTTPSConnection):
            def connect(self) -> None:
                raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                self.sock = context.wrap_socket(raw, server_hostname=SITE)

        return ToLoopback(SITE, self.secure, timeout=30)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        connection = self.connection()
        given = {"Host": SITE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, body=body, headers=given)
        answer = connection.getresponse()
        return answer, answer.read()


@pytest.fixture
def proxy(committed, tmp_path) -> Iterator[Proxy]:
    binary = nginx()
    plain, secure, inner = free_port(), free_port(), free_port()
    main = configuration(tmp_path, plain, secure, inner)
    command = (
        "granian", "otklik.asgi:application", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(inner),
        "--workers", "1", "--workers-kill-timeout", "2", "--no-ws", "--log-level", "error",
    )  # fmt: skip
    with program(*command, OTKLIK_DB_POOL="1", OTKLIK_HTTPS="1", OTKLIK_HOSTS=f"{SITE},127.0.0.1") as server:
        wait_until(lambda: server.poll() is not None or answers(inner), "the program did not start")
        front = subprocess.Popen([binary, "-p", str(tmp_path), "-c", str(main)])
        try:
            wait_until(lambda: front.poll() is not None or answers(secure), "nginx did not start")
            yield Proxy(plain, secure, tmp_path)
        finally:
            front.terminate()
            front.wait()


def test_the_recipe_holds_what_it_promises(proxy):
    user = make_user(("coordinator", "gorod-kamyshin"))
    sent = send()

    plain = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=30)
    plain.request("GET", "/report/?a=1", headers={"Host": SITE})
    moved = plain.getresponse()
    assert moved.status == 301 and moved.headers["Location"] == f"https://{SITE}/report/?a=1"

    page, body = proxy.ask("GET", "/accounts/login/")
    cookie = page.headers["Set-Cookie"]
    assert page.status == 200 and "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert "csrftoken=" in cookie and "Secure" in cookie
    assert "nginx/" not in page.headers["Server"]

    token = cookie.partition("csrftoken=")[2].partition(";")[0]
    hidden = body.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    fields = f"csrfmiddlewaretoken={hidden}&login={user.username}&password=pass-word-1234".encode()
    came, _body = proxy.ask(
        "POST", "/accounts/login/", fields, Cookie=f"csrftoken={token}", Referer=f"https://{SITE}/accounts/login/",
        Origin=f"https://{SITE}", Content_Type="application/x-www-form-urlencoded", X_Forwarded_For=FORGED,
    )
    assert came.status == 302 and came.headers["Location"] == "/desk/"
    assert all("Secure" in one for one in came.headers.get_all("Set-Cookie") if "sessionid=" in one)
    assert DoorEvent.objects.get().address == "127.0.0.1"  # nginx saw the loopback; the forged address is not believed

    shown, body = proxy.ask("GET", f"/c/{sent.token}/")
    assert shown.status == 200 and b"<html" in body
    log = proxy.folder / "access.log"  # nginx writes it when the answer is out
    wait_until(lambda: '"GET /c/***/"' in log.read_text(), "the line of the log")
    assert sent.token not in log.read_text()


def test_streams_come_at_once_and_big_sheets_pass(proxy):
    user = make_user(("coordinator", "gorod-kamyshin"))
    cookie = f"sessionid={session_of(user)}"
    connection = proxy.connection()
    connection.request("GET", "/desk/events/", headers={"Host": SITE, "Cookie": cookie, "Accept": "text/event-stream"})
    stream = connection.getresponse()
    assert stream.status == 200 and stream.headers["Content-Type"].startswith("text/event-stream")
    assert stream.read1(10)  # within the time-out of the connection, though the stream stays open
    connection.close()

    refused, _body = proxy.ask("POST", "/report/", None, Content_Length=str(90 * 1024 * 1024))
    assert refused.status == 413
    big = b"x" * (85 * 1024 * 1024)
    taken, _body = proxy.ask(
        "POST", "/settings/imports/", big, Content_Type="application/octet-stream", Cookie=cookie,
        Referer=f"https://{SITE}/settings/imports/",
    )
    assert taken.status != 413
