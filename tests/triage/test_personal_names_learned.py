"""The learned voice for names: what it was taught it tells, and it may be taught again from a table."""

from otklik.triage.evaluating.personal import Row
from otklik.triage.personal.name_chains import words_of
from otklik.triage.personal.name_model import likelihood, may_be_asked
from otklik.triage.personal.name_training import learned, nameless


def chance(text: str, word: str) -> float:
    words = words_of(text)
    return likelihood(text, words, next(nth for nth, one in enumerate(words) if one.text == word))


def test_a_name_is_likelier_than_a_usual_word_with_a_capital():
    assert chance("Опять приходила Бабенко и кричала", "Бабенко") > 0.5
    assert chance("Прошу почистить Двор и вывезти снег", "Двор") < 0.3


def test_offices_and_small_words_are_not_asked_about():
    words = words_of("Директор Прокуратуры, двор")
    assert not any(may_be_asked(one) for one in words)


def test_weights_are_learned_from_marked_texts():
    told = [Row(str(nth), "Звонила Сказкина, обещала", ((8, 16, "name"),)) for nth in range(30)]
    other = [Row(str(nth), "Прошу Помочь с водой", ()) for nth in range(30)]
    weights = learned([*told, *other])
    assert weights and max(weights.values()) > 0 > min(weights.values())


def test_the_sentences_of_the_seed_teach_what_is_no_name():
    rows = nameless()
    assert len(rows) > 1_000 and not any(row.spans for row in rows)
