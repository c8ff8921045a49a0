"""What members of staff are told: in the page at once, by letters as they chose, once, and nothing of a resident."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases import noticing, staff_chats
from otklik.cases.actions.notes import note, see
from otklik.cases.actions.reply import reply
from otklik.cases.actions.take import take
from otklik.cases.models import Case, Notice, NoticePost, StaffChat, StaffCode
from otklik.cases.notice_posting import post_waiting
from otklik.cases.numbers import shown
from otklik.channels.models import Arrival
from otklik.organisations.models import Absence, User
from otklik.organisations.staffing import staff_actor
from tests.cases.steps import assigned, executor
from tests.channels.email.connecting import make_account as make_mailbox
from tests.channels.email.smtp_peer import Post, smtp_on_loopback
from tests.channels.max import peer as max_
from tests.channels.max.saying import happens, make_account, message
from tests.making import SYSTEM, at, logged_in, make_case, make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]

DAY = at("2026-03-04 11:00")  # a Wednesday
NIGHT = at("2026-03-04 22:00")
MORNING = at("2026-03-05 08:00")


@pytest.fixture
def post(monkeypatch):
    with smtp_on_loopback(Post()) as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"127.0.0.1:{peer.port}")
        make_mailbox(smtp_host="127.0.0.1", smtp_port=peer.port, smtp_security="plain", sender_name="Отклик")
        yield peer


def worker(email: str = "worker@example.test", role: str = "coordinator", **fields) -> User:
    user = make_user((role, "gorod-kamyshin"), **fields)
    User.objects.filter(pk=user.pk).update(email=email)
    return user


def tell(*users: User, kind: str = "overdue", case: Case | None = None, now=DAY, **fields) -> int:
    with acting(SYSTEM), widened():
        return noticing.notify([user.pk for user in users], kind, case=case, now=now, **fields)


def posts(user: User | None = None) -> list[NoticePost]:
    rows = NoticePost.objects.order_by("pk")
    return list(rows.filter(user=user) if user else rows)


def test_a_letter_says_number_theme_place_and_link_and_no_word_of_the_resident(post) -> None:
    from otklik.organisations import region_settings

    with acting(SYSTEM), widened():
        region_settings.put(SYSTEM, "public_address", "https://otklik.example.test")
    user = worker()
    case = make_case("Сосед Непридуманов с Мира, 12, кв. 7 шумит, звоните 8 927 111-22-33", name="Ада Непридуманова")
    assert tell(user, case=case, words="Вышел срок «ответить».") == 1
    assert post_waiting(DAY) == 0, "what comes in a burst is gathered"
    assert post_waiting(DAY + noticing.GATHER) == 1
    (letter,) = post.letters
    body = letter.get_content()
    assert letter["To"] == "worker@example.test" and shown(case.number) in letter["Subject"]
    assert f"https://otklik.example.test/desk/case/{shown(case.number)}/" in body
    assert "Вышел срок «ответить»." in body and case.territory.short_name in body
    assert not any(word in body for word in ("Непридуман", "шумит", "927", "Мира", "12, кв"))
    assert [one.state for one in posts(user)] == ["done"]


def test_nothing_is_sent_twice_and_what_was_read_is_not_sent_at_all(post) -> None:
    user, quick = worker(), worker("quick@example.test")
    case = make_case()
    tell(user, quick, case=case)
    assert tell(user, case=case) == 0, "it waits already"
    noticing.see(staff_actor(quick, date(2026, 3, 4)), now=DAY)
    later = DAY + timedelta(minutes=5)
    assert [post_waiting(later), post_waiting(later)] == [1, 0]
    assert len(post.letters) == 1
    assert [one.state for one in posts(quick)] == ["needless"]


def test_quiet_hours_hold_all_but_danger_and_the_morning_brings_one_letter(post) -> None:
    user = worker()
    for number in range(3):
        tell(user, case=make_case(f"Не горит фонарь, дом {number}"), now=NIGHT)
    tell(user, kind="danger", case=make_case("Сломана скамейка в парке"), now=NIGHT, urgent=True)
    assert post_waiting(NIGHT) == 1 and "Угроза жизни" in post.letters[0]["Subject"]
    assert post_waiting(MORNING - timedelta(minutes=1)) == 0
    assert post_waiting(MORNING) == 1
    assert len(post.letters) == 2 and "3" in post.letters[1]["Subject"]
    assert all(one.state == "done" for one in posts(user))


def test_a_person_chooses_kinds_ways_and_hours(post) -> None:
    user = worker()
    answer = logged_in(user).post(
        "/desk/notices/choice/",
        {"way": ["mention:email", "silent:max"], "quiet_from": "23:00", "quiet_to": "06:00"},
    )
    assert answer.status_code == 302
    case = make_case()
    tell(user, kind="overdue", case=case, now=NIGHT)
    tell(user, kind="mention", case=case, now=NIGHT)
    assert [one.notice.kind for one in posts(user)] == ["mention"], "unticked: the page only"
    assert post_waiting(NIGHT + noticing.GATHER) == 1, "22:00 is not quiet for them"
    wrong = logged_in(user).post("/desk/notices/choice/", {"quiet_from": "полночь", "quiet_to": ""})
    assert wrong.status_code == 422 and "полночь" in wrong.content.decode()


def test_an_outage_is_tried_again_and_a_refusal_ends_it(post) -> None:
    user = worker("nobody@example.test")
    tell(user, case=make_case())
    post.says["DATA"] = "451 4.3.0 later"
    assert post_waiting(DAY + noticing.GATHER) == 0
    (row,) = posts(user)
    assert row.state == "waiting" and row.attempts == 1 and row.next_at > DAY
    post.says.clear()
    assert post_waiting(row.next_at + timedelta(hours=1)) == 1
    assert len(post.letters) == 1
    post.says["RCPT"] = "550 5.1.1 no such user"
    tell(user, case=make_case())
    assert post_waiting(DAY + timedelta(hours=2)) == 0
    assert (posts(user)[-1].state, post_waiting(DAY + timedelta(days=2))) == ("failed", 0)


def test_a_sending_that_was_cut_off_is_not_sent_again(post) -> None:
    user = worker()
    tell(user, case=make_case())
    with acting(SYSTEM), widened():
        NoticePost.objects.update(state="sending", attempts=1, letter=1, held_until=DAY)
    assert post_waiting(DAY + timedelta(hours=1)) == 0 and not post.letters
    assert [one.state for one in posts(user)] == ["unknown"]
    page = logged_in(user).get("/desk/notices/").content.decode()
    assert "Письма до вас не доходят" in page


def test_on_leave_the_substitute_is_told_in_their_place(post) -> None:
    absent, substitute = worker("absent@example.test", name="Отпускная Ира Львовна"), worker("here@example.test")
    Absence.objects.create(
        user=absent, substitute=substitute, since=date(2026, 3, 1), until=date(2026, 3, 9), entered_at=DAY
    )
    case = make_case()
    assert tell(absent, case=case) == 2
    assert [one.user for one in posts()] == [substitute], "no letter goes to who is on leave"
    post_waiting(DAY + noticing.GATHER)
    assert "Отпускная И. Л." in post.letters[0].get_content()
    assert Notice.objects.get(user=absent).instead_of is None


def test_whoever_lost_the_case_meanwhile_is_sent_nothing_of_it(post) -> None:
    user, case = worker(), make_case()
    tell(user, case=case)
    user.assignments.update(until=date(2026, 3, 1))
    assert post_waiting(DAY + noticing.GATHER) == 0 and not post.letters


def test_a_mention_rings_the_bell_and_opening_the_case_ends_it() -> None:
    author, called = make_staff(("coordinator", "gorod-kamyshin")), worker(name="Званая Анна Ильинична")
    case = make_case()
    note(author, case.pk, text="Посмотрите, @Званая")
    browser = logged_in(called)
    assert '<span class="bell-count">1</span>' in browser.get("/desk/alarms/bell/").content.decode()
    page = browser.get("/desk/notices/").content.decode()
    assert "Вас упомянули" in page and shown(case.number) in page
    see(staff_actor(called, date(2026, 3, 4)), case.pk)
    assert not Notice.objects.filter(seen_at=None).exists()


def test_a_stranger_opens_nobody_elses_notice_and_reads_no_case_of_it() -> None:
    owner, stranger = worker(), make_user(("coordinator", "gorod-volzhskiy"))
    case = make_case()
    tell(owner, case=case)
    notice = Notice.objects.get()
    assert logged_in(stranger).post(f"/desk/notices/{notice.pk}/").status_code == 404
    tell(stranger, case=case)
    page = logged_in(stranger).get("/desk/notices/").content.decode()
    assert shown(case.number) not in page and "карточка сейчас не у вас" in page
    assert logged_in(owner).post(f"/desk/notices/{notice.pk}/")["Location"] == f"/desk/case/{shown(case.number)}/"
    notice.refresh_from_db()
    assert notice.seen_at is not None


def test_max_is_bound_by_a_code_that_works_once_and_opens_no_case(monkeypatch) -> None:
    with max_.max_on_loopback() as far:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", far.url.removeprefix("http://"))
        bot = make_account(far.url)
        far.dialogs.add(77)
        user = worker("")
        code = staff_chats.offer(staff_actor(user, date(2026, 3, 4)), now=at("2026-03-04 11:00"))
        StaffCode.objects.update(made_at=timezone.now())
        happens(bot, "message_created", message("mid.code", code, by=77))
        assert not _cases() and StaffChat.objects.get().target == {"kind": "user", "user": 77}
        assert taken_as() == "ignored"
        assert post_waiting() == 1, "the bot says that it works"
        tell(user, case=make_case(), now=DAY)
        assert post_waiting(DAY + noticing.GATHER) == 1
        assert [call.query["user_id"] for call in far.calls if call.path == "/messages"] == ["77", "77"]
        happens(bot, "message_created", message("mid.again", code, by=78))
        assert StaffChat.objects.get().target["user"] == 77, "a code works once"


def _cases() -> list[Case]:
    with acting(SYSTEM):
        return list(Case.objects.all())


def taken_as() -> str:
    with acting(SYSTEM):
        return Arrival.objects.latest("pk").state


def test_the_owner_hears_of_what_others_do_with_the_case_and_not_of_their_own_steps() -> None:
    owner = worker()
    case = make_case()
    take(staff_actor(owner, date(2026, 3, 4)), case.pk)
    task = assigned(staff_actor(owner, date(2026, 3, 4)), case.pk, timezone.now())
    assert not Notice.objects.exists()
    link = executor(staff_actor(owner, date(2026, 3, 4)), task, timezone.now())
    reply(link, kind="needs_time", text="Нет лампы", until=timezone.localdate(), once="k" * 20)
    assert [(one.user, one.kind) for one in Notice.objects.all()] == [(owner, "replied")]


def test_danger_is_told_at_once_to_the_centre_and_to_the_region_where_nobody_is_there(post) -> None:
    coordinator, curator = worker(), make_user(("curator", "volgograd"))
    make_case("В подъезде пахнет газом, людям плохо")
    assert [(one.user, one.urgent) for one in Notice.objects.filter(kind="danger")] == [(coordinator, True)]
    Absence.objects.create(
        user=coordinator, since=timezone.localdate(), until=timezone.localdate(), entered_at=timezone.now()
    )
    make_case("Во дворе провод под током лежит на земле")
    assert Notice.objects.filter(kind="danger").latest("pk").user == curator


def test_whoever_is_to_stand_in_learns_of_it_at_once() -> None:
    absent, substitute = worker(name="Отпускная Ира Львовна"), worker("here@example.test")
    day = timezone.localdate()
    sent = {"user": absent.pk, "since": day, "until": day + timedelta(days=3), "substitute": substitute.pk}
    assert logged_in(absent).post("/settings/leave/", sent).status_code == 302
    told = Notice.objects.get(user=substitute)
    assert told.kind == "given" and told.words.startswith("Отпускная И. Л.: с ")
