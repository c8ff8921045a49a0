"""What stays of messages after erasure: a redacted copy. For `intake.erasing`, the only one that changes a message."""

from collections.abc import Callable, Sequence

from otklik.channels.models import Arrival, Attachment, Delivery, Message, OutsideFile

NO_SALT = b""  # also how an import knows a row whose person was erased


def redact(message_ids: Sequence[int], own: Callable[[str], str], others: Callable[[str], str]) -> dict[str, int]:
    """Put redacted copies in place of the texts, drop what came raw. Caller writes as the gate (widened).

    `own` makes the copy of what the person wrote, `others` of what was written to them. Photos are `photos_of`.
    """
    messages = list(Message.objects.select_for_update().filter(pk__in=message_ids).order_by("pk"))
    for message in messages:
        message.text = (own if message.direction == Message.Direction.IN else others)(message.text)
        message.raw, message.salt = None, NO_SALT
        message.thread = message.author_key = message.link = ""
    Message.objects.bulk_update(
        messages, ["text", "raw", "salt", "thread", "author_key", "link"], batch_size=200
    )
    # The mail or event it was made of goes too; its id stays, so that it is not taken for new.
    Arrival.objects.filter(message__in=messages).update(body=b"", told=None)
    OutsideFile.objects.filter(message__in=messages).delete()
    for delivery in Delivery.objects.filter(message__in=messages):
        delivery.link, delivery.failure, delivery.target = "", others(delivery.failure), {}
        delivery.save(update_fields=["link", "failure", "target"])
    return {"messages": len(messages)}


def photos_of(message_ids: Sequence[int]) -> list[int]:
    """Take the photos off what the person sent; returns the ids of the stored files that lost this use."""
    attached = Attachment.objects.filter(message_id__in=message_ids, message__direction=Message.Direction.IN)
    files = list(attached.values_list("file_id", flat=True))
    attached.delete()
    return files
