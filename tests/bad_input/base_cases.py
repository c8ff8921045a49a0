"""What is right in every form: bad values are tried one by one beside these. A form without a base case fails by name.

A page's own values come first (what the browser would send); then `OF_ROUTE`, then `BY_NAME` for what is still empty.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from docx import Document
from PIL import Image

from otklik.acting import System, acting
from otklik.cases import numbers
from otklik.cases.models import Case
from otklik.organisations.models import User
from otklik.practice import region_keys, sheet_reading
from tests.browser.world import HOME
from tests.making import organisation, place
from tests.reports.hostile import xlsx

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
    return str(User.objects.filter(full_name__startswith=surname).order_by("pk")[0].pk)


def undisputed_case() -> str:
    """The number of a case that stands in the world's rating and was not disputed yet."""
    with acting(System("test"), read_only=True):
        return numbers.shown(Case.objects.filter(scope=place(HOME), state="assigned").order_by("pk")[0].number)


# A right value where the page's own is not the one that passes, or where the name alone does not say it.
OF_ROUTE: dict[str, dict[str, str | list[str] | Callable[[], str | list[str]]]] = {
    "settings/staff/invite/": {"place_1": "", "role_1": "", "place_2": "", "role_2": "", "place_3": "", "role_3": ""},
    "settings/leave/": {"user": lambda: someone("Лугова"), "substitute": lambda: someone("Степной")},
    "settings/escalation/<int:territory_id>/chain/": {"after0_hours": "4", "after1_hours": "8", "after2_hours": "12"},
    "settings/erasure/": {"sought": "+79000000001"},
    "settings/editions/<int:draft_id>/": {"becomes_road.pothole": "1", "becomes_road.unpaved": "1"},
    "region/bursts/<int:burst_id>/silence/": {"kind": "spam", "reason": "пересылают рекламу"},
    "settings/imports/carry/": {"since": "2026-01-01"},
    "accounts/invitation/<str:token>/": {"password": PASSWORD, "again": PASSWORD},
    "accounts/login/": {"login": "nobody", "password": PASSWORD},
    "accounts/password/change/": {"oldpassword": "pass-word-1234", "password1": PASSWORD, "password2": PASSWORD},
    "accounts/reauthenticate/": {"password": "pass-word-1234"},
    "desk/case/<str:number>/co-executor/": {"organisation": lambda: str(organisation("adm-gorod-volzhskiy").pk)},
    "desk/case/<str:number>/redirect/": {"organisation": lambda: str(organisation("adm-gorod-volzhskiy").pk)},
    "desk/case/<str:number>/forwarded/": {"notified": "on", "not_complained_of": "on"},
    "desk/case/<str:number>/hand-over/": {"territory": lambda: str(place("gorod-volzhskiy").pk)},
    "desk/works/": {
        "begins_at": f"{SOON}T09:00", "ends_at": f"{SOON}T17:00", "places": "Мира: 1–15, 20",
        "territory": lambda: str(place(HOME).pk),
    },
    "desk/works/schedule/": {"territory": lambda: str(place(HOME).pk)},
    "desk/works/<int:work_id>/change/": {"ends_at": f"{SOON}T18:00"},
    "desk/case/<str:number>/inquire/": {"not_complained_of": "on", "what": "Акт осмотра", "until": SOON},
    "desk/case/<str:number>/collective/": {"people": "5", "answer_to": "Проба Ия"},
    "desk/case/<str:number>/origin/": {"through": "Правительство региона", "control": "on"},
    "desk/case/<str:number>/inquiry-over/": {"state": "answered"},
    "desk/case/<str:number>/prove/": {"reference": "РПО-1", "kind": "hand"},
    "desk/reception/new/": {
        "official": "Проба И. Л.", "post": "глава", "essence": "Просит лавочки", "outcome": "written", "held_at": TODAY,
        "body": lambda: str(organisation().pk), "territory": lambda: str(place(HOME).pk), "register": "", "earlier": "",
    },
    "settings/channels/add/<slug:channel_name>/": {
        "name": "Проба", "code": "proba-1", "territory": lambda: str(place(HOME).pk), "own_secret": "s" * 24,
    },
    "task/ask/<str:ask_token>/": {"words": "Чиним, дадим воду к 15:00", "who": "Проба И. Л., диспетчер"},
    "find/": {"link": "34-000001"},
    "region/exchange/plan/": {
        "host": lambda: str(place("gorod-volzhskiy").pk), "guest": lambda: str(place(HOME).pk), "topic": "Снег",
        "begins_at": f"{SOON}T10:00", "ends_at": f"{SOON}T11:00", "outside_name": "", "partner": "",
    },
    "region/exchange/<int:exchange_id>/take/": {
        "what": "Дежурство", "place": lambda: str(place(HOME).pk), "due": SOON, "name": "Проба И. Л.",
        "responsible": "",
    },
    "region/exchange/<int:exchange_id>/sheet/": {
        "people": "Проба И. Л.", "questions": "Сколько вас?", "what1": "Смена", "who1": "Проба И. Л.", "due1": SOON,
    },
    "region/exchange/taken/<int:taken_id>/answer/": {"as": "not", "why": "Нет второй смены"},
    "region/exchange/<int:exchange_id>/leaving/decide/": {"as": "refuse", "words": "Уберите имена"},
    "region/exchange/sendings/<int:sending_id>/decide/": {"as": "refuse", "words": "Уберите имена"},
    "region/passports/<slug:code>/decide/": {"as": "return", "words": "Добавьте акт"},
    "region/passports/<slug:code>/check/<slug:field_code>/": {"as": "text", "text": "Два кабинета"},
    "region/questions/": {"title": "Кто чистит ночью?", "place": lambda: str(place(HOME).pk), "group": ""},
    "region/questions/<int:question_id>/reply/": {"place": lambda: str(place(HOME).pk), "text": "Подрядчик"},
    "region/practices/new/": {
        "group": "water", "problem": "Прорывы", "steps": "Осмотрели\nНашли\nЗаменили", "cost": "ничего",
        "place": lambda: str(place(HOME).pk), "act": "", "contact": "",
    },
    "region/practices/<int:practice_id>/take/": {"due_1": SOON, "due_2": SOON, "due_3": SOON},
    "region/practices/<int:practice_id>/return/": {"reason": "Добавьте цену"},
    "region/practices/<int:practice_id>/takings/<int:taking_id>/": {"in_use": "no", "why": "Нет второй смены"},
    "settings/exchange-keys/": {
        "name": "Дальняя область", "code": "far-2", "key": "ab" * 32,
        "compared": lambda: region_keys.fingerprint("ab" * 32),
    },
    "region/rating/<slug:month>/disputes/": {"number": undisputed_case, "words": "Ждали ответа области"},
    "region/rating/disputes/<int:dispute_id>/": {"how": "refuse", "words": "Дом муниципальный"},
    "region/rating/change/": {"source": "Распоряжение № 7", "valid_from": "2031-01-01"},
    "region/reports/federal/": {"theme": "road.pothole", "topic": "0003.0009.0099.0742", "name": ""},
    "region/reports/federal/back/": {"theme": "road.pothole"},
    "region/reports/morning/give/": {"due": SOON, "who": "Горсвет", "user": "", "risk": "", "about": "/region/"},
    "region/reports/morning/choice/": {"at": "08:00"},
    "region/reports/new/<slug:report_kind>/": {"since": "2026-01-01", "until": "2026-01-31"},
    "region/reports/meetings/": {"day": TODAY, "place": lambda: str(place(HOME).pk), "chair": "Проба И. Л."},
    "region/reports/meetings/<int:meeting_id>/give/": {"due": SOON, "who": "Горсвет", "user": ""},
    "region/reports/forms/": {"kind": "planning", "place": lambda: str(place(HOME).pk)},
    "region/reports/orders/<int:order_id>/<slug:order_act>/": {"outcome": "Посыпали", "due": SOON},
    "region/asks/new/": {"places": lambda: str(place(HOME).pk), "organisations": lambda: str(organisation().pk)},
    "region/samples/<int:sampled_id>/learn/": {"lesson": "Коротко"},
    "desk/curator/remarks/<int:sampled_id>/": {"reply": "Дописали день."},
    "region/pages/plan/<int:post_id>/": {"source": "", "source_id": ""},
    "region/pages/add/": {"body": lambda: str(organisation().pk), "address": "vk.com/proba_7", "account": ""},
    "region/pages/plan/add/": {"place": lambda: str(place(HOME).pk), "page": "", "who": "", "source": "",
                               "source_id": ""},
    "region/pages/duty/": {"body": lambda: str(organisation().pk), "must": "no", "reason": "Приказ № 7"},
    "region/samples/<int:sampled_id>/": {
        f"mark_{code}": "yes"
        for code in ("point", "time", "date", "who", "private", "plain", "polite", "facts", "next", "own")
    },
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


def report_form() -> SimpleUploadedFile:
    """A small form of a report."""
    return SimpleUploadedFile("forma.xlsx", xlsx(("{{ место }}", "{{ период }}")))


def letter_form() -> SimpleUploadedFile:
    """The form of a body."""
    page, packed = Document(), BytesIO()
    for words in ("{адресат}", "{текст}"):
        page.add_paragraph(words)
    page.save(packed)
    return SimpleUploadedFile("бланк.docx", packed.getvalue())


def guest_sheet() -> SimpleUploadedFile:
    """A sheet that a guest filled in."""
    page, packed = Document(), BytesIO()
    for words in (sheet_reading.PEOPLE, "Проба И. Л."):
        page.add_paragraph(words)
    page.save(packed)
    return SimpleUploadedFile("лист.docx", packed.getvalue())


# Forms for which the world of these tests has no right case yet, and why. Bad values are not tried in them.
NO_BASE_CASE = {
    "region/exchange/file/": "a right file bears another region's signature; see tests/practice/test_packets.py",
    "settings/editions/<int:draft_id>/": "its meanings are codes of the draft at hand",
    "settings/imports/carry/": "nothing waits there to be carried back",
    "region/samples/": "the only week with answers is drawn there; tests/curating/test_samples.py sends others",
    "desk/post/": "names of its fields hold ids of letters; tests/faces/desk/test_appeal_pages.py sends it wrong",
}

# Files that belong to a right form.
FILES: dict[str, dict[str, Callable[[], object]]] = {
    "settings/imports/": {"file": lambda: sheet("ID;Текст\n1;Яма у дома\n")},
    "settings/editions/": {"file": lambda: sheet("Группа;Тема\nПути;Ямы\nПути;Лужи\n")},
    "settings/staff/list/": {"file": lambda: sheet(STAFF)},
    "settings/letter-forms/": {"file": letter_form},
    "desk/works/schedule/": {"file": lambda: sheet(f"Улица;Начало;Окончание\nМира;{SOON} 09:00;{SOON} 10:00\n")},
    "settings/map/boundaries/": {"file": boundaries},
    "region/reports/forms/": {"file": report_form},
    "region/exchange/<int:exchange_id>/sheet/read/": {"file": guest_sheet},
    "region/pages/import/": {"file": lambda: sheet(f"Орган;Адрес страницы\n{organisation().name};vk.com/proba\n")},
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
