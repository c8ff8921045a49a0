"""Templates: what may stand in them, what becomes of them for one case, and what is never sent."""

import pytest

from otklik.answers.templating import Facts, check, fill, gaps_in
from otklik.failures import BadInput

SOCIAL = Facts("social", "vk", 3, public=True, interim=False)
LETTER = Facts("law59", "email", 2, public=False, interim=True)


@pytest.mark.parametrize(
    ("text", "values", "facts", "filled", "gaps"),
    [
        ("Здравствуйте, {имя}!", {"имя": "Анна"}, SOCIAL, "Здравствуйте, Анна!", ()),
        ("До { Срок }.", {"срок": "5 мая"}, SOCIAL, "До 5 мая.", ()),
        ("До {срок}, {имя}.", {"имя": "Анна"}, SOCIAL, "До {срок}, Анна.", ("срок",)),
        ("[если режим=law59]Письмо[иначе]Пост[конец].", {}, SOCIAL, "Пост.", ()),
        ("[если режим=59-ФЗ]Письмо[иначе]Пост[конец].", {}, LETTER, "Письмо.", ()),
        ("А[если канал=vk] в группе[конец].", {}, SOCIAL, "А в группе.", ()),
        ("А[если не канал=vk] в группе[конец].", {}, SOCIAL, "А.", ()),
        ("[если важность>=3]Срочно[конец]", {}, SOCIAL, "Срочно", ()),
        ("[если важность=3]Срочно[конец]", {}, LETTER, "", ()),
        ("[если есть срок]до {срок}[иначе]скоро[конец]", {}, SOCIAL, "скоро", ()),
        ("[если нет срок]скоро[конец]", {"срок": "5 мая"}, SOCIAL, "", ()),
        ("[если ответ=публичный]всем[конец][если вид=промежуточный]пока[конец]", {}, LETTER, "пока", ()),
        ("{что-то} своё", {}, SOCIAL, "{что-то} своё", ()),
    ],
)
def test_a_template_becomes_the_text_of_one_case(text, values, facts, filled, gaps):
    made = fill(text, values, facts)
    assert (made.text, made.gaps) == (filled, gaps)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{фамилия}", "фамилия"),
        ("{имя", "скобка"),
        ("имя}", "скобка"),
        ("{{имя}}", "скобка"),
        ("[если режим=law95]а[конец]", "law95"),
        ("[если погода=дождь]а[конец]", "погода"),
        ("[если режим=social]а", "нет"),
        ("а[конец]", "без своего"),
        ("[если важность>=2]а[если режим=pos]б[конец][конец]", "внутри"),
        ("[если важность>=2]а[иначе]б[иначе]в[конец]", "без своего"),
        ("[если важность>=7]а[конец]", "важность"),
        ("[если есть фамилия]а[конец]", "фамилия"),
        ("[если ]а[конец]", "прочиталось|без своего"),
    ],
)
def test_what_is_no_template_is_refused_when_it_is_saved(text, said):
    with pytest.raises(BadInput, match=said):
        check(text)


def test_what_is_left_unfilled_is_seen_in_any_text():
    assert gaps_in("Здравствуйте, {имя}! [если режим=pos]а[конец] Звоните [телефон]. {своё}") == [
        "{имя}", "[если режим=pos]", "[конец]", "[телефон]"
    ]
    assert gaps_in("Лампу заменили.") == []
