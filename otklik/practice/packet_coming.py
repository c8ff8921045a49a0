"""What a practice or a template of another region becomes here: it waits for our curator, or stands beside ours.

Inside the gate of `packets`. A signature says who wrote it: what the network reads is looked at as our own words are,
and a document inside is opened by the same check as every stranger's.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from otklik.answers import templating
from otklik.answers.letter_form import check_document
from otklik.cases.noticing import notify
from otklik.classifier.models import Theme, ThemeGroup
from otklik.failures import BadInput
from otklik.files.documents import accept_document
from otklik.files.storage import store
from otklik.practice import allowed
from otklik.practice.models import ForeignTemplate, Packet, Practice, TrustedRegion
from otklik.practice.packet_things import PracticeBody, TemplateBody
from otklik.practice.practice_reading import groups
from otklik.practice.residents import refuse_residents
from otklik.territory.models import Kind, Territory


def put_practice(region: TrustedRegion, body: PracticeBody, made_at: datetime, now: datetime) -> Practice:
    """A practice «из другого региона», or its newer text: our curator reads it before the network does."""
    row = Practice.objects.select_for_update(of=("self",)).filter(came_from=region, came_uid=body.uid).first()
    if row is not None:
        _refuse_older(Packet.objects.filter(practice=row), made_at)
        row.version += 1
    else:
        row = Practice(came_from=region, came_uid=body.uid, made_at=now, place=_our_region())
    texts = (body.title, body.problem, body.steps, body.cost, body.act, body.centre)
    _refuse_residents(texts, [body.contact])
    row.title, row.problem, row.steps, row.cost, row.act = body.title, body.problem, body.steps, body.cost, body.act
    row.group = body.group if body.group in groups() else ""
    row.came_name, row.came_contact = _full_name(body.centre, region), body.contact
    row.state, row.confirmed_at, row.confirmed_by, row.returned = Practice.State.WAITING, None, None, ""
    row.file = None
    if body.file is not None:
        _check_inside(body.file)
        row.file = store(accept_document(body.file, body.file_name), row.place_id, body.file_name)
    row.save()
    notify(allowed.people_of(row.place, "curator"), "exchange", case=None, now=now,
           words=f"Практика другого региона ждёт подтверждения: {row.title[:150]}",
           link=f"/region/practices/{row.pk}/")
    return row


def put_template(region: TrustedRegion, body: TemplateBody, made_at: datetime, now: datetime) -> ForeignTemplate:
    """A template of theirs beside those that our centres lend, or its newer text."""
    row = ForeignTemplate.objects.select_for_update(of=("self",)).filter(region=region, uid=body.uid).first()
    if row is not None:
        _refuse_older(Packet.objects.filter(template=row), made_at)
        row.version += 1
    else:
        row = ForeignTemplate(region=region, uid=body.uid)
    _refuse_residents((body.name, body.text, body.note, body.centre), [body.author])
    templating.check(body.text, field="file")
    row.name, row.text, row.theme, row.note = body.name, body.text, _our_theme(body.theme), body.note
    row.centre, row.author = _full_name(body.centre, region), body.author
    row.used, row.share, row.said, row.came_at, row.withdrawn_at = body.used, body.share, body.said, now, None
    row.save()
    return row


def _full_name(centre: str, region: TrustedRegion) -> str:
    return f"{centre} ({region.name})"[:300]


def _refuse_older(packets: Iterable[Packet], made_at: datetime) -> None:
    """An old file that lay about does not bring an old text back."""
    if any(one.made_at >= made_at for one in packets):
        raise BadInput(_("У нас уже есть более новый файл об этом же. Этот ничего не меняет."), "file")


def _refuse_residents(texts: Iterable[str], known: list[str]) -> None:
    for text in texts:
        refuse_residents(text, "file", colleagues=known, hint=_("Попросите прислать файл без этого."))


def _check_inside(content: bytes) -> None:
    try:
        check_document(content)
    except BadInput as wrong:
        raise BadInput(_("Документ внутри файла не принят. %(why)s") % {"why": wrong}, "file") from wrong


def _our_theme(code: str) -> str:
    known = Theme.objects.filter(code=code, retired=False).exists() or ThemeGroup.objects.filter(code=code).exists()
    return code if code and known else ""


def _our_region() -> Territory:
    found = Territory.objects.filter(kind=Kind.REGION, active=True).order_by("pk").first()
    if found is None:
        raise BadInput(_("В программе ещё нет области: сначала заведите её."), "file")
    return found
