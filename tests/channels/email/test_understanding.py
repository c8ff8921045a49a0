"""Letters as they really come: every table of Russian, headers in all their abuses, MIME broken in each way."""

import struct
import time
import zlib
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from otklik.channels.email.charsets import decode
from otklik.channels.email.heads import mailbox, readable
from otklik.channels.email.hypertext import text_of
from otklik.channels.email.kept import came, identity
from otklik.channels.email.reading import understood
from otklik.channels.kit.incoming import Ignored, Incoming, Unreadable
from otklik.channels.models import Account, Setup
from tests.channels.email.letters import BOX, letter, mixed

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WORDS = "Нет воды уже третий день: ул. Мира, дом 5. Ёлки!"
TABLES = ("utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5")


def read(raw: bytes) -> Incoming:
    account = Account(channel="email", code="mail", name="Почта")
    account.setup = Setup(settings={"address": BOX})
    return understood(account, came(raw).body, NOW)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "named", ["right", "", "us-ascii", "iso-8859-1", "utf-8", "unknown-8bit", "x-no-such", "base64"]
)
def test_russian_is_read_in_each_table_however_it_is_called(table, named):
    assert decode(WORDS.encode(table), table if named == "right" else named) == WORDS


@pytest.mark.parametrize("table", ["koi8-r", "cp1251", "cp866", "iso8859-5"])
def test_a_wrong_name_of_another_table_is_seen_through(table):
    for named in ("koi8-r", "windows-1251", "utf-8"):
        assert decode(WORDS.encode(table), named) == WORDS


def test_other_tongues_are_left_as_they_are():
    assert decode("Crème brûlée".encode("latin-1"), "iso-8859-1") == "Crème brûlée"
    assert decode("Größe".encode("cp1252"), "us-ascii") == "Größe"
    assert decode("日本語".encode("iso2022_jp"), "iso-2022-jp") == "日本語"
    assert decode("中文".encode("gb2312"), "gb2312") == "中文"
    assert decode("żółw".encode("iso8859-2"), "iso-8859-2") == "żółw"
    assert decode(WORDS.encode("utf-16"), "") == WORDS


def test_utf_8_that_was_read_as_another_table_before_us_is_read_back():
    assert decode(WORDS.encode().decode("cp1251", "strict").encode(), "utf-8") == WORDS


def test_a_sign_cut_in_two_does_not_turn_the_rest_into_another_table():
    assert decode(WORDS.encode()[:-1] + b"\xd0", "utf-8").startswith("Нет воды уже третий день")


