"""What the program joins by itself is decided by the head or administrator of the municipality, and nobody else."""

import pytest

from otklik.acting import acting
from otklik.cases.actions.folding import allow
from otklik.failures import BadInput, Refused
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from tests.making import SYSTEM, logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def address() -> str:
    return f"/settings/alike/{place(HOME).pk}/"


def test_the_head_chooses_and_the_journal_keeps_both_values() -> None:
    head = logged_in(make_user(("head", HOME)))
    assert head.get("/settings/alike/").status_code == 302
    assert "Всплески" in head.get(address()).content.decode()
    assert head.post(address(), {"by_itself": "likely", "share": "97"}).status_code == 302
    assert region_settings.get("joining", place(HOME).pk) == {"by_itself": "likely", "from": 0.97}
    with acting(SYSTEM):
        entry = Entry.objects.filter(stream=f"setting:joining:{place(HOME).pk}").get()
    assert entry.fields["after"]["by_itself"] == "likely"


@pytest.mark.parametrize("given", [{"by_itself": "all", "share": "97"}, {"by_itself": "never", "share": "5"}, {}])
def test_what_is_no_choice_is_told_beside_the_field(given: dict[str, str]) -> None:
    head = logged_in(make_user(("head", HOME)))
    answer = head.post(address(), given)
    assert answer.status_code == 422 and "invalid-feedback" in answer.content.decode()
    assert region_settings.get("joining", place(HOME).pk)["by_itself"] == "bursts"


def test_others_decide_nothing_here() -> None:
    operator = logged_in(make_user(("operator", HOME)))
    assert operator.get(address()).status_code in (403, 404)
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.post(address(), {"by_itself": "never", "share": "90"}).status_code == 404
    with pytest.raises(Refused):
        allow(make_staff(("operator", HOME)), place(HOME).pk, by_itself="never", start=0.9)
    with pytest.raises(BadInput):
        allow(make_staff(("head", HOME)), place(HOME).pk, by_itself="all", start=0.9)
