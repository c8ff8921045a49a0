"""Reading answers of a case. Inside `acting`."""

from datetime import datetime

from django.db.models import QuerySet

from otklik.answers.models import Answer, AnswerVersion
from otklik.cases.models import Case

IN_PROGRESS = (Answer.State.DRAFT, Answer.State.REVIEW, Answer.State.APPROVED)


def answer_of(case: Case) -> Answer | None:
    """The answer being prepared for this turn of the case, if any."""
    return answer_question(case).first()


def answer_question(case: Case) -> QuerySet[Answer]:
    """What `answer_of` asks, so that a page can ask it ahead."""
    return Answer.objects.filter(case=case, turn=case.turn, state__in=IN_PROGRESS).select_related("approved_by")


def versions_question(case: Case) -> QuerySet[AnswerVersion]:
    """The texts of that answer, the oldest first."""
    own = AnswerVersion.objects.filter(case=case, answer__turn=case.turn, answer__state__in=IN_PROGRESS)
    return own.select_related("author").order_by("number")


def text_of(answer: Answer) -> AnswerVersion:
    """The latest version of an answer's text."""
    return AnswerVersion.objects.filter(answer=answer).order_by("-number")[0]


def published_question(case: Case) -> QuerySet[Answer]:
    """The last answer that was published in this case, so that a page can ask it ahead."""
    return Answer.objects.filter(case=case, state=Answer.State.PUBLISHED).order_by("-published_at")[:1]


def is_held(answer: Answer, now: datetime) -> bool:
    """Whether its author may still take it back: until then nobody outside sees it."""
    return answer.message is not None and answer.message.received_at > now


def published_of(case: Case) -> list[Answer]:
    """What was published, oldest first; also what is held back for some seconds."""
    return list(
        Answer.objects.filter(case=case, state=Answer.State.PUBLISHED).select_related("message").order_by(
            "published_at"
        )
    )
