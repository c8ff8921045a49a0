"""An answer out: a comment under the comment, or a private message. Each with the mark by which VK knows a repeat.

`guid` of the four `createComment` and `random_id` of `messages.send` are there to avoid repeated ones (schema 5.199;
the page of messages.send of 2019 adds: over the whole history). How long `guid` is remembered is said nowhere.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt
from otklik.channels.models import Account
from otklik.channels.vk.api import call
from otklik.channels.vk.reading import comment_id


def send(account: Account, outgoing: Outgoing, caller: Caller, group_id: int) -> Receipt:
    """One answer, to where `target` (the `reply` of the message that was read) says."""
    target = outgoing.target
    kind = target.get("kind")
    if kind == "im":
        return _message(account, outgoing, caller, target)
    if kind in ("wall", "topic", "photo", "video"):
        return _comment(account, outgoing, caller, target, group_id)
    raise Permanent(_("Неизвестно, где отвечать. Опубликуйте ответ вручную."))


def _message(account: Account, outgoing: Outgoing, caller: Caller, target: Mapping[str, Any]) -> Receipt:
    peer = int(target["peer"])
    given = {"peer_id": peer, "message": outgoing.text, "random_id": random_id(outgoing.once), "dont_parse_links": 1}
    told = call(account, caller, "messages.send", given, sends=True)
    return Receipt(f"im{peer}_{told}" if isinstance(told, int) and told else "")


def _comment(
    account: Account, outgoing: Outgoing, caller: Caller, target: Mapping[str, Any], group_id: int
) -> Receipt:
    kind, owner, parent = str(target["kind"]), int(target["owner"]), int(target["parent"])
    answered = int(target.get("comment") or 0) or None
    given: dict[str, Any] = {"message": outgoing.text, "guid": outgoing.once}
    if kind == "wall":
        given |= {"owner_id": owner, "post_id": parent, "from_group": group_id, "reply_to_comment": answered}
        told = call(account, caller, "wall.createComment", given, sends=True)
    elif kind == "topic":
        given |= {"group_id": abs(owner), "topic_id": parent, "from_group": 1}
        told = call(account, caller, "board.createComment", given, token="user_token", sends=True)
    else:
        given |= {"owner_id": owner, f"{kind}_id": parent, "from_group": 1, "reply_to_comment": answered}
        method = "photos.createComment" if kind == "photo" else "video.createComment"
        told = call(account, caller, method, given, token="user_token", sends=True)
    made = told.get("comment_id") if isinstance(told, dict) else told
    if not isinstance(made, int) or not made:
        return Receipt()
    external_id = comment_id(kind, owner, parent, made)
    link = f"https://vk.com/wall{owner}_{parent}?reply={made}" if kind == "wall" else ""
    return Receipt(external_id, link)


def random_id(once: str) -> int:
    """A whole number of 31 bits, the same for the same sending; never 0, which VK takes for «none»."""
    return int.from_bytes(hashlib.sha256(once.encode()).digest()[:4]) & 0x7FFFFFFF or 1