@pytest.mark.parametrize(("written", "meant"), [
    ("=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
    ("=?utf-8?Q?=D0=9F=D1=80=D0=B8=D0=B2=D0=B5=D1=82_=D0=BC=D0=B8=D1=80?=", "Привет мир"),
    ("=?utf-8?B?0J/RgNC40LI=?= =?utf-8?B?0LXRgg==?=", "Привет"),  # between two words there is no space
    ("=?utf-8?B?0J/RgNC40LLQ?=\r\n =?utf-8?B?tdGC?=", "Привет"),  # cut within a letter
    ("=?koi8-r?B?8NLJ18XU?= Anna", "Привет Anna"),
    ("=?windows-1251?B?z/Do4uXy?=", "Привет"), ("=?WINDOWS-1251?b?z/Do4uXy?=", "Привет"),
    ("=?iso-8859-1?B?z/Do4uXyLCDi7uT7IO3l8g==?=", "Привет, воды нет"),  # another name on it
    ("=?utf-8?Q?a b_c?=", "a b c"), ("Re:=?utf-8?B?0J/RgNC40LLQtdGC?=!", "Re:Привет!"),
    ("=?utf-8?B?0J/RgNC40LLQtdGC", "=?utf-8?B?0J/RgNC40LLQtdGC"),  # never ends
    ("=?utf-8*ru?B?0J/RgNC40LLQtdGC?=", "Привет"), ("=?utf-8?B?0J/RgNC40LLQtdG?=", "Приве"), ("=?x?x?x?=", "=?x?x?x?="),
])
def test_words_of_headers(written, meant):
    assert readable(written).rstrip("\ufffd") == meant


@pytest.mark.parametrize(("written", "name", "address"), [
    ("Анна <anna@example.net>", "Анна", "anna@example.net"), ("anna@example.net", "", "anna@example.net"),
    ("anna@example.net (Анна)", "Анна", "anna@example.net"),
    ('"Проба, Анна" <ANNA@example.net>', "Проба, Анна", "anna@example.net"),
    ('=?utf-8?B?0J/RgNC40LLQtdGCLCDRjw==?= <anna@example.net>', "Привет, я", "anna@example.net"),
    ('"evil@example.org" <anna@example.net>', "evil@example.org", "anna@example.net"),
    ("Анна", "Анна", ""), ("", "", ""),
    ("<>", "", ""), ("Анна <нет адреса>", "Анна <нет адреса", ""),
    ("one@example.net, two@example.net", "two@example.net", "one@example.net"),
])
def test_who_wrote(written, name, address):
    assert mailbox(written)[1] == address
    assert mailbox(written)[0].replace(",", "").strip() == name.replace(",", "").strip() or "two@" in name


@pytest.mark.parametrize("head", [
    "Content-Disposition: attachment; filename*=utf-8''%D0%B0%D0%BA%D1%82.pdf",
    "Content-Disposition: attachment;\r\n filename*0*=utf-8''%D0%B0;\r\n filename*1*=%D0%BA%D1%82;\r\n filename*2=.pdf",
    'Content-Disposition: attachment; filename="=?utf-8?B?0LDQutGCLnBkZg==?="',
    'Content-Disposition: attachment; filename="=?koi8-r?B?wcvU?=.pdf"',
    'Content-Type: application/pdf; name="акт.pdf"',
    'Content-Type: application/pdf; name="%D0%B0%D0%BA%D1%82.pdf"',
    "Content-Disposition: attachment; filename=акт.pdf",
    "Content-Disposition: attachment; filename*=koi8-r''%C1%CB%D4.pdf",
    'Content-Type: application/pdf; name="koi8-r\'\'%C1%CB%D4.pdf"',
])
def test_names_of_files(head):
    (file,) = read(mixed("Акт", (head, b"%PDF"))).files
    assert (file.name, file.data) == ("акт.pdf", b"%PDF")


def test_html_alone_becomes_its_words_and_nothing_of_its_tricks():
    page = ("<html><head><style>p{}</style><title>t</title></head><body><p>Нет&nbsp;света<br>во дворе</p>"
            "<script>x()</script><div style='display:none'>скрыто</div><svg><text>s</text></svg>"
            "<table><tr><td>1</td><td>2</td></tr></table>"
            "<blockquote>Здравствуйте</blockquote><a href='javascript:x'>сюда</a><!-- нет --></body></html>")
    one = read(letter(page, Content_Type="text/html; charset=utf-8", In_Reply_To="<0@x>"))
    assert one.text == "Нет света\nво дворе\n\n1 2\n\nсюда"
    assert one.full_text == "Нет света\nво дворе\n\n1 2\n\n> Здравствуйте\n\nсюда"


@pytest.mark.parametrize("evil", [
    "<!" * 300_000, "<a " * 300_000, "<a href='" * 100_000, "<" * 1_000_000, "&" * 1_000_000, "<div>" * 200_000,
    "</x" * 300_000,
    "<!--" * 200_000, "<![CDATA[" * 100_000, "<script>" + "</" * 300_000, "<b><i></b>" * 90_000, '<a b="' * 150_000,
    "<div style='" * 80_000, "<style><!--" * 80_000,
])
def test_html_built_to_choke_is_read_in_time(evil):
    began = time.process_time()
    text_of(evil)
    assert time.process_time() - began < 5


def test_one_content_in_two_forms_is_taken_once_and_a_form_that_says_nothing_is_left():
    def both(plain: str) -> bytes:
        body = (f"--edge\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n"
                "--edge\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Нет <b>света</b></p>\r\n--edge--\r\n")
        top = letter("", Content_Type='multipart/alternative; boundary="edge"', Content_Transfer_Encoding="")
        return top.rstrip(b"\r\n") + b"\r\n\r\n" + body.encode()

    assert read(both("Нет света")).text == "Нет света"
    assert read(both("This mail client does not support HTML")).text == "Нет света"
    assert read(both("  ")).text == "Нет света"


def test_lines_that_flow_are_joined():
    assert read(letter("Нет \nсвета\n> цитата \n> дальше", Content_Type="text/plain; charset=utf-8; format=flowed",
                       In_Reply_To="<0@x>")).text == "Нет света"


def tnef(*files: tuple[str, bytes], body: str = "") -> bytes:
    """A winmail.dat by [MS-OXTNEF], 2.1: attributes with their levels, ids, lengths and (wrong) checksums."""
    def one(level: int, ident: int, value: bytes) -> bytes:
        return struct.pack("<BII", level, ident, len(value)) + value + b"\0\0"

    out = struct.pack("<IH", 0x223E9F78, 1) + one(1, 0x00069007, struct.pack("<II", 1251, 0))
    if body:
        out += one(1, 0x0002800C, body.encode("cp1251") + b"\0")
    for name, content in files:
        long = name.encode("utf-16-le") + b"\0\0"
        prop = struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(long)) + long + b"\0" * (-len(long) % 4)
        out += one(2, 0x00069002, b"\0" * 14) + one(2, 0x00018010, b"SHORT.DAT\0") + one(2, 0x0006800F, content)
        out += one(2, 0x00069005, prop)
    return out


