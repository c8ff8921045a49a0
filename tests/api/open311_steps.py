"""A program with a key, and what it asks."""

import json
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from django.test import Client

from otklik.acting import System, acting, widened
from otklik.channels.kit import secrets
from otklik.channels.models import Account, Setup
from tests.making import place

ACTOR = System("channels")
KEY = "a key of the city's app, long enough"
HOLE = {"service_code": "road.pothole", "address_string": "Камышин, улица Мира, 12", "description": "Яма у школы"}


def program(code: str = "app", key: str = KEY, territory: str | None = "gorod-kamyshin") -> Account:
    with acting(ACTOR), widened():
        where = place(territory) if territory else None
        made = Account.objects.create(channel="open311", code=code, name="Приложение", territory=where)
        setup = Setup(account=made)
        secrets.keep(setup, {"key": key})
        setup.save()
    return made


def get(resource: str, **query: Any) -> Any:
    return Client().get(f"/open311/v2/{resource}", query)


def told(resource: str, **query: Any) -> Any:
    answer = get(resource, **query)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(answer.content)


def xml(resource: str, **query: Any) -> Element:
    answer = get(resource, **query)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return fromstring(answer.content)


def post(resource: str = "requests.json", key: str = KEY, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    given = {"api_key": key, **fields} if key else fields
    return Client().post(f"/open311/v2/{resource}", given, headers=headers or {})


def post_json(resource: str = "requests.json", **fields: Any) -> Any:
    return Client().post(
        f"/open311/v2/{resource}", json.dumps({"api_key": KEY, **fields}), content_type="application/json"
    )


def token_of(answer: Any) -> str:
    assert answer.status_code == 201, answer.content.decode()
    return str(json.loads(answer.content)[0]["token"])
