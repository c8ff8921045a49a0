"""Steps of an exchange between two regions, run inside one: `python -c STEP [[step, given], …]`. Prints JSON."""

STEP = """
import base64, json, sys
from otklik.operations.commands.ready import django_ready
django_ready()
from datetime import date, timedelta
from django.utils import timezone
from otklik.acting import System, acting
from otklik.failures import Failure
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import staff_actor
from io import BytesIO
from docx import Document
from otklik.answers import templates
from otklik.practice import (
    exchange_reading,
    exchange_taking,
    exchanges,
    foreign_lending,
    leaving,
    lending,
    packets,
    passports,
    practices,
    region_keys,
)
from otklik.practice import practice_taking, sending
from otklik.practice.models import Exchange, ForeignTemplate, Practice, Sending, Taken, TrustedRegion
from otklik.territory.models import Kind, Territory
now, system = timezone.now(), System("test")
region = Territory.objects.get(kind=Kind.REGION)
place = Territory.objects.filter(kind=Kind.MUNICIPALITY).order_by("code")[0]
user, made = User.objects.get_or_create(username="nachalnik", defaults={"full_name": "Начальный Пётр Ильич"})
for role, where in (("head", region), ("curator", region)):
    RoleAssignment.objects.get_or_create(user=user, role=role, territory=where, defaults={"since": date(2020, 1, 1)})
head = staff_actor(user, timezone.localdate())

def let_out(row):
    with acting(head, read_only=True):
        seen = leaving.luggage(exchange_reading.the_meeting(row.pk)).digest
    leaving.decide(head, row.pk, allow=True, seen=seen)
    return base64.b64encode(packets.make(head, row.pk)).decode()

def key():
    own = region_keys.own_key()
    code, name = region_keys.own_region()
    return {"code": code, "name": name, "key": own, "compared": region_keys.fingerprint(own)}

def trust(**theirs):
    region_keys.trust(system, **theirs)
    return {}

def invite():
    passports.write(head, place, "plans", "Учебный класс к маю")
    with acting(head, read_only=True):
        seen = passports.draft(place, now).digest
    passports.approve(head, place, seen=seen)
    partner = TrustedRegion.objects.get()
    row = exchanges.plan(head, exchanges.Meeting(
        "Снег за один день", "call", place.pk, None, now + timedelta(days=3), now + timedelta(days=3, hours=1), "",
        partner.pk))
    try:
        packets.make(head, row.pk)
        early = ""
    except Failure as refused:
        early = str(refused)
    return {"file": let_out(row), "early": early}

def take(file):
    try:
        row = packets.take_in(head, base64.b64decode(file), place_id=place.pk)
    except Failure as refused:
        return {"refused": str(refused)}
    with acting(head, read_only=True):
        passport = [packet.content["passport"] for packet in row.packets.all()][-1]
        return {"id": row.pk, "host": row.host_name, "guest": row.guest_name, "people": row.guest_people,
                "words": row.guest_words, "taken": list(Taken.objects.values_list("what", "responsible_name")),
                "plans": "Учебный класс" in json.dumps(passport, ensure_ascii=False)}

def answer():
    row = Exchange.objects.get()
    exchanges.write(head, row.pk, {"guest_people": "Ветлугин И. И., глава", "guest_words": "Спасибо"},
                    version=row.version)
    exchange_taking.take(head, row.pk, what="Смена по часам", due=timezone.localdate() + timedelta(days=30),
                   name="Ветлугин И. И.", place_id=place.pk)
    return {"file": let_out(row)}

def lend():
    page, out = Document(), BytesIO()
    page.add_paragraph("Распоряжение о смене")
    page.save(out)
    partner = TrustedRegion.objects.get()
    for role in ("coordinator",):
        RoleAssignment.objects.get_or_create(
            user=user, role=role, territory=place, defaults={"since": date(2020, 1, 1)})
    keeper = staff_actor(user, timezone.localdate())
    row = practices.make(system, practices.Typed(
        "Смена по часам", sorted(practices.groups())[0], "Двор ждал неделю", "Список\\nСмена\\nПроверка", "ничего",
        "Распоряжение № 7",
        file=("akt.docx", out.getvalue())), place_id=place.pk)
    practices.offer(keeper, row.pk)
    practices.confirm(head, row.pk, version=1)
    own = templates.save(system, name="Снег во дворе", text="Спасибо. Двор уберём.", place_id=place.pk)
    lent = lending.lend(system, own.pk, note="Когда снег")
    made = [sending.ask(keeper, practice_id=row.pk, partner_id=partner.pk),
            sending.ask(keeper, lent_id=lent.pk, partner_id=partner.pk)]
    try:
        packets.make_thing(keeper, made[0].pk)
        early = ""
    except Failure as refused:
        early = str(refused)
    files = []
    for one in made:
        sending.decide(head, one.pk, allow=True, seen=one.digest)
        files.append(base64.b64encode(packets.make_thing(keeper, one.pk)).decode())
    return {"early": early, "practice": files[0], "template": files[1]}

def borrow(file):
    RoleAssignment.objects.get_or_create(
        user=user, role="coordinator", territory=place, defaults={"since": date(2020, 1, 1)})
    keeper = staff_actor(user, timezone.localdate())
    try:
        row = packets.take_in(head, base64.b64decode(file))
    except Failure as refused:
        return {"refused": str(refused)}
    if isinstance(row, Practice):
        practices.confirm(head, row.pk, version=row.version)
        practice_taking.take(keeper, row.pk, place_id=place.pk, tasks=[
            practice_taking.Planned("Список", user.pk, timezone.localdate() + timedelta(days=9))])
        return {"whose": row.whose, "file": row.file.original_name, "taken": row.takings.count()}
    copy = foreign_lending.take_copy(keeper, row.pk, place_id=place.pk)
    return {"whose": row.centre, "text": copy.template.text, "place": copy.place.code}

steps = {"lend": lend, "borrow": borrow, "key": key, "trust": trust, "invite": invite, "take": take, "answer": answer}
print(json.dumps([steps[name](**given) for name, given in json.loads(sys.argv[1])], ensure_ascii=False))
"""
