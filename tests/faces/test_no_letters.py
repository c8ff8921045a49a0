"""An address with NUL in it leads nowhere: PostgreSQL takes none, and no thing of ours has it in its name."""

import pytest
from django.test import Client

from tests.faces.test_every_page import region_code
from tests.making import logged_in, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/settings/calendar/R%00U/2026/", "/desk/case/34-%00/", "/desk/export/%00/", "/settings/staff/%00/"]
)
@pytest.mark.parametrize("method", ["get", "head", "post", "options"])
def test_an_address_with_nul_is_a_page_that_is_not_there(address, method):
    member = logged_in(make_user(("administrator", region_code()), ("coordinator", "gorod-kamyshin")))
    answer = getattr(member, method)(address)
    assert answer.status_code == 404
    if method != "head":
        assert "Такой страницы нет" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "sent"),  # what only shows a page takes nothing sent, whatever its token
    [("/c/%00/", 404), ("/task/x%00/", 404), ("/same/%00/", 405), ("/accounts/invitation/%00/", 404)],
)
def test_a_secret_link_with_nul_is_no_link(address, sent):
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == sent
