"""Videos: a message tells only their token.

https://dev.max.ru/docs-api/methods/GET/videos/-videoToken- (read 2026-11-25).
"""

import re

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Permanent
from otklik.channels.max.api import call
from otklik.channels.max.attached import VIDEO
from otklik.channels.max.updates import part, words
from otklik.channels.models import Account

TOKEN = re.compile(r"[A-Za-z0-9_\-=.]{1,500}")
# What is kept is looked at, not shown on a wall: middle sizes first, then whatever there is.
SIZES = ("mp4_480", "mp4_360", "mp4_720", "mp4_240", "mp4_144", "mp4_1080")


def address_of(account: Account, url: str, caller: Caller) -> str:
    """Raises `Permanent` when the video is not there."""
    token = url.removeprefix(VIDEO)
    if not url.startswith(VIDEO) or not TOKEN.fullmatch(token):
        raise Permanent(_("Видео там не найдено."))
    urls = part(call(account, caller, "GET", f"/videos/{token}"), "urls")
    found = next((words(urls, size) for size in SIZES if words(urls, size).startswith("https://")), "")
    if not found and account.settings.get("api"):  # a gateway of the network's own may hand videos on by plain http
        found = next((words(urls, size) for size in SIZES if words(urls, size).startswith("http://")), "")
    if not found:
        raise Permanent(_("Видео там не найдено."))
    return found
