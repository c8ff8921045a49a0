"""To which earlier case a message belongs, if to any."""

from otklik.cases.actions import heard
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit.incoming import Incoming
from otklik.channels.models import Account
from otklik.intake.channel_cases import author_key


def earlier_case(account: Account, one: Incoming) -> Case | None:
    """Whose words these are: by a signed address, by the message they answer, by the conversation; and by its author.

    A stranger who writes under somebody's message opens a case of their own. Never by a number quoted in the text.
    """
    key = author_key(account, one.author)
    found: Case | None = None
    if one.case_id is not None:
        found = Case.objects.filter(pk=one.case_id).first()
    if found is None and one.answers_to:
        joined = heard.case_of_message(account, one.answers_to)
        found = joined[0] if joined else None
    if found is not None:
        theirs = CaseMessage.objects.filter(case=found, message__author_key=key).exists() if key else False
        if theirs:
            return found
    return heard.case_of_thread(account, one.thread, key) if one.thread else None
