"""Charts: what is drawn is safe in a page, coloured by classes, leads to slices, and stands as a file by itself."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from otklik.insight.charts import draw, names, picture
from otklik.insight.charts.cleaning import cleaned
from otklik.insight.charts.drawing import _svg
from otklik.insight.charts.filling import filled
from otklik.insight.charts.painting import PLACED
from otklik.insight.charts.palette import DARK, LIGHT, NAMES

ROOT = Path(__file__).parents[2]
DAY = "2026-11-%02d"
ROWS: dict[str, list[dict[str, object]]] = {
    "days": [{"day": DAY % n, "n": n, "before": 3 if n > 2 else None} for n in range(1, 9)],
    "heat": [
        {"x": f"Группа {x}", "xi": x, "y": f"Место {y}", "yi": y, "n": x, "grade": f"load-{x}", "tip": "слова"}
        for x in range(5) for y in range(2)
    ],
    "hours": [{"hour": h, "day": "пн", "di": 1, "n": h, "grade": "none"} for h in range(24)],
    "bars": [{"name": f"Место {n}", "n": n, "shown": f"{n} %", "colour": "late"} for n in range(3)],
    "lines": [{"day": DAY % n, "n": n, "who": who, "wi": wi} for n in (1, 8) for wi, who in enumerate("АБВ")],
    "range": [{"name": "Место", "n": 50, "low": 40, "high": 61, "shown": "50", "colour": "good"}],
    "moments": [{"since": f"{n:02}:00", "n": n, "shown": str(n), "tip": "слова"} for n in range(12)],
    "flows": [{"from": "Водоканал", "to": "Комитет", "left": 0, "right": 1, "n": 4, "tip": "4 раза"}],
}


def rows_of(name: str) -> list[dict[str, object]]:
    assert name in ROWS, f"a new chart «{name}»: give its rows here"
    return ROWS[name]


@pytest.mark.parametrize("name", names())
def test_a_drawing_holds_nothing_that_the_content_policy_forbids_and_only_our_colours(name: str) -> None:
    drawn = draw(name, rows_of(name))
    root = ET.fromstring(drawn)
    assert {e.tag.split("}")[1] for e in root.iter()} <= {"svg", "g", "path", "rect", "line", "text", "title", "a"}
    for element in root.iter():
        for attribute, value in element.attrib.items():
            assert attribute != "style" and not attribute.startswith("on")
            assert not (attribute in ("fill", "stroke") and value not in ("none", "transparent")), (attribute, value)
    assert 'class="chart"' in drawn and 'aria-hidden="true"' in drawn and "font-family" not in drawn


@pytest.mark.parametrize("name", names())
def test_a_chart_fits_a_column_and_a_telephone(name: str) -> None:
    for width in (820, 340):
        assert abs(float(ET.fromstring(draw(name, rows_of(name), width=width)).attrib["width"]) - width) <= 24


def test_marks_lead_to_their_slices_and_say_what_they_are() -> None:
    links = [f"/region/themes/?group={n}&days=30" for n in range(10)]
    drawn = draw("heat", ROWS["heat"], links=links)
    assert re.findall(r'<a href="([^"]+)" tabindex="-1">', drawn)[3] == "/region/themes/?group=3&amp;days=30"
    assert drawn.count("<title>слова</title>") == 10
    assert "<a " not in draw("heat", ROWS["heat"])


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://example.test/", "//example.test/", "data:x"])
def test_no_mark_leads_out_of_the_site(link: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        draw("bars", ROWS["bars"], links=[link])


@pytest.mark.parametrize("name", sorted(PLACED))
def test_what_is_painted_is_what_would_be_drawn(name: str) -> None:
    rows = [{**row, "grade": f"load-{n % 5}", "tip": "<&>" if n % 3 else ""} for n, row in enumerate(rows_of(name))]
    links = [f"/region/?a=1&b={n}" if n % 2 else "" for n in range(len(rows))]
    whole = cleaned(_svg(filled(name, rows, width=340)), links, [str(row["tip"]) for row in rows])
    assert ET.canonicalize(draw(name, rows, width=340, links=links)) == ET.canonicalize(whole)
    other = [{**row, "grade": "none"} for row in rows]
    assert "c-load" not in draw(name, other, width=340) and "<a " not in draw(name, other, width=340)


def test_a_name_that_looks_like_markup_stays_a_name() -> None:
    sly = '<script>alert(1)</script>"><img onerror=x>'
    drawn = draw("bars", [{"name": sly, "n": 1, "shown": sly, "colour": "bar", "tip": sly}])
    assert "<script" not in drawn and "<img" not in drawn
    assert sly in "".join(ET.fromstring(drawn).itertext())


def test_a_chart_is_told_in_the_language_of_the_page() -> None:
    with translation.override("ru"):
        assert ">8 ноя<" in draw("days", ROWS["days"])
    with translation.override("en"):
        assert "Nov" in draw("days", ROWS["days"])


@pytest.mark.parametrize("name", names())
def test_the_same_chart_is_a_file_with_words_above_it(name: str) -> None:
    made = picture(name, rows_of(name), "svg", title="Поступило по дням", note="1–8 ноября").decode()
    assert "Поступило по дням" in made and "1–8 ноября" in made and 'fill="#ffffff"' in made
    assert picture(name, rows_of(name), "png", title="Заголовок").startswith(b"\x89PNG")
    assert picture(name, rows_of(name), "pdf", title="Заголовок").startswith(b"%PDF")


def test_cyrillic_is_drawn_by_letters_of_its_own() -> None:
    # A font without Cyrillic would draw the same empty box for each letter.
    one, other = (picture("bars", [{"name": n, "n": 1, "shown": "", "colour": "bar"}]) for n in ("ЖЖЖЖ", "ШШШШ"))
    assert one != other


@pytest.mark.parametrize("most", [1, 2, 3, 40])
def test_messages_are_counted_in_whole_ones(most: int) -> None:
    drawn = draw("days", [{"day": DAY % n, "n": most if n == 2 else 0, "before": None} for n in range(1, 8)])
    labels = re.findall(r"<text[^>]*>([\d,.]+)</text>", drawn)
    assert labels and not [one for one in labels if "," in one or "." in one]


def test_an_unknown_chart_is_told() -> None:
    with pytest.raises(KeyError):
        draw("../../settings", [])


def test_the_stylesheet_knows_the_colours_of_the_charts() -> None:
    css = (ROOT / "otklik/faces/region/static/region/charts.css").read_text(encoding="utf-8")
    light, dark = css.split('[data-bs-theme="dark"] {')[:2]
    assert dict(re.findall(r"--c-([\w-]+): (#[0-9a-f]{6});", light)) == LIGHT
    assert dict(re.findall(r"--c-([\w-]+): (#[0-9a-f]{6});", dark)) == DARK
    assert len(NAMES) == len(LIGHT) == len(DARK)
    for name in LIGHT:
        assert f".c-{name} {{ fill" in css and f".k-{name} {{ stroke" in css
