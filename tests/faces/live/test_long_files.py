"""A long file over a real server: it comes whole, in pieces, and a slow reader holds nobody up."""

import http.client
import re

import psycopg
from django.conf import settings

from tests.browser.live import session_of, wait_until
from tests.cases.test_exporting import many, read_csv
from tests.making import make_case, make_user

ROWS = 4000


def asked(port: int, session: str, kind: str) -> http.client.HTTPResponse:
    """The answer to «Скачать список», not read yet."""
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    page.request("GET", "/desk/?tab=all", headers={"Cookie": cookie})
    first = page.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', first.read().decode())
    assert token
    kept = (first.getheader("Set-Cookie") or "").partition(";")[0]
    page.request(
        "POST", f"/desk/export/{kind}/?tab=all", f"csrfmiddlewaretoken={token.group(1)}&with_text=1",
        {"Cookie": f"{cookie}; {kept}", "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    return page.getresponse()


def busy(owner_url: str) -> int:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_a_long_list_comes_whole_in_both_kinds(port: int) -> None:
    many(make_case().pk, ROWS - 1)
    session = session_of(make_user(("operator", "gorod-kamyshin")))
    answer = asked(port, session, "csv")
    assert answer.status == 200
    assert answer.getheader("Content-Length") is None, "it is sent while it is written"
    rows = read_csv(answer.read())
    assert len(rows) == ROWS + 1
    assert len({row[0] for row in rows}) == ROWS + 1
    book = asked(port, session, "xlsx")
    assert book.status == 200
    assert book.read().startswith(b"PK")


def test_a_slow_reader_holds_no_connection_to_the_database(port: int, owner_url: str) -> None:
    many(make_case().pk, ROWS - 1)
    answer = asked(port, session_of(make_user(("operator", "gorod-kamyshin"))), "csv")
    begun = answer.read(100)
    assert begun.startswith("\ufeffНомер".encode())
    wait_until(lambda: busy(owner_url) == 0, "somebody still reads the database for a line that is not read", 20)
    assert len(read_csv(begun + answer.read())) == ROWS + 1


def test_whoever_goes_away_stops_the_writing(port: int, owner_url: str) -> None:
    many(make_case().pk, ROWS - 1)
    session = session_of(make_user(("operator", "gorod-kamyshin")))
    for _n in range(4):
        answer = asked(port, session, "csv")
        answer.read(10)
        answer.close()
    wait_until(lambda: busy(owner_url) == 0, "they still write for nobody", 20)
    assert asked(port, session, "csv").status == 200
