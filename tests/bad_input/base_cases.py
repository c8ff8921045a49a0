"""What is right in every form: bad values are tried one by one beside these. A form without a base case fails by name.

A page's own values come first (what the browser would send); then `OF_ROUTE`, then `BY_NAME` for what is still empty.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from otklik.organisations.models import User
from tests.browser.world import HOME
from tests.making import organisation, place

SOON = (timezone.localdate() + timedelta(days=20)).isoformat()
TODAY = timezone.localdate().isoformat()
PHONE = "+79000000044"
MAIL = "proba@example.test"
STAFF = "Фамилия, имя, отчество;Имя для входа;Роль;Где\nПроба Ия;proba;оператор;Камышин\n"
PASSWORD = "zelyonaya-reka-7"

# A right value for an empty field of this name, wherever it stands.
BY_NAME: dict[str, str] = {
    "text": "Проверочный текст", "reason": "Причина для проверки", "task": "Сделать для проверки", "q": "",
    "title": "Проверочный заголовок", "words": "Слова для проверки", "note": "Глава, устно", "name": "Проба Ия",
    "full_name": "Проба Ия Львовна", "position": "специалист", "phone": PHONE, "email": MAIL, "taken_by": "Проба И. Л.",
    "street": "Мира", "house": "12", "place_note": "у школы", "settlement": "", "due_at": f"{SOON}T12:00",
    "registered_at": TODAY, "received_at": TODAY, "until": SOON, "promised_for": SOON, "planned_for": SOON,
    "act_date": TODAY, "system": "Проверочная система", "number": "ПР-77", "status": "в работе", "to": "Облкомдортранс",
    "signer": "Проба И. Л.", "url": "https://example.test/77", "said_by": "Проба И. Л.", "whose": "Областное",
    "act_number": "7-п", "attribution": "© проверка", "source": "Проверка", "centre_phone": PHONE, "days": "10",
    "go_live": TODAY, "link": "https://example.test/1", "place": "Камышин, Мира", "address": "Камышин, Мира, 12",
    "at": f"{TODAY}T00:01", "short_name": "Проба", "latitude": "50.08", "longitude": "45.40",
    "sought": PHONE, "confirmed": "стереть", "username": "novaya", "profile": "Проверка", "tiles": "",
}  # fmt: skip


def someone(surname: str) -> str:
    """The id of a member of staff of the world."""
    return str(User.objects.get(full_name__startswith=surname).pk)


# A right value where the page's own is not the one that passes, or where the name alone does not say it.
OF_ROUTE: dict[str, dict[str, str | list[str] | Callable[[], str | list[str]]]] = {
    "settings/staff/invite/": {"place_1": "", "role_1": "", "place_2": "", "role_2": "", "place_3": "", "role_3": ""},
    "settings/leave/": {"user": lambda: someone("Лугова"), "substitute": lambda: someone("Степной")},
    "settings/erasure/": {"sought": "+79000000001"},
    "settings/editions/<int:draft_id>/": {"becomes_road.pothole": "1", "becomes_road.unpaved": "1"},
    "settings/imports/carry/": {"since": "2026-01-01"},
    "accounts/invitation/<str:token>/": {"password": PASSWORD, "again": PASSWORD},
    "accounts/login/": {"login": "nobody", "password": PASSWORD},
    "accounts/password/change/": {"oldpassword": "pass-word-1234", "password1": PASSWORD, "password2": PASSWORD},
    "accounts/reauthenticate/": {"password": "pass-word-1234"},
    "desk/case/<str:number>/co-executor/": {"organisation": lambda: str(organisation("adm-gorod-volzhskiy").pk)},
    "desk/case/<str:number>/redirect/": {"organisation": lambda: str(organisation("adm-gorod-volzhskiy").pk)},
    "desk/case/<str:number>/forwarded/": {"notified": "on", "not_complained_of": "on"},
    "desk/case/<str:number>/hand-over/": {"territory": lambda: str(place("gorod-volzhskiy").pk)},
    "settings/channels/add/<slug:channel_name>/": {
        "name": "Проба", "code": "proba-1", "territory": lambda: str(place(HOME).pk), "own_secret": "s" * 24,
    },
    "find/": {"link": "34-000001"},
}


def jpeg() -> SimpleUploadedFile:
    """A small photo."""
    packed = BytesIO()
    Image.new("RGB", (64, 48), "#557799").save(packed, "JPEG")
    return SimpleUploadedFile("снимок.jpg", packed.getvalue(), "image/jpeg")


def sheet(text: str) -> SimpleUploadedFile:
    """A table."""
    return SimpleUploadedFile("таблица.csv", text.encode(), "text/csv")


def boundaries() -> SimpleUploadedFile:
    """A square for our city."""
    ring = [[45.3, 50.0], [45.5, 50.0], [45.5, 50.2], [45.3, 50.2], [45.3, 50.0]]
    name = place(HOME).name
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    whole = {"type": "FeatureCollection", "features": [feature]}
    return SimpleUploadedFile("границы.geojson", json.dumps(whole).encode(), "application/json")


# Forms for which the world of these tests has no right case yet, and why. Bad values are not tried in them.
NO_BASE_CASE = {
    "settings/editions/<int:draft_id>/": "its meanings are codes of the draft at hand",
    "settings/imports/carry/": "nothing waits there to be carried back",
}

# Files that belong to a right form.
FILES: dict[str, dict[str, Callable[[], object]]] = {
    "settings/imports/": {"file": lambda: sheet("ID;Текст\n1;Яма у дома\n")},
    "settings/editions/": {"file": lambda: sheet("Группа;Тема\nПути;Ямы\nПути;Лужи\n")},
    "settings/staff/list/": {"file": lambda: sheet(STAFF)},
    "settings/map/boundaries/": {"file": boundaries},
}
# Forms that are not sent here: what they would do is somebody else's.
NOT_A_FORM: dict[str, str] = {"accounts/logout/": "it has no field"}
# (route, field) that takes what the table would refuse, and why that is right.
LOOKED_AT: dict[tuple[str, str], str] = {
    ("desk/bulk/", "case"): "numbers of nothing are left out, and the page says how many",
}
SEARCHED = ("q",)  # a box that only helps to choose: nothing of it is kept
# Forms whose base case is told no: the answer is the same for a right and a wrong one.
REFUSED_ANYWAY = {"accounts/login/": "an account is needed, and hashing is slow on purpose"}
# (route, field) that no page gives back, and why that is right.
NOT_GIVEN: dict[tuple[str, str], str] = {}
