"""Answers: draft → review → approved → published; every text is a version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.answers.chain_models import Agreement, CommonAnswer, CommonRow, CommonVersion
from otklik.answers.promise_models import CoachOverride, Promise, PublicPromise
from otklik.answers.template_models import (
    AnswerTemplate,
    LetterForm,
    TemplateFigure,
    TemplateUse,
    TemplateVersion,
)

__all__ = [
    "Agreement", "Answer", "AnswerTemplate", "AnswerVersion", "CoachOverride", "CommonAnswer", "CommonRow",
    "CommonVersion", "LetterForm", "Promise", "PublicPromise", "TemplateFigure", "TemplateUse", "TemplateVersion",
]


class Answer(models.Model):
    """One answer to one case, interim or final."""

    class Kind(models.TextChoices):
        INTERIM = "interim", _("промежуточный")
        FINAL = "final", _("окончательный")

    class State(models.TextChoices):
        DRAFT = "draft", _("черновик")
        REVIEW = "review", _("на согласовании")
        APPROVED = "approved", _("согласован")
        PUBLISHED = "published", _("опубликован")
        WITHDRAWN = "withdrawn", _("отозван")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="answers")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.FINAL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approval_note = models.CharField(max_length=300, blank=True)  # «согласовано устно: кем, когда»
    published_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    promised_for = models.DateField(null=True)
    message = models.OneToOneField("channels.Message", models.PROTECT, null=True, related_name="answer")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "turn"],
                condition=models.Q(state__in=["draft", "review", "approved"]),
                name="answers_one_open_draft",
            )
        ]


class AnswerVersion(models.Model):
    """One text of an answer, as somebody left it."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="versions")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="answers_version_once")]
