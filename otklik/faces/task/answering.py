"""What an executor sends from a task's page: read, kept while it is not taken, and given to the gate once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.acting import Link
from otklik.cases.actions.reply import reply
from otklik.cases.clocks import zone
from otklik.cases.models import TaskReply
from otklik.faces.portal import draft_photos
from otklik.faces.portal.report_form import plain
from otklik.failures import BadInput, Failure
from otklik.files.photos import PhotoRejected

_KEY_LETTERS: Final = 64
BEFORE, AFTER = "before", "photo"  # names of the two slots; the second is as old as the page itself
SLOTS: Final = (BEFORE, AFTER)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the executor filled in, as it goes back onto the page."""

    kind: str = ""
    text: str = ""
    until: str = ""
    whose: str = ""
    no_photo: str = ""
    once: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Typed:
        """Read the form; without a key of its own it gets one."""
        names = ("kind", "text", "until", "whose", "no_photo")
        given = {name: plain(request.POST.get(name, "")) for name in names}
        once = request.POST.get("once", "")
        good = 16 <= len(once) <= _KEY_LETTERS and once.isascii() and once.isprintable()
        return cls(**given, once=once if good else new_key())


def new_key() -> str:
    """A key by which a form sent twice is taken once."""
    return secrets.token_urlsafe(24)


def shelf(link: Link, typed: Typed, slot: str) -> str:
    """Under what the photo of a slot waits; the link is part of it, so that no other link finds it."""
    held = f"{link.link_id}" if link.holder == "executor" else f"list-{link.link_id}-{link.assignment_id}"
    return f"task:{held}:{typed.once}" + (f":{slot}" if slot != AFTER else "")


def take(request: HttpRequest, link: Link, typed: Typed) -> tuple[dict[str, str], str]:
    """Give what was sent to the gate. Returns what is wrong by field, and an alert; both empty when it was taken."""
    wrong = {slot: told for slot in SLOTS if (told := _keep_photo(request, shelf(link, typed, slot), slot))}
    if wrong:
        return wrong, ""
    try:
        until = date.fromisoformat(typed.until) if typed.until else None
    except ValueError:
        return {"until": _("Не похоже на дату. Пример: 31.12.2026.")}, ""
    try:
        reply(
            link, kind=typed.kind, text=typed.text, until=until, whose=typed.whose, no_photo=typed.no_photo,
            photos=draft_photos.take(shelf(link, typed, AFTER)), before=draft_photos.take(shelf(link, typed, BEFORE)),
            once=typed.once,
        )
    except BadInput as bad:
        return {bad.field or "kind": str(bad)}, ""
    except Failure as failure:
        return {}, str(failure)
    for slot in SLOTS:
        draft_photos.forget(shelf(link, typed, slot))
    return {}, ""


def _keep_photo(request: HttpRequest, kept_in: str, slot: str) -> str:
    """Keep the photo of this slot instead of the one before it. Returns why it was refused, or ""."""
    upload = request.FILES.get(slot)
    if upload is None:
        if request.POST.get(f"drop_{slot}"):
            draft_photos.forget(kept_in)
        return ""
    try:
        earlier = draft_photos.photos(kept_in)
        kept = draft_photos.add(kept_in, upload, hints_in=zone())
    except PhotoRejected as wrong:
        return wrong.message
    for photo in earlier:
        if photo.digest != kept.digest:
            draft_photos.remove(kept_in, photo.digest)
    return ""


def slots(link: Link, typed: Typed) -> dict[str, list[draft_photos.DraftPhoto]]:
    """The photos that wait with this form, by slot."""
    return {slot: draft_photos.photos(shelf(link, typed, slot)) for slot in SLOTS}


def no_photo_choices() -> list[tuple[str, str]]:
    """Why there may be no photo, in the order of the page."""
    return [(value, str(label)) for value, label in TaskReply.NoPhoto.choices]
