"""Covering contacts costs no more than the text is long, whoever wrote it."""

import time

import pytest

from otklik.cases.public_words import spans_of
from otklik.residents.hiding import COVER, without_contacts

MADE = ("+7(", "1-", "1 ", "8 900 ", "a", "a.", "@a", "a@", "1.1.20 1:", "кв ", "(", "А.А.", "+1+")


@pytest.mark.parametrize("piece", MADE)
@pytest.mark.parametrize("end", ["", "@", "a", "1", "@a.b"])
def test_a_text_made_to_cost_much_costs_little(piece: str, end: str) -> None:
    began = time.process_time()
    without_contacts(piece * (10_000 // len(piece)) + end)
    spans_of(piece * (2_000 // len(piece)) + end)
    assert time.process_time() - began < 1.0


def test_what_was_covered_is_covered() -> None:
    assert without_contacts("звоните +7(900)555-00-99 или +7 +9 +0 +0 5 5 5 0 0 9 9") == f"звоните {COVER} или {COVER}"
    assert without_contacts("пишите ia@example.ru") == f"пишите {COVER}"
    assert COVER in without_contacts("x" * 300 + "@example.ru")
    assert without_contacts("04.03.2026 10:00, дом 12") == "04.03.2026 10:00, дом 12"
