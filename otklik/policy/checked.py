"""Which rules of law were read in the text of their article, and which only remembered or seen retold.

Shown beside the rule, so that a lawyer knows where to look first. What is not named here was read.
"""

UNCHECKED = {
    "часть 5 статьи 18 8-ФЗ": "по памяти",
    "часть 6 статьи 18 8-ФЗ": "по памяти",
    "часть 7 статьи 18 8-ФЗ": "по памяти",
    "часть 2 статьи 12 59-ФЗ": "в пересказе регионального закона",
    "часть 4 статьи 11 59-ФЗ": "в пересказе регионального закона",
    "часть 4.1 статьи 11 59-ФЗ": "в пересказе регионального закона",
    "часть 2 статьи 10 59-ФЗ": "по памяти",
    "часть 2 статьи 11 59-ФЗ": "по памяти",
    "часть 4 статьи 8 59-ФЗ": "по памяти",
    "часть 5.1 статьи 11 59-ФЗ": "по памяти",
}
# Rules of the same laws that no regulation and no worked example holds: the pages that quote them show the mark.
QUOTED_ON_PAGES = {
    "часть 3 статьи 13 59-ФЗ": "в пересказе печати",
    "часть 4 статьи 13 59-ФЗ": "по памяти",
    "часть 6 статьи 13 59-ФЗ": "по памяти",
}


def how_known(source: str) -> str:
    """How the program knows a rule whose article it has not read («по памяти»); empty when it has, or is no law's."""
    return UNCHECKED.get(source, "") or QUOTED_ON_PAGES.get(source, "")