def test_winmail_dat_gives_its_files_and_its_words():
    packed = tnef(("Акт осмотра.docx", b"docx"), ("фото.jpg", b"jpg"), body="Смотрите вложение")
    one = read(mixed("", ('Content-Type: application/ms-tnef; name="winmail.dat"', packed)))
    assert [(file.name, file.data) for file in one.files] == [("Акт осмотра.docx", b"docx"), ("фото.jpg", b"jpg")]
    assert one.text == "Смотрите вложение"
    plain = read(mixed("Слова письма", ('Content-Type: application/ms-tnef; name="winmail.dat"', packed)))
    assert plain.text == "Слова письма"


@pytest.mark.parametrize("cut", [3, 10, 40, 80, 150, 200])
def test_a_broken_winmail_dat_breaks_nothing(cut):
    packed = tnef(("Акт.docx", b"docx" * 10), body="Слова")
    assert read(mixed("Слова", ("Content-Type: application/ms-tnef", packed[:cut]))).text == "Слова"
    lies = packed[:6] + b"\x01" + packed[7:11] + b"\xff\xff\xff\xff" + packed[15:]
    assert read(mixed("Слова", ("Content-Type: application/ms-tnef", lies))).text == "Слова"
    named = read(mixed("Слова", ('Content-Type: application/octet-stream; name="winmail.dat"', b"not that at all")))
    assert named.files[0].name == "winmail.dat"


def test_an_invitation_is_told_in_words():
    event = ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Сход жителей\\, двор\r\nDTSTART:20261126T150000Z\r\n"
             "LOCATION:Мира 5\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    one = read(mixed("", ("Content-Type: text/calendar; charset=utf-8; method=REQUEST", event.encode())))
    assert one.text == "Приглашение: Сход жителей, двор\nНачало: 26.11.2026 15:00 UTC\nМесто: Мира 5"
    assert one.files[0].name == "приглашение.ics"


def test_a_letter_in_a_letter_is_its_file_and_its_words_where_there_are_no_others():
    inner = letter("Внутри: яма", subject="Первое письмо")
    body = b"--edge\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--edge--\r\n"
    top = letter("", Content_Type='multipart/mixed; boundary="edge"', Content_Transfer_Encoding="")
    one = read(top.rstrip(b"\r\n") + b"\r\n\r\n" + body)
    assert one.text == "Внутри: яма"
    assert one.files[0].name == "Первое письмо.eml"
    assert "яма".encode() in (one.files[0].data or b"")


@pytest.mark.parametrize("raw", [
    letter("Слова", Content_Type='multipart/mixed; boundary="no-such"', Content_Transfer_Encoding=""),
    letter("Слова", Content_Type="multipart/mixed", Content_Transfer_Encoding=""),
    letter("Слова", Content_Type="text/plain; charset", Content_Transfer_Encoding="8bit"),
    letter("Слова", Content_Type=";;;", Content_Transfer_Encoding="x-unheard-of"),
    letter("Слова", Content_Transfer_Encoding="base64"),  # says base64, and is not
    letter(b64encode("Слова".encode()).decode().rstrip("="), Content_Transfer_Encoding="BASE64 ; x"),
    letter("Слова", Date="yesterday", ident="no angle brackets", From="\x01"),
    b"Subject: \xf3\xec\xee\xf7\xf3\n\n\xd3\xeb\xee\xe2\xe0", "\n\nСлова".encode(),
    b"From nobody Mon Jan 1 00:00:00 2026\nFrom: a@b.ru\n\n" + "Слова".encode(),
    letter("Слова").replace(b"\r\n", b"\n"), letter("Слова").replace(b"\r\n", b"\r"),
])
def test_whatever_is_broken_the_words_are_there(raw):
    assert "лова" in read(raw).text or "лова" in read(raw).full_text


