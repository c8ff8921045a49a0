"""Another site sends nothing in the name of who is logged in: which addresses take a sending without a key, and why."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.making import make_user

# Nothing here is done for a log-in: a secret link, the signed key of a form, or a question that keeps nothing.
REVIEWED = {
    "task/ask/<str:ask_token>/": "the secret link is the authority",
    "task/<str:token>/": "the secret link is the authority",
    "task/list/<str:list_token>/<int:assignment_id>/": "the secret link is the authority",
    "c/<str:token>/": "only read", "c/<str:token>/accepted/": "only read",
    "c/<str:token>/photo/<int:file_id>/": "only read",
    "c/<str:token>/fixed/": "the secret link is the authority",
    "c/<str:token>/rate/": "the secret link is the authority",
    "c/<str:token>/not-fixed/": "the secret link is the authority",
    "c/<str:token>/more/": "the secret link is the authority",
    "c/<str:token>/elsewhere/": "the secret link is the authority",
    "hooks/<slug:channel_name>/<str:account_code>/": "each channel checks its far side's secret or signature",
    "open311/v2/<path:resource>": "the key in the request; nothing is done for a log-in",
    "report/": "the form's signed key",
    "report/photos/": "the form's signed key",
    "report/guess/": "keeps nothing",
    "report/places/": "keeps nothing",
    "report/near/": "keeps nothing",
    "report/nearby/": "keeps nothing",
    "report/point/": "keeps nothing",
    "find/": "a number and a phone, counted",
    "problems/<int:problem_id>/same/": "the page's signed key",
    "embed/<slug:code>/": "the form's signed key",
    "language/": "a cookie of no weight",
}


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, object]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.callback


def test_only_reviewed_addresses_take_a_sending_without_a_key() -> None:
    exempt = {path for path, view in addresses(get_resolver()) if getattr(view, "csrf_exempt", False)}
    assert exempt - set(REVIEWED) == set()


@pytest.mark.django_db
def test_everything_of_staff_refuses_a_forged_sending() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(("administrator", "volgograd"), ("coordinator", "volgograd"), ("head", "volgograd")))
    tried = 0
    for path, view in addresses(get_resolver()):
        if getattr(view, "csrf_exempt", False) or not path.startswith(("desk/", "settings/", "accounts/")):
            continue
        address = "/" + path
        for name, value in (
            ("<str:number>", "34-000001"), ("<str:kind>", "csv"), ("<slug:kind>", "csv"), ("<str:area>", "ru"),
            ("<str:token>", "x"),
        ):
            address = address.replace(name, value)
        parts = address.split("<")
        address = parts[0] + "".join("1" + part.partition(">")[2] for part in parts[1:])
        assert client.post(address).status_code in (403, 405), address
        tried += 1
    assert tried > 80
