"""A member of staff binds their messenger to their account: a one-time code, shown once, sent from there to our bot."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.models import Notice, NoticePost, StaffChat, StaffCode
from otklik.channels.models import Account
from otklik.organisations import limits
from otklik.organisations.models import User
from otklik.organisations.staffing import user_entry

LIVES = timedelta(minutes=30)
DIGITS = 8  # a resident's code has nine: one is never taken for the other
_CODE = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}(?!\d)")
_SALT = "otklik.staff-chat"


def bots() -> list[Account]:
    """Our accounts of MAX that send."""
    return list(Account.objects.filter(channel=Account.Channel.MAX, active=True, ours=True, dry_run=False))


def offer(actor: Staff, now: datetime) -> str:
    """A fresh code, «1234-5678»; the one before stops working."""
    digits = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=actor.user_id)
        StaffCode.objects.update_or_create(
            user_id=actor.user_id, defaults={"code_hash": _hash(digits), "made_at": now}
        )
        user_entry(actor, actor.user_id, "chat_code_made", now)
    return f"{digits[:4]}-{digits[4:]}"


def bound(
    actor: Actor, account: Account, *, text: str, author_key: str, reply: Mapping[str, Any], now: datetime
) -> User | None:
    """Whose chat it is now, if these words are nothing but a live code; else None. Caller acts widened.

    Guesses are counted with those of residents: after ten in an hour an author's codes are not looked at.
    """
    found = _CODE.fullmatch(text.strip())
    if found is None or account.channel != Account.Channel.MAX or reply.get("kind") != "user" or not author_key:
        return None
    if limits.is_over("continue", author_key) is not None:
        return None
    rows = StaffCode.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.filter(
        code_hash=_hash(re.sub(r"\D", "", text)), made_at__gt=now - LIVES, user__is_active=True
    ).first()
    if row is None:
        limits.hit("continue", author_key)
        return None
    user = User.objects.select_for_update().get(pk=row.user_id)
    target = {"kind": "user", "user": reply["user"]}
    StaffChat.objects.update_or_create(
        user=user, defaults={"account": account, "target": target, "bound_at": now}
    )
    row.delete()
    user_entry(actor, user.pk, "chat_bound", now, account=account.pk)
    # Told there, that it works; and in the page, should somebody else have done it.
    notice = Notice.objects.create(user=user, kind="bound", link="/desk/notices/choice/", urgent=True, at=now)
    NoticePost.objects.create(notice=notice, user=user, way=NoticePost.Way.MAX, next_at=now)
    return user


def unbind(actor: Staff, now: datetime) -> bool:
    """The person wishes no more messages there. Returns whether there was anything to undo."""
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=actor.user_id)
        gone, _rows = StaffChat.objects.filter(user_id=actor.user_id).delete()
        if gone:
            user_entry(actor, actor.user_id, "chat_unbound", now)
    return bool(gone)


def _hash(digits: str) -> str:
    return salted_hmac(_SALT, digits, algorithm="sha256").hexdigest()
