"""Two centres that meet: an approved passport, a draft, a meeting with what was taken, a question, a lent template."""

from datetime import timedelta
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from otklik.acting import acting
from otklik.answers import templates
from otklik.files.photos import accept_photo
from otklik.operations.demo_photos import picture
from otklik.practice import exchange_taking, exchanges, lending, passports, questions, region_keys, sending
from otklik.practice.models import ForeignTemplate, PassportVersion
from otklik.practice.reviewing import quarter_of
from tests.making import SYSTEM, make_staff, place

ELSEWHERE = "gorod-volzhskiy"


def make_exchange(home: str) -> dict[str, list[str]]:
    """Make it through the gates; returns values of the addresses' parameters."""
    now, here = timezone.now(), place(home)
    ours = make_staff(("coordinator", home), name="Луговая Нина Ильинична")
    head = make_staff(("head", home), name="Головина Зоя Ильинична")
    theirs = make_staff(("coordinator", ELSEWHERE), name="Заречная Яна Олеговна")
    passports.write(ours, here, "room", "Два кабинета, семь рабочих мест", now=now - timedelta(days=100))
    passports.write(ours, here, "plans", "Свой учебный класс к маю")
    with acting(head, read_only=True):
        seen = passports.draft(here, now).digest
    passports.approve(head, here, seen=seen)
    passports.write(ours, here, "equipment", "Экран на стене")
    passports.propose(ours, here)
    begins = now - timedelta(days=91)
    row = exchanges.plan(ours, exchanges.Meeting(
        "Снег за один день", "call", place(ELSEWHERE).pk, here.pk, begins, begins + timedelta(hours=1),
        where="https://example.test/call",
    ))  # fmt: skip
    row = exchanges.write(ours, row.pk, {"press": "Встретились по видеосвязи."}, version=row.version,
                          photo=accept_photo(picture(1, mended=True).data, "foto.jpg"))
    taken = exchange_taking.take(
        ours, row.pk, what="Дежурство в выходные", due=timezone.localdate() + timedelta(days=5),
        responsible_id=ours.user_id, place_id=here.pk,
    )
    far = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    trusted = region_keys.trust(SYSTEM, code="far", name="Дальняя область", key=far,
                                compared=region_keys.fingerprint(far))
    later = now + timedelta(days=7)
    away = exchanges.plan(ours, exchanges.Meeting(
        "Полив улиц", "visit", here.pk, None, later, later + timedelta(hours=5), "Дальний", trusted.pk,
    ))  # fmt: skip
    asked = questions.ask(ours, place_id=here.pk, title="Кто чистит дворы ночью?", text="Снег идёт с вечера")
    said = questions.reply(theirs, asked.pk, place_id=place(ELSEWHERE).pk, text="Дежурная бригада подрядчика")
    own = templates.save(ours, name="Снег во дворе", text="Спасибо. Двор уберём.", place_id=here.pk)
    lent = lending.lend(ours, own.pk, note="Когда снег идёт вторые сутки")
    sent = sending.ask(ours, lent_id=lent.pk, partner_id=trusted.pk)
    foreign = ForeignTemplate.objects.create(
        region=trusted, uid=uuid4(), name="Полив газонов", text="Спасибо. Польём вечером.", centre="Дальний (Дальняя)",
        author="Дальнева А. А.", note="В жару", used=12, share=75, said=8, came_at=now,
    )
    assert PassportVersion.objects.filter(place=here).count() == 2
    return {
        "exchange_id": [str(row.pk), str(away.pk)], "taken_id": [str(taken.pk)], "question_id": [str(asked.pk)],
        "reply_id": [str(said.pk)], "lent_id": [str(lent.pk)], "field_code": ["room"], "paper": ["invitation"],
        "paper_form": ["pdf"], "quarter": [quarter_of(timezone.localdate()).code], "region_id": [str(trusted.pk)],
        "sending_id": [str(sent.pk)], "foreign_id": [str(foreign.pk)],
    }
