"""Every answer of every address carries the policies that keep a browser from loading, framing and asking elsewhere."""

import re

import pytest
from django.test import Client

from otklik.faces.content_policy import HEADER
from tests.browser.world import HOME, World, addresses
from tests.faces.test_every_page import LOCAL_ROLES, REGION_ROLES, region_code
from tests.making import logged_in, make_user

FRAMED = re.compile(r"/embed/")  # the short form, meant for the sites of municipalities


def directives(policy: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (part.split() for part in policy.split(";"))}


def test_every_page_is_closed_by_its_headers(world: World) -> None:
    roles = [*((r, HOME) for r in LOCAL_ROLES), *((r, region_code()) for r in REGION_ROLES)]
    staff, visitor = logged_in(make_user(*roles)), Client()
    seen = 0
    for _route, address in addresses(world):
        for client in (staff, visitor):
            client.raise_request_exception = False
            answer = client.get(address)
            policy = directives(answer[HEADER])
            assert policy["default-src"] == ["'none'"], address
            assert not re.search(r"unsafe-|\*", answer[HEADER]), address
            if "sandbox" not in policy:
                assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"], address
                assert policy["base-uri"] == ["'none'"] and policy["form-action"] == ["'self'"], address
                if not FRAMED.match(address):
                    assert policy["frame-ancestors"] == ["'none'"], address
                    assert answer["X-Frame-Options"] == "DENY", address
            assert answer["X-Content-Type-Options"] == "nosniff", address
            assert "camera=()" in answer["Permissions-Policy"], address
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin", address
            assert answer["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin"), address
            assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), address
            seen += 1
    assert seen > 150


@pytest.mark.django_db
def test_errors_are_closed_too() -> None:
    client = Client(raise_request_exception=False)
    for answer in (client.get("/no-such-page/"), client.post("/accounts/logout/"), client.get("/desk/")):
        assert "default-src 'none'" in answer[HEADER]
