"""Bursts, official pages, samples, effects and the rating as files: the rows of the page, in every kind."""

import csv
import io

import openpyxl

from otklik.territory.tree import region
from tests.browser.world import World
from tests.making import logged_in, make_user


def table_of(client, address: str) -> list[list[str]]:
    """The lines of the CSV below its heading."""
    answer = client.get(f"{address}?as=csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]


def test_files_of_bursts_pages_samples_and_effects_hold_the_rows_of_the_page(world: World) -> None:
    client = logged_in(make_user(("curator", region().code)))
    shown = client.get("/region/bursts/").content.decode()
    assert "Показано на" in shown
    rows = [line for line in table_of(client, "/region/bursts/") if line and line[0] in ("идёт", "затих", "заглушён")]
    assert len(rows) == shown.count("burst-row")
    for _state, place, name, n, seen, *_times in rows:
        assert f"{place}: {name}" in shown and seen in shown and f"{n} сообщен" in shown.replace("\xa0", " ")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/region/bursts/?as=xlsx").content))
    sheet = [row for row in book["Всплески"].iter_rows(values_only=True) if row[0] in ("идёт", "затих", "заглушён")]
    assert [(row[1], row[2], str(row[3])) for row in sheet] == [(line[1], line[2], line[3]) for line in rows]
    for address, some in (("/region/pages/", "Реестр"), ("/region/samples/", "Центры рядом"),
                          ("/region/practices/effects/", "Эффект практик")):  # fmt: skip
        words = client.get(address).content.decode()
        lines = table_of(client, address)
        begins = next(at for at, line in enumerate(lines) if line == [some]) + 2
        told = [line[0] for line in lines[begins:] if line and line[0]]
        assert told and all(name in words for name in told[:1]), address
        assert "as=xlsx" in words and "as=csv" in words and "as=pdf" in words


def test_every_drawing_of_these_pages_is_a_picture(world: World) -> None:
    client = logged_in(make_user(("analyst", region().code)))
    drawn = 0
    for address in ("/region/bursts/", "/region/practices/effects/", f"/region/rating/{world.values['month'][0]}/"):
        assert client.get(f"{address}?as=pdf").content.startswith(b"%PDF")
        offered = "as=png" in client.get(address).content.decode()
        picture = client.get(f"{address}?as=png")
        assert picture.content.startswith(b"\x89PNG") if offered else picture.status_code == 404
        drawn += offered
    assert drawn
