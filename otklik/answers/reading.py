"""Reading answers of a case. Inside `acting`."""

from otklik.answers.models import Answer, AnswerVersion
from otklik.cases.models import Case

IN_PROGRESS = (Answer.State.DRAFT, Answer.State.REVIEW, Answer.State.APPROVED)


def answer_of(case: Case) -> Answer | None:
    """The answer being prepared for this turn of the case, if any."""
    return Answer.objects.filter(case=case, turn=case.turn, state__in=IN_PROGRESS).first()


def text_of(answer: Answer) -> AnswerVersion:
    """The latest version of an answer's text."""
    return AnswerVersion.objects.filter(answer=answer).order_by("-number")[0]


def published_of(case: Case) -> list[Answer]:
    """What was published, oldest first."""
    return list(
        Answer.objects.filter(case=case, state=Answer.State.PUBLISHED).select_related("message").order_by(
            "published_at"
        )
    )
