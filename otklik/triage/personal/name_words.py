"""What a word may be of a person's name: by the dictionary, by a list, by its ending. Pure; a word is read once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from otklik.triage.words import analysed

_LONGEST: Final = 40
_CASES: Final = frozenset({"nomn", "gent", "datv", "accs", "ablt", "loct"})
_PATRONYMIC: Final = re.compile(
    r"^[а-яё]{2,}(?:(?:ов|ев|ёв|ь|о)(?:ичь?|ича|ичу|ичем|иче)|(?:ыч|ыча|ычу|ычем|ыче)|(?:лич|мич|кич|нич"
    r"|тич)(?:а|у|ём|ем|е)?"
    r"|(?:овн|евн|ёвн|авн|ичн|инишн|ишн|[вл]анн|альн|михалн|санн)(?:а|ы|е|у|ой|ою)|(?:овн|евн)очк[аиеуой]{1,2})$"
)
_SURNAME: Final = re.compile(
    r"^[а-яё’'-]{2,}(?:(?:ов|ев|ёв|ин|ын)(?:а|у|ым|ой|е|ы|ых|ыми)?|(?:ск|цк)(?:ий|ого|ому|им|ом|ая|ой|ую|ие"
    r"|их)|енк[оаиу]|ейк[оа]|ьк[оа]|шк[оа]"
    r"|(?:ч|щ|сь|ш|р|н|л|т|д|б)?(?:ук|юк|чук|щук|няк)(?:а|у|ом|е)?|(?:ян|янц|унц|енц)(?:а|у|ом|ем|е)?|дзе"
    r"|швили|иани|уа|ава|[нксд](?:их|ых)"
    r"|(?:ец)|(?:ман|берг|штейн|сон|кин|бург|фельд|блюм|вич|евич|ович|гер|нер|лер|тер|зон)(?:а|у|ом|ем|е)?"
    r"|заде|баев(?:а|у|ой)?"
    r"|(?:оглы|кызы|улы)|(?:айло|ыло|ало)|дуб|(?:ский)-[а-я]+|(?:ль|рь)(?:цов|ков))$"
)
_FIRM: Final = re.compile(
    r"^(?:рос|гос|обл|гор|мин|глав|спец|рай|жил|рем|тепло|энерго|водо|газ|сбер|альфа|авто|эко|мос|волго"
    r"|нефте|электро|ростел|соц|пенс)"
    r"[а-яё]{3,}$"
)
_FIRM_END: Final = re.compile(
    r"(?:энерго|водоканал|сбыт|газ|строй|банк|надзор|транс|реестр|сервис|сеть|сети|телеком|снаб"
    r"|пром|хоз|маш|инвест|маркет"
    r"|(?<![сц])ком|фонд|центр|плюс|трест|проект|монтаж|ленд|сити|холл|град|поль|вокзал|завод|парк)(?:а|у"
    r"|ом|е|ы)?$"
)


_SHORT_USED: Final = re.compile(
    r"(?:не)?(?:готов|здоров|нов|суров|одинаков|толков|бестолков|деш[её]в|багров|лилов|розов|дармов|бедов|фигов|хренов"
    r"|дерьмов|передов|пунцов|образцов|бордов|оранжев|таков)ый$"
)


@dataclass(frozen=True, slots=True)
class Look:
    """Shares of what a word may be, from 0 to 1, and its likeliest grammar.

    `common` is the share of usual words; `known` tells whether the dictionary has the word at all; `ending` that it
    ends like a surname; `usual` that some usual word, however rare, is written so.
    """

    name: float = 0.0
    surname: float = 0.0
    patronymic: float = 0.0
    place: float = 0.0
    firm: bool = False
    common: float = 0.0
    known: bool = False
    usual: bool = False
    ending: bool = False
    noun: bool = False
    living: bool = False
    thing: bool = False
    nominative: bool = False
    pronoun: bool = False
    cases: frozenset[str] = frozenset()
    adjective: bool = False
    verb: bool = False
    past: bool = False
    lemma: str = ""

    @property
    def personal(self) -> float:
        return self.name + self.surname + self.patronymic


@lru_cache(maxsize=1 << 16)
def look(word: str) -> Look:
    """Read a word in small letters."""
    if not 1 < len(word) <= _LONGEST:
        return Look()
    if "-" in word and not (whole := _look(word)).known:
        parts = [look(part) for part in word.split("-") if len(part) > 1]
        if any(part.place > 0.4 and part.known for part in parts):
            return next(part for part in parts if part.place > 0.4 and part.known)
        best = max(parts, key=lambda part: (part.personal, -part.common), default=whole)
        if best.personal >= 0.3:
            return best
        return replace(whole, ending=whole.ending or any(part.ending for part in parts))
    return _look(word)


def _look(word: str) -> Look:
    parses = analysed(word)
    shares = {"Name": 0.0, "Surn": 0.0, "Patr": 0.0, "place": 0.0, "common": 0.0}
    flags: set[str] = set()
    known = usual = False
    for parse in parses:
        tag, share = parse.tag, parse.score
        kind = next((one for one in ("Name", "Patr", "Surn") if one in tag), "")
        if not kind and ("Geox" in tag or "Orgn" in tag or "Trad" in tag):
            kind = "place"
        if not kind and tag.POS == "ADJS" and parse.normal_form.endswith(("овый", "евый")):
            kind = "" if _SHORT_USED.match(parse.normal_form) else "Surn"  # «жмыхова»: nobody shortens «жмыховый»
        if kind in ("Surn", "Patr", "Name") and not parse.is_known:
            share *= 0.7
        if kind or parse.is_known:
            shares[kind or "common"] += share
        known = known or parse.is_known
        usual = usual or (parse.is_known and not kind)
        if share >= 0.03 and tag.POS == "NOUN":
            flags.add("NOUN")
        if share >= 0.1:
            flags |= {"Apro"} if "Apro" in tag else set()
            flags |= {str(tag.POS), str(tag.case), str(tag.animacy), str(tag.tense)}
    spelt = word.replace("ё", "е")
    lemma = parses[0].normal_form if parses else word
    if spelt in _first_names():
        shares["Name"] = max(shares["Name"], 0.9)
        if shares["common"] < 0.3:
            shares["common"] = 0.0
    if spelt in _rare_surnames() and shares["Surn"] < 0.3:
        shares["Surn"] = 0.3
    patronymic = shares["Patr"] + (0.8 if not known and _PATRONYMIC.match(word) else 0.0)
    return Look(
        name=shares["Name"], surname=shares["Surn"], patronymic=min(1.0, patronymic), place=shares["place"],
        firm=not known and (
            _FIRM_END.search(word) is not None
            or (_FIRM.search(word) is not None and _SURNAME.match(word) is None and patronymic < 0.5)
        ), common=shares["common"], known=known, usual=usual,
        ending=_SURNAME.match(word) is not None, noun="NOUN" in flags, living="anim" in flags, thing="inan" in flags,
        nominative="nomn" in flags, pronoun=bool(flags & {"NPRO", "Apro"}), cases=frozenset(flags & _CASES),
        adjective=bool(flags & {"ADJF", "ADJS"}),
        verb=bool(flags & {"VERB", "INFN"}), past="past" in flags, lemma=lemma,
    )  # fmt: skip


@cache
def _first_names() -> frozenset[str]:
    """First names that the dictionary lacks, in their forms: of the peoples of the country, and short ones."""
    names: set[str] = set()
    for line in Path(__file__).with_name("first_names.txt").read_text(encoding="utf-8").splitlines():
        for name in line.partition("#")[0].split():
            names |= set(_forms(name.replace("ё", "е")))
    return frozenset(names)


@cache
def _rare_surnames() -> frozenset[str]:
    """Surnames that the dictionary has as words only, in their forms."""
    names: set[str] = set()
    for line in Path(__file__).with_name("surnames.txt").read_text(encoding="utf-8").splitlines():
        for name in line.partition("#")[0].split():
            if name.endswith(("ый", "ий", "ой")):
                names |= {name, *(name[:-2] + end for end in ("ого", "ому", "ым", "ом", "ая", "ую"))}
            else:
                names |= set(_forms(name))
            if name.endswith(("ов", "ев", "ин")):
                names |= {name + end for end in ("а", "у", "ым", "ой", "ы", "ых")}
    return frozenset(names)


def _forms(name: str) -> list[str]:
    """A name in the cases it may stand in, by its ending."""
    if name.endswith("ия"):
        return [name, name[:-1] + "и", name[:-1] + "ю", name[:-1] + "ей"]
    if name.endswith("а"):
        stem = name[:-1]
        soft = stem[-1:] in "гкхжшчщ"
        return [name, stem + ("и" if soft else "ы"), stem + "е", stem + "у", stem + "ой", stem + "ей", stem]
    if name.endswith("я"):
        stem = name[:-1]
        return [name, stem + "и", stem + "е", stem + "ю", stem + "ей", stem + "ь"]
    if name.endswith(("ь", "й")):
        stem = name[:-1]
        return [name, stem + "я", stem + "ю", stem + "ем", stem + "е", stem + "и", stem + "ью"]
    if name[-1:] in "бвгджзклмнпрстфхцчшщ":
        return [name, name + "а", name + "у", name + "ом", name + "ем", name + "е"]
    return [name]
