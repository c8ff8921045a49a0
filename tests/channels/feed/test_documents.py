"""Reading feeds of every dialect, well made and broken."""

import time

import pytest

from otklik.channels.feed.document import MOST_ENTRIES, moment
from otklik.channels.feed.entries import ids_of, link_key, print_of
from otklik.channels.feed.parsing import document_of
from tests.channels.feed.feeds import HOLE, LAMP, atom, item, rss


def only(text: str | bytes, kind: str = "") -> tuple[str, str]:
    made = document_of(text if isinstance(text, bytes) else text.encode(), kind)
    assert made.is_feed
    (entry,) = made.entries
    return entry.words()


def test_rss_with_html_in_its_description_is_read_as_a_person_sees_it():
    text = "<p>Яма у&nbsp;школы.</p><script>alert(1)</script><img src='https://x.example/1.png'><br>Глубокая &amp; злая"
    assert only(rss(item(1, "Яма", text))) == ("Яма", "Яма у школы.\n\nГлубокая & злая")


def test_the_full_text_wins_over_the_summary():
    full = f"<content:encoded><![CDATA[<p>{HOLE} {LAMP}</p>]]></content:encoded>"
    assert only(rss(item(1, "Яма", HOLE, more=full)))[1] == f"{HOLE} {LAMP}"


def test_atom_knows_its_kinds_of_text():
    text = "<entry><id>tag:1</id><title>Цены &lt; 100</title><link href='https://a.example/1'/>" \
        "<updated>2026-11-20T10:00:00+03:00</updated>"
    assert only(atom(text + "<content type='html'>&lt;b&gt;Яма&lt;/b&gt;</content></entry>")) == ("Цены < 100", "Яма")
    inner = "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Один &lt; два</p><p>Три</p></div>" \
        "</content>"
    assert only(atom(text + inner + "</entry>"))[1] == "Один < два\n\nТри"
    assert only(atom(text + "<summary>Просто &lt;b&gt;</summary></entry>"))[1] == "Просто <b>"


def test_rdf_is_read():
    text = (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://b.example">'
        '<title>Район</title></channel><item rdf:about="https://b.example/5"><title>Яма</title>'
        '<link>https://b.example/5</link><description>Глубокая</description><dc:date>2026-11-20T10:00:00Z</dc:date>'
        "<dc:creator>Перо</dc:creator></item></rdf:RDF>"
    )
    made = document_of(text.encode())
    assert made.title == "Район" and made.entries[0].guid == "https://b.example/5"
    assert made.entries[0].words() == ("Яма", "Глубокая") and made.entries[0].author == "Перо"
    assert made.entries[0].date == moment("Fri, 20 Nov 2026 10:00:00 GMT")


@pytest.mark.parametrize("table", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
@pytest.mark.parametrize("named", ["right", "nothing", "wrong in xml", "wrong in http"])
def test_the_charset_is_found_whatever_is_named(table, named):
    told = {"right": f' encoding="{table}"', "wrong in xml": ' encoding="utf-8"'}
    text = rss(item(1, "Яма", HOLE), head=f'<?xml version="1.0"{told.get(named, "")}?>')
    kind = "text/xml; charset=iso-8859-1" if named == "wrong in http" else "text/xml"
    assert only(text.encode(table), kind) == ("Яма", HOLE)


@pytest.mark.parametrize(
    "broken",
    [
        "&nbsp;", "R&D", "<br>", "\x0b", "<b>жирно", "</unopened>", "<a href='x'>", "<unknown:tag>", "a < b",
    ],
)
def test_broken_xml_gives_what_is_whole(broken):
    text = rss(item(1, "Яма", HOLE)).replace("<link>", f"{broken}<link>", 1)
    made = document_of(text.encode())
    assert made.is_feed and made.entries[0].words()[1] == HOLE


def test_an_entry_that_was_cut_off_is_left_for_another_time():
    whole = rss(item(1, "Яма", HOLE), item(2, "Фонари", LAMP))
    made = document_of(whole[: whole.index("Почему") + 40].encode())
    assert made.mended and [one.words()[1] for one in made.entries] == [HOLE]


def test_entities_of_the_documents_own_are_never_expanded():
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 20))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ха">{lines}]>' + rss(item(1, "Яма &a19;", HOLE), head="")
    secret = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    began = time.process_time()
    assert "ха" not in only(bomb)[0]
    asks = rss(item(1, "Яма", "слово"), head="").replace("слово", "]]>&x;<![CDATA[")
    assert "root:" not in "".join(only(secret + asks))
    assert time.process_time() - began < 2


@pytest.mark.parametrize("piece", ["<a ", "<![CDATA[", "<!--", "&", "<item>", "<item><title>", "<" * 5])
def test_what_never_ends_takes_no_time(piece):
    began = time.process_time()
    document_of(("<rss><channel>" + piece * 200_000).encode())
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["", "<html><body>404</body></html>", "{}", "\x00" * 100, "<?xml version='1.0'?><x/>"])
def test_what_is_no_feed_is_told(text):
    assert not document_of(text.encode()).is_feed


def test_a_huge_feed_gives_its_first_entries():
    text = rss(*(item(n, f"Яма {n}", "x" * 200) for n in range(3000)))
    assert len(document_of(text.encode()).entries) == MOST_ENTRIES


def test_a_picture_is_an_enclosure_and_a_mail_is_no_name():
    more = "<enclosure url='https://paper.example.ru/1.jpg' type='image/jpeg' length='5'/>" \
        "<enclosure url='https://paper.example.ru/1.mp3' type='audio/mpeg'/><author>pero@example.ru (Перо)</author>"
    entry = document_of(rss(item(1, "Яма", HOLE, more=more)).encode()).entries[0]
    assert (entry.images, entry.author) == (["https://paper.example.ru/1.jpg"], "Перо")


def test_a_link_is_known_without_what_counts_visitors():
    bare = "https://paper.example.ru/news/1"
    for link in (f"{bare}/", "http://www.paper.example.ru/news/1?utm_source=rss", f"{bare}?yclid=5#top"):
        assert link_key(link) == link_key(bare) == "paper.example.ru/news/1"
    assert link_key(f"{bare}?id=5") != link_key(bare) != link_key(f"{bare}#comment-5")
    assert link_key("https://paper.example.ru/") == link_key("javascript:alert(1)") == link_key("https://[") == ""


def test_a_link_that_many_entries_bear_names_none_of_them():
    several = (item(n, f"Яма {n}", HOLE, link="https://paper.example.ru/news") for n in (1, 2))
    assert len(set(ids_of(document_of(rss(*several).encode()).entries, "https://paper.example.ru/rss", {}))) == 2


def test_a_reprint_is_known_and_another_day_is_another_matter():
    own = print_of("Яма", HOLE)
    assert own.alike(print_of("Яма!", HOLE.replace("глубокая", "большая")))
    assert not own.alike(print_of("Фонари", LAMP))
    off = "Отключение воды на улице Мира в домах с чётными номерами по решению водоканала Камышина пройдёт {} ноября"
    assert not print_of("", off.format(26)).alike(print_of("", off.format(27)))
    assert not print_of("Яма", "").alike(print_of("Фонарь", "")) and print_of("Яма", "").alike(print_of("яма", ""))
