"""What the desk shows of kind and tone: badges, filters, covered words, and proposals taken by one key."""

import pytest

from otklik.cases import numbers
from otklik.cases.actions.take import take
from otklik.organisations.directories import save_duty
from tests.cases.steps import entries
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, place, reread

pytestmark = pytest.mark.django_db
HERE = "gorod-kamyshin"
RUDE = "Заебали вы, третий день нет воды на улице Мира, идиоты!"
SPAM = "Займ без отказа за пять минут, переходите по ссылке"
THANKS = "Спасибо дворникам нашего дома, двор блестит"
NOT_OURS = "Пенсионный фонд неправильно посчитал мне стаж"
PANIC = "Завтра в восемь утра выходим перекрывать трассу, берите покрышки!"


@pytest.fixture
def desk():
    return logged_in(make_user(("operator", HERE)))


def page(client, case):
    return client.get(f"/desk/case/{numbers.shown(case.number)}/").content.decode()


def post(client, case, what, **fields):
    return client.post(f"/desk/case/{numbers.shown(case.number)}/{what}/", fields)


def rows(client, query):
    found = client.get(f"/desk/?{query}").content.decode()
    return {part.split('"')[0] for part in found.split('id="row-')[1:]}


def test_rude_words_are_covered_until_asked_for_and_the_matter_stays(desk):
    case = make_case(RUDE)
    assert (case.kind, case.tone) == ("complaint", "obscene")
    shown = page(desk, case)
    assert "Показать дословно" in shown and "•••••••" in shown and "воды" in shown
    assert shown.count("Заебали") == 1 and shown.index("<details class=\"words-whole\"") < shown.index("Заебали")
    listed = desk.get("/desk/?tab=triage").content.decode()
    assert "Заебали" not in listed and "идиоты" not in listed and "третий день нет воды" in listed


def test_calm_words_are_shown_as_they_are(desk):
    shown = page(desk, make_case("На улице Мира не горит фонарь"))
    assert "Показать дословно" not in shown and "•" * 3 not in shown


def test_spam_is_proposed_and_set_aside_by_one_key_never_by_itself(desk):
    case = make_case(SPAM)
    assert case.state == "new"
    shown = page(desk, case)
    assert "Отложить как спам" in shown and 'aria-keyshortcuts="D"' in shown and "Займ без отказа" in shown
    assert post(desk, case, "aside", outcome="spam").status_code == 302
    assert (reread(case.pk).state, reread(case.pk).outcome) == ("closed", "spam")


def test_thanks_are_closed_as_thanks_by_one_key(desk):
    case = make_case(THANKS)
    assert "Закрыть как благодарность" in page(desk, case)
    post(desk, case, "aside", outcome="thanks")
    assert reread(case.pk).outcome == "thanks"


def test_what_is_not_ours_says_where_to_turn_to_and_a_person_sends_it(desk):
    case = make_case(NOT_OURS)
    shown = page(desk, case)
    assert "Социальный фонд России" in shown and "sfr.gov.ru" in shown
    assert reread(case.pk).state == "new"
    assert post(desk, case, "aside", outcome="not_ours").status_code == 422  # words that a person has read
    post(desk, case, "aside", outcome="not_ours", reason="Это решает Социальный фонд: sfr.gov.ru")
    assert reread(case.pk).outcome == "not_ours"


def test_nothing_is_proposed_where_work_goes_on(desk):
    case = make_case(SPAM)
    take(make_staff(("operator", HERE)), case.pk)
    post(desk, case, "aside", outcome="spam")
    card = page(desk, reread(case.pk)).partition('<article id="case"')[2].partition("</article>")[0]
    assert card and "data-proposal" not in card  # below it stands the table of keys, which names what they press


def test_the_queue_filters_by_kind_and_by_tone(desk):
    cases = {name: make_case(text) for name, text in
             {"rude": RUDE, "spam": SPAM, "thanks": THANKS, "calm": "Яма на дороге у дома"}.items()}  # fmt: skip
    number = {name: numbers.shown(case.number) for name, case in cases.items()}
    assert rows(desk, "tab=open&kind=spam") == {number["spam"]}
    assert rows(desk, "tab=open&kind=thanks") == {number["thanks"]}
    assert rows(desk, "tab=open&kind=complaint") == {number["rude"], number["calm"]}
    assert rows(desk, "tab=open&tone=obscene") == {number["rude"]}
    assert len(rows(desk, "tab=open&kind=nonsense&tone=%00")) == 4
    shown = desk.get("/desk/filters/?tab=open&kind=spam").content.decode()
    assert 'id="f_kind"' in shown and '<option value="spam" selected>' in shown and 'id="f_tone"' in shown


def test_badges_name_kind_and_tones(desk):
    listed = desk.get("/desk/?tab=triage")
    for text in (RUDE, SPAM):
        make_case(text)
    listed = desk.get("/desk/?tab=triage").content.decode()
    for word in ("брань", "оскорбление", "спам, реклама"):
        assert word in listed


def test_a_reader_sees_why_it_is_closed_and_opens_it_by_one_button():
    case = make_case(PANIC)
    reader = logged_in(make_user(("coordinator", HERE)))
    shown = page(reader, case)
    assert "Доступ ограничен." in shown and "выходим перекрывать трассу" in shown
    assert post(reader, case, "open-up").status_code == 302
    assert not reread(case.pk).restricted and entries(case.pk, "open_up")
    assert "Открыть доступ" not in page(reader, case)


def test_an_operator_who_restricts_sees_it_no_longer_and_is_told_so(desk):
    case = make_case("Яма на дороге у дома")
    answer = post(desk, case, "restrict", reason="зовут на площадь")
    assert answer.status_code == 302 and answer["Location"] == "/desk/"
    assert "Доступ ограничен" in desk.get("/desk/").content.decode()
    assert desk.get(f"/desk/case/{numbers.shown(case.number)}/").status_code == 404


def test_who_is_no_reader_has_no_tab_of_restricted_cases(desk):
    assert "tab=restricted" not in desk.get("/desk/").content.decode()
    assert "tab=restricted" in logged_in(make_user(("head", HERE))).get("/desk/").content.decode()


def test_an_alarm_of_a_closed_case_rings_for_an_operator_without_its_words(desk):
    save_duty(SYSTEM, place(HERE).pk, [("Дежурный Пробный", "+7 900 000-00-00")])
    make_case("Взорвём офис, в подвале пахнет газом, все на площадь с канистрами!")
    bell = desk.get("/desk/alarms/bell/").content.decode()
    assert 'data-alarms="1"' in bell and "позовите координатора" in bell
    shown = desk.get("/desk/alarms/").content.decode()
    assert "Карточка с ограниченным доступом" in shown and "Дежурный Пробный" in shown
    assert "офис" not in shown and "Тревог нет" not in shown
    sign = bell.split('data-sign="')[1].split('"')[0]
    assert desk.get(f"/desk/alarms/bell/?seen={sign}").status_code == 204


def test_words_that_were_edited_or_erased_meanwhile_break_nothing(desk):
    from otklik.acting import acting, widened
    from otklik.cases.models import Case

    case = make_case(RUDE)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case.pk).update(text="Стёрто")
    assert "Стёрто" in page(desk, case)
