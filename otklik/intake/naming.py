"""Names of those who wrote, where the channel tells only their pages: asked for afterwards, in no transaction."""


from otklik.acting import System, acting, widened
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.incoming import Incoming
from otklik.channels.kit.outgoing import Permanent, Retryable
from otklik.channels.kit.polling import ports_of
from otklik.channels.kit.starting import start_once
from otklik.channels.models import Account, Message
from otklik.channels.registered import channel
from otklik.intake.sheets.cleaning import clean
from otklik.residents.models import Resident
from otklik.residents.recording import MAX_NAME, surname_key

ACTOR = System("channels")
NAMES = "channels.names"
AT_ONCE = 300


def ask_for_name(account: Account, one: Incoming) -> None:
    """Start the job when this message's author is known by a page only. Inside the message's transaction."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    if one.author.name or not one.author.link or not hasattr(channel(account.channel), "names"):
        return
    lock = f"{NAMES}:{account.pk}"
    if ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo").exists():
        return
    start_once(NAMES, account.pk)


def name_authors(account_id: int) -> int:
    """Ask for the names of the latest nameless authors. Returns how many were named; a failure names nobody.

    Who is nameless still is asked for again with the next message: a page may be deleted, or the far side silent.
    """
    with acting(ACTOR, read_only=True):
        account = Account.objects.select_related("setup").get(pk=account_id)
        rows = Message.objects.filter(
            account=account, direction=Message.Direction.IN, resident__name="", resident__erased_at=None
        ).order_by("-pk").values_list("resident_id", "raw__author_link")[:AT_ONCE]
        pages = {resident: link for resident, link in rows if link}
    if not pages:
        return 0
    try:
        with Caller(ports=ports_of(account)) as caller:
            names = channel(account.channel).names(  # type: ignore[attr-defined]
                account, sorted(set(pages.values())), caller
            )
    except (Retryable, Permanent):
        return 0
    named = 0
    with acting(ACTOR), widened():
        for resident, link in pages.items():
            name = clean(names.get(link, ""))[:MAX_NAME]
            if name:
                nameless = Resident.objects.filter(pk=resident, name="", erased_at=None)
                named += nameless.update(name=name, surname_key=surname_key(name))
    return named
