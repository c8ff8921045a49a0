"""The coach's box, the board of promises and the debt of postponed decisions as people press them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from otklik.acting import acting, widened
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.models import CoachOverride, Promise
from otklik.cases.actions.problems import make_problem
from otklik.cases.actions.register import register_mirror
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Postponement
from otklik.organisations import region_settings
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


@pytest.fixture
def desk(db):
    """A coordinator of a one-person centre, and a case."""
    with acting(SYSTEM), widened():
        region_settings.put(SYSTEM, "one_person", True, place(HOME).pk)
    user = make_user(("coordinator", HOME), name="Коорд Ия Львовна")
    case = make_case("Когда почините фонарь на улице Мира?")
    return logged_in(user), f"/desk/case/34-{case.number:06d}/", case


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_the_coach_marks_words_names_plainer_ones_and_writes_nothing(desk):
    client, address, case = desk
    shown = client.post(address + "coach/", {"text": "Фонарь на Мира, 8 заменит «Горсвет» в ближайшее время."})
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "Обещание без даты" in page
    assert "<mark" in page
    assert 'role="status"' in page
    script = client.post(address + "coach/", {"text": "<script>alert(1)</script> заменим в ближайшее время."})
    assert "<script>" not in script.content.decode()
    with acting(SYSTEM):
        assert not Promise.objects.exists()
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert stranger.post(address + "coach/", {"text": "так"}).status_code == 404


def test_a_grave_finding_stops_publication_until_a_reason_is_given(desk):
    client, address, case = desk
    sent = {"text": "Фонарь на Мира, 8 заменит «Горсвет» в ближайшее время.", "kind": "final", "then": "publish"}
    stopped = client.post(address + "draft/", sent)
    assert "Обещание без даты".lower() in stopped.content.decode().lower()
    client.post(address + "draft/", sent | {"vouched": "завод не назвал день", "base_version": "1"})
    with acting(SYSTEM):
        assert CoachOverride.objects.get().reason == "завод не назвал день"


def test_days_of_the_text_are_taken_changed_or_declined_in_the_press_that_publishes(desk):
    client, address, case = desk
    text = "Фонарь на Мира, 8 заменит «Горсвет» завтра. Плафон помоем в течение трёх дней."
    box = client.post(address + "coach/", {"text": text}).content.decode()
    keys = [part.split('"')[0] for part in box.split('name="promise_seen_')[1:]]
    assert len(keys) == 2
    sent = {"text": text, "kind": "final", "then": "publish"} | {f"promise_seen_{key}": "1" for key in keys}
    sent |= {f"promise_{keys[1]}": "on", f"promise_until_{keys[1]}": day(5)}
    client.post(address + "draft/", sent)
    with acting(SYSTEM):
        assert [row.until.isoformat() for row in Promise.objects.all()] == [day(5)]


def test_a_promise_is_kept_moved_and_named_from_the_board(desk):
    client, address, case = desk
    client.post(address + "draft/", {"text": "Фонарь на Мира, 8 заменит «Горсвет» завтра.", "kind": "final",
                                     "then": "publish"})
    with acting(SYSTEM):
        [row] = Promise.objects.all()
    page = client.get("/desk/promises/").content.decode()
    assert "Завтра" in page
    assert "«завтра»" in page
    client.post(f"/desk/promises/{row.pk}/move/", {"until": day(9), "reason": "нет ламп"})
    client.post(f"/desk/promises/{row.pk}/move/", {"until": "вчера", "reason": ""})
    with acting(SYSTEM):
        fresh = Promise.objects.get(state="open")
    assert fresh.until.isoformat() == day(9)
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert "«завтра»" not in stranger.get("/desk/promises/").content.decode()
    stranger.post(f"/desk/promises/{fresh.pk}/keep/")
    client.post(f"/desk/promises/{fresh.pk}/keep/")
    with acting(SYSTEM):
        assert Promise.objects.get(pk=fresh.pk).state == "kept"
    assert client.get("/desk/promises/done/").status_code == 200
    assert client.get("/promises/").status_code == 200


def test_a_postponed_decision_is_on_the_desk_and_at_the_region_until_it_is_taken_up(desk):
    client, address, case = desk
    who = make_staff(("coordinator", HOME))
    transfer_regime(who, case.pk, regime="pos", reason="пришло и в ПОС")
    client.post(address + "postpone/", {"until": day(0), "reason": "нет денег"})
    client.post(address + "postpone/", {"until": day(30), "reason": "нет денег"})
    with acting(SYSTEM):
        assert Postponement.objects.get().until.isoformat() == day(30)
    assert f"34-{case.number:06d}" in client.get("/desk/postponed/").content.decode()
    assert "Отложенных решений: 1" in client.get("/region/").content.decode()
    assert client.get("/region/postponed/").status_code == 200
    client.post(address + "come-back/")
    with acting(SYSTEM):
        assert not Postponement.objects.filter(back_at=None).exists()


def test_the_draft_in_the_box_is_the_saved_one_where_no_text_is_sent(desk):
    client, address, case = desk
    save_draft(make_staff(("coordinator", HOME)), case.pk, text="Починим в ближайшее время, «Горсвет».")
    assert "Обещание без даты" in client.post(address + "coach/", {}).content.decode()


def test_a_letter_by_law_offers_its_days_where_its_sending_is_noted(desk):
    client, address, case = desk
    who = make_staff(("coordinator", HOME), ("head", HOME), name="Глава Ада Юрьевна")
    transfer_regime(who, case.pk, regime="law59", reason="подписано и с адресом")
    entry = register_mirror(who, case.pk, regime="law59", number="А-17", registered_at=timezone.now())
    text = "Фонарь на Мира, 8 заменит «Горсвет» завтра. Плафон помоем в течение трёх дней."
    draft = save_draft(who, case.pk, text=text)
    send_to_review(who, draft.pk)
    approve(make_staff(("approver", HOME), name="Соглас Ян Ильич"), draft.pk)
    page = client.get(address).content.decode()
    form = page.split(f'action="{address}sent/"')[1].split("</form>")[0]
    assert f'hx-post="{address}coach/"' in form
    sent = {"registration": entry.pk, "number": "исх-9", "at": day(0), "signer": "Глава", "way": "post"}
    box = client.post(address + "coach/", sent).content.decode()
    keys = [part.split('"')[0] for part in box.split('name="promise_seen_')[1:]]
    assert len(keys) == 2
    seen = {f"promise_seen_{key}": "1" for key in keys}
    wrong = client.post(address + "sent/", sent | seen | {"signer": ""})
    assert wrong.status_code == 422
    assert 'hx-trigger="load"' in wrong.content.decode()
    client.post(address + "sent/", sent | seen | {f"promise_{keys[1]}": "on", f"promise_until_{keys[1]}": day(5)})
    with acting(SYSTEM):
        assert [row.until.isoformat() for row in Promise.objects.all()] == [day(5)]


def test_a_common_answer_names_the_days_that_it_promises(desk):
    client, _address, case = desk
    made = make_problem(make_staff(("coordinator", HOME)), case.pk, title="Темно на Мира")
    until = timezone.localdate() + timedelta(days=9)
    page = f"/desk/problem/{made.pk}/answer/"
    client.post(f"{page}save/", {"text": f"Фонарь на Мира заменим до {until:%d.%m.%Y}.", "kind": "final"})
    text = client.get(page).content.decode()
    assert "Обещаем:" in text
    assert date_format(until, "j E Y") in text
    client.post(f"{page}save/", {"text": "Фонарь на Мира заменили.", "kind": "final", "base_version": 1})
    assert "Обещаем:" not in client.get(page).content.decode()
