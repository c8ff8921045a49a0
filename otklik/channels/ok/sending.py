"""An answer out: a message into the conversation, or the group's official comment under the comment.

POST graph.user.messages, discussions.addDiscussionComment (`as_admin`): neither has a mark by which OK would know a
repeat, so a sending that was cut off is a person's question.
"""

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt
from otklik.channels.models import Account
from otklik.channels.ok.api import graph, rest


def send(account: Account, outgoing: Outgoing, caller: Caller) -> Receipt:
    """One answer, to where `target` (the `reply` of the message that was read) says."""
    target = outgoing.target
    if target.get("kind") == "chat":
        chat = str(target["chat"])
        body = {"recipient": {"chat_id": chat}, "message": {"text": outgoing.text}}
        told = graph(account, caller, "POST", f"me/messages/{chat}", body, sends=True)
        return _sent(told, str(told.get("message_id") or ""))
    if target.get("kind") == "user":
        body = {"recipient": {"user_id": f"user:{target['user']}"}, "message": {"text": outgoing.text}}
        told = graph(account, caller, "POST", "me/messages", body, sends=True)
        return _sent(told, str(told.get("message_id") or ""))
    if target.get("kind") == "comment":
        thread = f"{target['type']}:{target['discussion']}"
        given = {
            "entityId": target["discussion"], "entityType": target["type"], "comment": outgoing.text,
            "reply_to_comment_id": target.get("comment"), "as_admin": "true",
        }
        told = rest(account, caller, "discussions.addDiscussionComment", given, sends=True)
        made = told.get("id") or told.get("comment_id") or told.get("value")
        return Receipt(f"{thread}:{made}" if made else "")
    raise Permanent(_("Неизвестно, где отвечать. Опубликуйте ответ вручную."))


def _sent(told: dict[str, object], ident: str) -> Receipt:
    success = told.get("success", True)
    if success is False or (isinstance(success, list) and success and success[0] is not True):
        raise Permanent(_("Этот человек не разрешал группе писать ему. Ответьте другим способом."))
    return Receipt(ident)
