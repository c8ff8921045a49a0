"""Templates of answers: a directory with versions, who used which for what, and how residents took it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerTemplate(models.Model):
    """A text with placeholders (`answers.templating`). Of the region, or of one centre (`place`)."""

    place = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    theme = models.CharField(max_length=40, blank=True)  # code of a theme or of a group; "": for any
    name = models.CharField(max_length=120)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    retired = models.BooleanField(default=False)
    changed_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place", "theme"], name="answers_template_place")]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """What a template said, and since when."""

    template = models.ForeignKey(AnswerTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    theme = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="answers_template_version_once")]


class TemplateUse(models.Model):
    """A template was the beginning of an answer."""

    template = models.ForeignKey(AnswerTemplate, models.CASCADE, related_name="uses")
    version = models.PositiveIntegerField()
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    answer = models.ForeignKey("answers.Answer", models.CASCADE, related_name="templates")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "template"], name="answers_template_use_once")]


class TemplateFigure(models.Model):
    """Prepared by a job, so that a page counts nothing: how often it was used and how residents took it."""

    template = models.OneToOneField(AnswerTemplate, models.CASCADE, primary_key=True, related_name="figure")
    used = models.PositiveIntegerField(_("использован"), default=0)
    published = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    refuted = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()


class LetterForm(models.Model):
    """The form (бланк) of a body: its DOCX with placeholders. The newest that is not retired is used."""

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    placeholders = models.JSONField(default=list)
    uploaded_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(retired_at=None), name="answers_letter_form_one"
            )
        ]
