"""What the page of a case is going to ask of the database, asked in one statement (`together`).

Each question stands where its answer is used; a page that has not asked it ahead asks it there and then.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from otklik.acting import Staff
from otklik.answers.promise_reading import first_open_question
from otklik.answers.reading import answer_question, published_question, versions_question
from otklik.cases.actions.inquiries import letters_question
from otklik.cases.clocks import clocks_question
from otklik.cases.executors import reader_question
from otklik.cases.follows import earlier_letters_question, followers_question
from otklik.cases.follows import earlier_question as followed_question
from otklik.cases.keeping import kept_question
from otklik.cases.models import (
    AppealOrigin,
    Assignment,
    Case,
    Collective,
    OutsideNumber,
    Reception,
    SendingProof,
)
from otklik.cases.outcome_filling import (
    earlier_again_question,
    earlier_question,
    stops_again_question,
    stops_question,
)
from otklik.cases.problems import near_question
from otklik.cases.reading import questions_of_thread
from otklik.cases.registers import registers_question
from otklik.cases.responsibility import map_question
from otklik.cases.upper import waiting_question
from otklik.channels.models import Delivery
from otklik.faces.desk.choices import nearest_question
from otklik.faces.desk.refer_form import referrals_question
from otklik.faces.desk.regime_block import decisions_question, registrations_question
from otklik.faces.desk.suggestions import guessed_codes, scopes_of, themes_question
from otklik.intake.referring import clients
from otklik.organisations.absences import away_question
from otklik.together import about, ahead


def ask_ahead(actor: Staff, case: Case) -> None:
    """Ask everything that hangs on the case, once. Inside `acting`."""
    codes = guessed_codes(case)
    alike = questions_of_thread(case) | OF_EVERY_CASE
    if clients():
        alike["referrals"] = referrals_question
    if case.resident_id:
        alike |= {"stops": stops_question, "stops_earlier": earlier_question}
    if case.follows_id:
        alike |= {"stops": stops_again_question, "stops_earlier": earlier_again_question}
        alike |= {"followed": followed_question, "followed_letters": earlier_letters_question}
    questions = about(case, alike) | {"kept": kept_question(actor, case), "organisations": nearest_question(case)}
    if codes:
        questions["themes"] = themes_question(case)
    if codes or case.theme_id:
        questions["map"] = map_question(case, codes, scopes_of(case))
    if case.owner_id:
        questions["away"] = away_question([case.owner_id], timezone.localdate())
    if case.problem_id is None:
        questions["problems"] = near_question(actor, case)
    ahead(case, questions)


def tasks_question(case: Case) -> QuerySet[Assignment]:
    """Everybody the case was given to, the oldest first."""
    tasks = Assignment.objects.filter(case=case).order_by("id")
    return tasks.select_related("organisation__territory", "assigned_by", "contact")


def numbers_question(case: Case) -> QuerySet[OutsideNumber]:
    """Its numbers in other systems."""
    return OutsideNumber.objects.filter(case=case).order_by("id")


def proofs_question(case: Case) -> QuerySet[SendingProof]:
    """By what it is proven that letters of the case left."""
    return SendingProof.objects.filter(case=case).select_related("postal_list", "delivery")


def deliveries_question(case: Case) -> QuerySet[Delivery]:
    """What came to the resident through a channel, by which a sending can be proven."""
    return Delivery.objects.filter(message__in_case__case=case, state=Delivery.State.DONE).order_by("id")[:20]


OF_EVERY_CASE: dict[str, Callable[[Case], QuerySet[Any]]] = {
    "tasks": tasks_question, "answer": answer_question, "versions": versions_question, "clocks": clocks_question,
    "numbers": numbers_question, "registrations": registrations_question, "reader": lambda _case: reader_question(),
    "registers": lambda _case: registers_question(), "upper": waiting_question, "published": published_question,
    "proofs": proofs_question, "done": deliveries_question, "decisions": decisions_question,
    "followers": followers_question, "letters": letters_question, "promised": first_open_question,
    "collective": lambda case: Collective.objects.filter(case=case),
    "origin": lambda case: AppealOrigin.objects.filter(case=case),
    "reception": lambda case: Reception.objects.filter(case=case),
}
