"""How much a chain of words weighs as a name: by the words themselves and by what stands around. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from otklik.triage.personal import people
from otklik.triage.personal.name_chains import PARTICLES, Chain, Word
from otklik.triage.personal.name_words import look
from otklik.triage.personal.phrases import Phrases, Seen
from otklik.triage.personal.spans import PersonalSpan

ENOUGH: Final = 1.1  # the weight from which a chain is a name
_LAST_WORD: Final = re.compile(r"[^\W\d_]+\s$")
_PET: Final = re.compile(r"(?:собак[аиу]|кот|кота|кошк[аиу]|п[её]с|пса)\s$")
_HOPELESS: Final = -3.5  # what words of this weight are, no surroundings make good
_VILLAGE: Final = re.compile(
    r"[а-яё]{2}(?:ово|ево|ёво|ино|ыно|ское|цкое|ное|(?:овк|евк|инк|инск)[аеуи]?|овкой|евкой|инкой)$"
)
# Surnames that at the head of a sentence are rather what they mean.
_THINGS: Final = frozenset("мороз мир град гром туман ветер дождь снег буря зима гора дуб".split())  # noqa: SIM905
_SPEAKING: Final = re.compile(
    r"[»\")]?(?:\s*:\s*[«\"]|,?\s*(?:(?:из|с|от|на|в)\s\w+\s)?(?:\([^()\n]{1,40}\)\s*)?(?:(?:мне|нам|там"
    r"|тут|лично|вчера|сегодня|тогда|опять|снова|так|ничего|даже|уже|тоже|всё|все|не|мама|просто)\s)*"
    r"(?P<does>[а-яё]+))",
    re.IGNORECASE,
)
_DEEDS: Final = re.compile(
    r"(?:сказал|говорит|говорил|обеща|ответи|пришёл|пришел|приш|прих[оа]д|звони|отвечает|обозвал|нахами"
    r"|хамит|хамил|кричи|накрич|отказ|направ|записал|принял|уволил"
    r"|уш[её]л|живёт|живет|жила?|требу|просит|проси[лт]|пь[её]т|сдела|сказа|уеха|спас|помог|упал|умер"
    r"|работа|реш[иа]|взял|написа|пиш[еу]т|виде|сообщ|скончал|род"
    r"|поним|знает|бегает|стоит|сидит|подтверд|распоряд|руга|угрожа|избил|ломает|слома|паркует|ставит"
    r"|стучит|шумит|игнорир|бросает|обеспеч|занима|учится|ход[ия]т"
    r"|мешает|мо[йе]т|чистит|убира|вызвал|проживает|является|осмотрел|реагир|представил|предложи|объясни"
    r"|счита|умоля|смее|улыб|разв[оё]д|держит|корм[ия]т|куп[ия])"
)




# What people do to people: «спасибо Тане», «дозвониться до Орловой», «у козловой из пятой».
_TO_PEOPLE: Final = Phrases(
    r"спасибо|благодар\w+|поклон|привет|низкий\s+поклон|передай\w*|позвон\w+|звони(?:ла?|ли|м"
    r"|те|шь|т)|"
    r"дозвонит\w+(?:\s+до)?|обра(?:ти|ща)\w+(?:\s+к)?|подош\w+\s+к|пош\w+\s+к|ходи\w+\s+к|отправи\w+\s+к"
    r"|послал\w*\s+к|жалоб\w+\s+на"
    r"|(?:по|раз|пере)?говор\w+\s+с|общал\w+\s+с|вопрос\w*\s+к|претензи\w+\s+к|приходил[аи]?|приш[её]л"
    r"|пришла|приезжал[аи]?|приехал[аи]?|был[аи]?\s+у"
    r"|сказал[аи]?|ответил[аи]?|обещал[аи]?|пообещал[аи]?|подписал[аи]?|составил[аи]?|принимал[аи]?"
    r"|накажите|наказать|уволить|увольте|проверьте"
    r"|премир\w+|поощр\w+|отблагодар\w+|поздрав\w+|уважа\w+|помогите|по\s+словам|со\s+слов|по\s+вине"
    r"|во\s+главе\s+с|со\s+стороны|в\s+лице"
    r"|вместо|вместе\s+с|согласно\s+ответу|за\s+подписью|исполнитель|исп\.?|отв\.?|ответственн\w+|бейдж\w*"
    r"|табличк\w+|пусть",
    tail=r"[\s:—–-]{1,3}[«\"]?$",
)
_ASIDE: Final = re.compile(r"(?:^|[.!?,]\s)(?:у|к|от|с|за|без|про)\s$", re.IGNORECASE)


# «кв. 6 – Дуб»: who lives in a flat.
_OF_A_FLAT: Final = re.compile(
    r"(?<![а-яё])кв(?:артира)?\.?\s?\d{1,3}(?:,\s?[^.;:,]{2,25},\s?\d{1,3})?\s?[—–-]\s$", re.IGNORECASE
)
# What things do, and orders: they say nothing of a person.
_OF_THINGS: Final = re.compile(
    r"(?:есть|нет|буд|теч|пот[её]к|гор|боли|ста[лн]|слома|порв|лопн|упа[лд]|провали|работа|заби[лт]|засор"
    r"|откл|вон|пахн|зат[оп]|гни|треснул|протух"
    r"|дайте|закончи|нача|отвал|разру|лежит|вис|меша|стоит|стои|был|исчез|проп|капа|шум|гуди|дыми|\w+те$"
    r"|\w+йте$|\w+ть$)"
)


_NEXT_WORD: Final = re.compile(
    r"\s(?:(?:не|уже|опять|снова|вчера|сегодня|всегда|нам|мне|тоже|сам|сама|там|так|всё|все)\s){0,2}([а-яё]{3,})"
)
_FROM_A_PLACE: Final = re.compile(
    r"\s(?:из|с|со|на)\s(?:\d{1,3}(?:-?\w{1,2})?|[а-яё]+(?:ой|ей|ого|ьего|ом|ем))\s(?:кварт|подъезд|этаж|дом|кв\.)"
    r"|\sиз\s(?:\d|соседн|квартир|подъезд|дома|управл|[Жж][ЭэКкСс]|УК|ТСЖ|админ|отдел"
    r"|регистр|бухг)"
)


@lru_cache(maxsize=1 << 14)
def _is_deed(word: str) -> bool:
    return _DEEDS.match(word) is not None


def _does(after: str) -> bool:
    """Whether a verb of one person stands right behind."""
    told = _NEXT_WORD.match(after)
    return told is not None and _OF_THINGS.match(told[1]) is None and look(told[1]).verb


def weigh(text: str, chain: Chain, taken: Sequence[PersonalSpan]) -> None:
    """Give a chain its weight and its reason; `taken` is what was found in the text before."""
    words = [word for word in chain.words if not word.initial]
    if not words:
        chain.weight = 2.0 if chain.role and len(chain.words) > 1 else -9.0
        return
    before = Seen(text[max(0, chain.start - 60) : chain.start])
    after = text[chain.end : chain.end + 60].lstrip(".")
    _weigh_words(chain, words)
    if chain.weight < _HOPELESS:
        chain.street = people.bears_streets(words[0].lower)
        return
    _weigh_surroundings(text, chain, words, before, after, taken)


def _weigh_words(chain: Chain, words: list[Word]) -> None:
    """What the words themselves say."""
    looks = [word.look for word in words]
    initials = len(chain.words) > len(words)
    if len(words) == 1 and not initials and _is_no_name(words[0]):
        chain.add(-4.0, "")
    if len(chain.words) == 1 and people.is_office(words[0].lower) and looks[0].personal < 0.9:
        chain.add(-4.0, "")
    if any(one.patronymic > 0.5 for one in looks):
        chain.add(3.5 if len(words) > 1 else 2.5, "отчество")
    if initials:
        worst = max(one.common for one in looks)
        first = chain.words[0].initial and not (len(chain.words) > 2 and chain.words[1].initial)
        if worst >= 0.8 and not first and words[0].look.living and len(chain.words) < 3:
            chain.add(1.5, "инициалы")
        elif worst >= 0.8 and (first or (words[0].first and len(chain.words) < 3)):
            chain.add(1.0 if any(one.ending or one.personal >= 0.05 for one in looks) else -1.0, "инициалы")
        else:
            chain.add(3.0, "инициалы")
    if any(word.lower in PARTICLES for word in words[1:]):
        chain.add(2.0, "имя из нескольких слов")
    single = len(words) == 1
    best = max((_personal(word) for word in words), default=0.0)
    chain.add(best, "имя или фамилия")
    if not single and best > 0:
        chain.add(1.5 if sum(_personal(word) > 0.4 for word in words) > 1 else 0.6, "имя и фамилия рядом")


def _is_no_name(word: Word) -> bool:
    """A pronoun, a verb, a particle: whatever stands around it."""
    seen = word.look
    return seen.known and seen.personal < 0.02 and (seen.pronoun or not (seen.noun or seen.adjective))


def _personal(word: Word) -> float:
    """How much a word by itself looks like a name: 2 for sure, 0 for a usual word, less for a place or a firm."""
    seen = word.look
    middle = word.capital and not word.first
    if seen.firm and seen.personal < 0.3:
        return -1.5
    place = seen.place if seen.known else 0.0
    if place > 0.4 and seen.personal < 0.2:
        return -2.0
    if not seen.known and seen.name < 0.5 and _VILLAGE.search(word.lower):
        return 0.3
    if not word.text[0] > "\u0400" and word.text.isascii():
        return 0.0
    if (
        not word.capital
        and seen.personal >= 0.3
        and ((seen.usual and seen.name < 0.9) or not (seen.known or seen.name >= 0.9))
    ):
        return 0.8
    if seen.personal >= 0.3 and seen.common < 0.2:
        if word.first and word.lower in _THINGS:
            return 0.2
        sure = 2.1 if seen.known or seen.name >= 0.9 else 1.7 if middle else 1.2 if seen.ending else 0.8
        return sure - (0.6 if place > 0.2 else 0)
    if seen.personal >= 0.05 and seen.known:
        return (1.8 if middle else 0.6) + min(0.4, seen.personal)
    if not seen.known:
        if not word.capital:
            return 0.6 if seen.ending else 0.0
        return (1.3 if middle else 0.8) + (0.6 if seen.ending else 0.0)
    if middle:
        return (
            1.3
            if seen.noun and seen.living
            else 0.9
            if (seen.ending and not seen.place and not seen.adjective) or word.lower.endswith(("ым", "ому", "ого"))
            else 0.3
            if (seen.noun or seen.adjective) and not seen.verb
            else -0.5
        )
    return 0.0


def _weigh_surroundings(
    text: str, chain: Chain, words: list[Word], before: Seen, after: str, taken: Sequence[PersonalSpan]
) -> None:
    """What stands on both sides."""
    full = len(words) > 1 or len(chain.words) > len(words)
    single = not full
    if chain.role:
        chain.add(2.0, "должность или родство перед именем")
        bare = words[0].capital and not words[0].first and before.lower[-2:-1].isalpha()
        if bare and words[0].look.nominative and words[0].look.place > 0.4:
            chain.add(0.5, "")  # «дворник Тохир», not «жители Камышина»
    elif chain.somebody and single and not words[0].first:
        chain.add(1.2 if words[0].look.nominative or words[0].look.surname else 0.6, "человек перед именем")
    elif people.introduced(before):
        chain.add(2.2, "человек назван")
    if single and re.match(r"\s?[(,]\s?\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d", after):
        chain.add(1.2, "дата рождения рядом")
    if (told := re.match(r"\s?[,(–—-]\s?([а-яё-]+)", after)) and people.is_role(told[1]):
        chain.add(1.0, "должность за именем")
    if words[0].capital and not words[0].first and re.match(r",\s(?:котор(?:ый|ая|ого|ой|ому|ым)|кто)\s", after):
        chain.add(1.0, "о человеке")
    told = _SPEAKING.match(after)
    if told and (told["does"] is None or _is_deed(told["does"].lower())):
        chain.add(0.9, "о человеке")
    elif _does(after) and (words[0].look.personal >= 0.05 or not words[0].look.known):
        chain.add(0.7, "о человеке")
    to_whom = None if chain.role else _TO_PEOPLE.search(before) or _ASIDE.search(before.text)
    if to_whom and (words[0].capital or len(to_whom[0].strip()) > 4):  # «у света» in small letters is no Света
        chain.add(0.9, "к человеку")
    if _FROM_A_PLACE.match(after):
        chain.add(0.9, "о человеке")
    middle = single and words[0].capital and not words[0].first
    if middle and words[0].look.nominative and re.search(r"[иаеуоы]л\s$", before.text):
        chain.add(0.7, "о человеке")
    if single and words[0].capital and words[0].look.noun and _OF_A_FLAT.search(before.text):
        chain.add(1.3, "чья квартира")
    if single and re.match(r"\s?[,(]\s?(?:из\s)?кв(?:артир\w+)?\.?\s?\d", after):
        chain.add(1.0, "чья квартира")
    if re.match(r"\s?\((?:это\s)?(?:фамилия|имя)", after):
        chain.add(3.0, "человек назван")
    if (words[0].capital or words[0].look.known) and _signs(text, chain, taken):
        thing = all(word.look.usual and not word.look.living and word.look.personal < 0.02 for word in words)
        named = any(word.look.personal >= 0.05 or (word.look.ending and word.look.living) for word in words)
        chain.add(1.6 if named else 0.8 if thing else 1.0, "подпись")
    honour = people.in_honour(_before_office(before) if chain.role and not chain.somebody else before)
    if honour or (single and people.names_a_street(after)):
        chain.add(-6.0, "")
        chain.street = True
    elif (
        single
        and not chain.role
        and people.is_quality(words[0].lower)
        and not (words[0].look.living and words[0].look.noun and not words[0].look.adjective)
        and (tail := re.match(r" ([а-яё]{3,})", after))
    ):
        following = look(tail[1])
        if (
            following.known
            and (following.noun or following.adjective)
            and not following.past
            and not following.verb
        ):
            chain.add(-2.5, "")
    owners = (
        words[0].look.surname >= 0.3
        and words[0].look.ending
        and _PET.search(before.lower) is not None
    )
    if single and not chain.role and not owners and people.calls_a_firm(before):
        chain.add(-3.0, "")
    if (
        single
        and not (chain.role or chain.somebody)
        and people.bears_streets(words[0].lower)
        and not people.introduced(before)
        and not words[0].first
    ):
        chain.add(-1.5, "")
        chain.street = chain.weight < ENOUGH
    if not any(one.start - chain.end in range(4) for one in taken) and people.house_follows(after):
        chain.add(-3.0, "")
    elif (
        people.stands_as_place(before)
        and not chain.role
        and not people.introduced(before)
        and (not full or (len(words) == 1 and chain.words[0].initial) or _is_street_name(words))
    ):
        chain.add(-3.5 if full else -2.5, "")
        chain.street = True
    quoted = re.search(r"[«\"„“`]\s*(?:\w+\s){0,2}$", before.text) and re.match(r"^[^«„\"]{0,12}[»\"“”`]", after)
    if quoted and not chain.role and not people.introduced(before) and (single or chain.weight < 3.5):
        chain.add(-3.5, "")
    if people.names_a_firm(before) and (re.search(r"[«\"„][^»]*$", before.text) or words[0].look.firm):
        chain.add(-4.0, "")
    if re.match(r"\s(?:и\s(?:К\b|партн|сын(?:овья|ья)?\s?[»\"”]|компан)|&)", after):
        chain.add(-4.0, "")


def _before_office(before: Seen) -> Seen:
    """What stands before the office: «улица Генерала Штеменко» is no general."""
    office = _LAST_WORD.search(before.text)
    head = before.text[: office.start()] if office and office[0][0].isupper() else ""
    return Seen(head)


def _is_street_name(words: list[Word]) -> bool:
    """«по Константина Симонова»: first name and surname in the genitive, as streets are called."""
    return (
        len(words) == 2
        and all("gent" in word.look.cases and not word.look.nominative for word in words[:1])
        and (words[0].look.name > 0.3 and words[1].look.patronymic < 0.3 and "gent" in words[1].look.cases)
    )


def _signs(text: str, chain: Chain, taken: Sequence[PersonalSpan]) -> bool:
    """A sentence of its own, the end of the text, or a phone or an address beside it."""
    rest = text[chain.end :].lstrip(".,;:!) \t\r\n(—–-")
    if not rest or any(
        one.start - chain.end in range(12) and not re.search(r"\w{3}", text[chain.end : one.start])
        for one in taken
    ):
        return True
    if any(
        chain.start - one.end in range(1, 6)
        and re.fullmatch(r"[\s,:—–(-]+", text[one.end : chain.start])
        and one.kind == "address"
        for one in taken
    ):
        return True
    head = text[: chain.start].rstrip(" \t")
    alone = not head or head[-1] in ".!?\n…"
    first = chain.words[0].look
    usual = len(chain.words) == 1 and first.usual and first.name < 0.3
    stop = r"^\.?\s*(?:$|[.\n])" if usual else r"^\.?\s*(?:$|[.,\n]|\s[—–-])"
    return alone and re.match(stop, text[chain.end : chain.end + 5]) is not None
