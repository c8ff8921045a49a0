"""What is new in a letter: quotations as the mailers of Russia write them, signatures, and what must not be cut."""

import pytest

from otklik.channels.email.quoting import new_words

NEW = "Здравствуйте!\nСвета так и нет.\n\nАнна"
OLD = "Здравствуйте! Мы всё починили."
A = "priem@example.org"

QUOTED = {
    "Gmail": f"пн, 5 янв. 2026 г. в 10:00, Приём <{A}>:\n\n> {OLD}\n> Ваш центр",
    "Gmail, broken lines": f"пн, 5 янв. 2026 г. в 10:00, Приёмная администрации города\n<{A}>:\n\n> {OLD}",
    "Gmail in words": f"пн, 5 янв. 2026 г. в 10:00 Приём <{A}> пишет:\n> {OLD}",
    "Gmail in English": f"On Mon, Jan 5, 2026 at 10:00 AM Priem <{A}> wrote:\n\n> {OLD}",
    "Mail.ru": f"Понедельник, 5 января 2026, 10:00 +03:00 от Приём <{A}>:\n \n{OLD}",
    "Mail.ru, marked": f"Понедельник, 5 января 2026, 10:00 +03:00 от Приём <{A}>:\n>{OLD}\n> \n>Центр",
    "Yandex": f"05.01.2026, 10:00, \"Приём\" <{A}>:\n> {OLD}",
    "Yandex without marks": f"05.01.2026, 10:00, \"Приём\" <{A}>:\n{OLD}",
    "Thunderbird": f"05.01.2026 10:00, Приём пишет:\n> {OLD}",
    "iPhone": f"5 янв. 2026 г., в 10:00, Приём <{A}> написал(а):\n\n{OLD}",
    "iPhone, marked": f"> 5 янв. 2026 г., в 10:00, Приём <{A}> написал(а):\n> \n> {OLD}",
    "Outlook": f"-----Исходное сообщение-----\nОт: Приём\nОтправлено: 5 января 2026 г. 10:00\nКому: Анна\n\n{OLD}",
    "Outlook, new": f"________________________________\nОт: Приём <{A}>\nОтправлено: 5 января 2026 г. 10:00\n"
                    f"Кому: Анна\nТема: Re: Фонарь\n\n{OLD}",
    "Outlook, bold": f"*От:* Приём <{A}>\n*Отправлено:* 5 января 2026 г. 10:00\n*Кому:* Анна\n*Тема:* Фонарь\n\n{OLD}",
    "Outlook in English": f"From: Priem <{A}>\nSent: Monday, January 5, 2026 10:00 AM\nTo: Anna\nSubject: x\n\n{OLD}",
    "The Bat": f"Приём <{A}> писал 05.01.2026 10:00:\n> {OLD}",
    "only marks": f"> {OLD}\n> Центр",
}


@pytest.mark.parametrize("mailer", QUOTED)
def test_the_quotation_of_each_mailer_is_cut(mailer):
    assert new_words(f"{NEW}\n\n{QUOTED[mailer]}", is_reply=True) == NEW


@pytest.mark.parametrize("mailer", [name for name in QUOTED if name != "iPhone, marked"])
def test_also_when_the_headers_do_not_say_that_it_answers(mailer):
    assert new_words(f"{NEW}\n\n{QUOTED[mailer]}") == NEW


@pytest.mark.parametrize("signature", [
    "-- \nАнна Пробная\n+7 900 000-00-01", "--\nАнна", "Отправлено с iPhone", "Отправлено из мобильной Почты Mail.ru",
    "Отправлено из мобильного приложения Яндекс Почты", "Sent from my iPhone", "С уважением,\nАнна Пробная",
    "С уважением, Анна", "С уважением,\nАнна\n\nОтправлено с iPhone\n",
])
def test_a_signature_is_cut(signature):
    assert new_words(f"Нет воды.\n\n{signature}") == "Нет воды."


def test_an_answer_between_the_quoted_lines_stays():
    written = f"05.01.2026, 10:00, \"Приём\" <{A}>:\n> Какой дом?\n\nДом пять.\n\n> Какой подъезд?\n\nТретий."
    assert new_words(written, is_reply=True) == "Дом пять.\n\nТретий."


@pytest.mark.parametrize("written", [
    "> 5 лет ждём ремонта, и ничего",  # one marked line is somebody's arrow
    "С уважением относимся к вашей работе, но воды нет.",
    "С уважением,\nжители дома 5 по улице Мира",  # the address is the matter
    "05.01.2026 в 10:00 управляющая компания пишет:\nремонт закончен. А он не закончен.",
    "Прошу ответить на anna@example.net. Список:\n- яма\n- фонарь",
    "От: остановки до школы нет тротуара\nКому: жаловаться?",
    "---------- Forwarded message ---------\nОт: Управдом <u@example.net>\nДата: 5 янв. 2026\nТема: Ремонт\n"
    "Кому: Анна\n\nРемонта не будет.",
    "-------- Пересылаемое сообщение --------\n05.01.2026, 10:00, \"Управдом\" <u@example.net>:\n\nРемонта не будет.",
    "В доме 5:\n-- нет света\n-- нет воды",
    "Тема: вывоз мусора",
])
def test_what_only_looks_like_a_quotation_stays(written):
    assert new_words(written) == written


def test_a_letter_of_nothing_but_a_quotation_is_given_whole():
    written = f"05.01.2026, 10:00, \"Приём\" <{A}>:\n> {OLD}"
    assert new_words(written, is_reply=True) == written


@pytest.mark.parametrize("evil", ["\n" * 190_000, "-- \n" * 40_000, "Отправлено с iPhone\n" * 9_000, ">\n" * 90_000,
                                  "От: x\n" * 30_000, "05.01.2026 a@b.ru\n" * 10_000, "С уважением\n" * 15_000])
def test_a_letter_built_to_choke_is_read_in_time(evil):
    import time

    began = time.process_time()
    new_words(evil)
    assert time.process_time() - began < 5