def test_an_empty_letter_says_its_subject_and_one_of_nothing_is_seen():
    assert read(letter("", subject="Нет света, Мира 5")).text == "Нет света, Мира 5"
    assert read(letter("", subject="")).text == ""
    with pytest.raises(Unreadable, match="пустое"):
        read(b" \r\n")


def test_huge_headers_and_thousands_of_parts_are_bounded():
    began = time.process_time()
    assert read(letter("Слова", subject="ё" * 3_000_000, To="a@b.ru, " * 200_000)).text == "Слова"
    assert len(read(letter("Слова", References="<a@b> " * 300_000)).answers_to) <= 50
    nested = b"".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n'.encode() for n in range(300))
    assert read(b"From: a@b.ru\r\n" + nested + b"Content-Type: text/plain\r\n\r\nx").what == "message"
    with pytest.raises(Unreadable, match="слишком много"):
        read(b"From: a@b.ru\r\n" + nested * 2)
    many = b"".join(b"--e\r\nContent-Type: image/gif; name=a.gif\r\n\r\nGIF\r\n" for _part in range(20_000))
    assert len(read(b'From: a@b.ru\r\nContent-Type: multipart/mixed; boundary="e"\r\n\r\n' + many).files) <= 500
    assert time.process_time() - began < 30


def test_a_letter_too_large_says_so_in_plain_words():
    from otklik.channels.email.kept import MOST_BYTES

    huge = letter("x") + b"x" * (50 * 1024 * 1024)
    arrival = came(huge)
    assert len(arrival.body) < 10_000
    with pytest.raises(Unreadable, match=f"50 МБ, больше предела в {MOST_BYTES // 1_048_576} МБ"):
        read(huge)


def test_the_mark_of_a_letter_too_large_cannot_be_forged_from_outside():
    assert read(b"\0otklik-oversize 99999999999\nFrom: a@b.ru\n\n" + letter("Слова")).what == "message"


def test_a_bomb_in_a_file_is_kept_as_it_came_and_opened_by_nobody():
    bomb = zlib.compress(b"\0" * 50_000_000, 9)
    (file,) = read(mixed("Слова", ('Content-Type: application/zip; name="a.zip"', bomb))).files
    assert file.data == bomb


def test_the_same_letter_is_known_whatever_servers_add_and_another_is_not():
    plain = letter("Слова")
    assert identity(plain) == identity(b"Received: by x\r\n\tfor y\r\nX-Spam: no\r\n" + plain.replace(b"\r\n", b"\n"))
    assert identity(plain) != identity(letter("Слова."))
    assert identity(plain) != identity(letter("Слова", subject="Другое"))
    nameless = letter("Слова", ident="")
    assert identity(nameless) != identity(b"Received: again\r\n" + nameless)


@pytest.mark.parametrize("raw", [
    letter("x", Content_Type='multipart/report; report-type=disposition-notification; boundary="e"'),
    letter("x", Content_Type='multipart/report; report-type=feedback-report; boundary="e"'),
    letter("x", sender="MAILER-DAEMON@x.ru", subject="Undelivered Mail Returned to Sender"),
    letter("x", sender="Почта <postmaster@x.ru>", subject="Письмо не доставлено"),
    letter("x", Auto_Submitted="auto-replied (vacation)"), letter("x", sender=BOX.upper()),
])
def test_letters_of_machines_are_set_aside_with_their_reason(raw):
    with pytest.raises(Ignored) as why:
        read(raw)
    assert str(why.value)


@pytest.mark.parametrize("raw", [
    letter("Автоответ мне не нужен", subject="Автоответ: почему?"),
    letter("x", sender="postmaster@school.ru", subject="Яма"),
    letter("x", Auto_Submitted="no"), letter("x", Auto_Submitted="auto-generated"), letter("x", Precedence="bulk"),
    letter("Письмо не доставлено почтой", subject="Не доставлено письмо Почтой России"),
])
def test_letters_of_people_that_only_look_like_it_are_not(raw):
    assert read(raw).what == "message"
