"""Whose key it is. A key is the secret of an account of the channel `open311`, made by an administrator."""

import hmac
import logging

from django.utils.translation import gettext as _

from otklik.api.open311.formats import Wrong
from otklik.channels.kit.secrets import secret
from otklik.channels.models import Account
from otklik.channels.open311.channel import SHORTEST_KEY
from otklik.channels.open311.client import is_client
from otklik.failures import Failure

log = logging.getLogger(__name__)


def account_of(key: str) -> Account:
    """The active account of a key. Inside `acting`. Raises `Wrong` 403, without a word about which keys there are."""
    given = key.strip().encode(errors="replace")
    found: Account | None = None
    for one in Account.objects.filter(channel="open311", active=True).select_related("setup").order_by("pk"):
        if is_client(one):  # that key is the other program's, for us
            continue
        try:
            own = secret(one, "key").encode()
        except Failure:  # sealed by another host's key: the settings page says so, strangers are told nothing
            log.exception("the key of account %s cannot be read", one.code)
            continue
        if len(own) >= SHORTEST_KEY and hmac.compare_digest(own, given):
            found = found or one
    if found is None:
        raise Wrong(403, _("Ключ api_key не указан или неверен.") if given else _("Нужен ключ: укажите api_key."))
    return found
