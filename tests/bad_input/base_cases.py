"""What is right in every form: bad values are tried one by one beside these. A form without a base case fails by name.

A page's own values come first (what the browser would send); then `OF_ROUTE`, then `BY_NAME` for what is still empty.
"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from otklik.classifier.loading import current
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from tests.browser.world import HOME
from tests.making import organisation, place

SOON = (timezone.localdate() + timedelta(days=20)).isoformat()
TODAY = timezone.localdate().isoformat()
PHONE = "+79000000044"
MAIL = "proba@example.test"
CODE = "000000"

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
}  # fmt: skip

# A right value where the page's own is not the one that passes, or where the name alone does not say it.
OF_ROUTE: dict[str, dict[str, str | list[str] | Callable[[], str | list[str]]]] = {}


def jpeg() -> SimpleUploadedFile:
    """A small photo."""
    packed = BytesIO()
    Image.new("RGB", (64, 48), "#557799").save(packed, "JPEG")
    return SimpleUploadedFile("снимок.jpg", packed.getvalue(), "image/jpeg")


# Files that belong to a right form.
FILES: dict[str, dict[str, Callable[[], object]]] = {}
# Forms that are not sent here: what they would do is somebody else's.
NOT_A_FORM: dict[str, str] = {"accounts/logout/": "it has no field"}
# (route, field) that takes what the table would refuse, and why that is right.
LOOKED_AT: dict[tuple[str, str], str] = {}
# (route, field) that no page gives back, and why that is right.
NOT_GIVEN: dict[tuple[str, str], str] = {}
