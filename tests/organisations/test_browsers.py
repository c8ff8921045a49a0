"""Log-ins are told by the browser's name, not by its whole header."""

import pytest

from otklik.organisations.browsers import LONGEST, in_words

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME + " YaBrowser/24.6", "Yandex, Windows"),
        (CHROME + " Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_two_words(agent, words):
    assert in_words(agent) == words


def test_what_is_unknown_is_cut_short():
    assert in_words("ч" * 500) == "ч" * LONGEST
