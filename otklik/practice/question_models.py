"""Questions between centres with their answers, and templates of answers that centres lend to each other."""

from django.db import models


class CentreQuestion(models.Model):
    """One centre asks all the others. Nothing of residents stands here."""

    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    author = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    group = models.CharField(max_length=80, blank=True)  # code of a group of themes; "": of the work as a whole
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="practice_question_newest")]


class CentreReply(models.Model):
    """What another centre answered. `helped`: who asked said so."""

    question = models.ForeignKey(CentreQuestion, models.CASCADE, related_name="replies")
    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    author = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    helped = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]


class LentTemplate(models.Model):
    """A template of answers that its centre gives to the whole network."""

    template = models.OneToOneField("answers.AnswerTemplate", models.CASCADE, related_name="+")
    lent_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)  # when it helps
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class ForeignTemplate(models.Model):
    """A template that another region lent by a signed file, with what it told of it. A newer file renews it."""

    region = models.ForeignKey("practice.TrustedRegion", models.PROTECT, related_name="+")
    uid = models.UUIDField()  # their name of it
    name = models.CharField(max_length=120)
    text = models.TextField()
    theme = models.CharField(max_length=80, blank=True)  # code of a theme or group of ours; "": of any
    centre = models.CharField(max_length=300)  # their centre and their region
    author = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    used = models.PositiveIntegerField(default=0)
    share = models.PositiveSmallIntegerField(null=True)  # residents who confirmed, in %; None: too few have said
    said = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)  # of ours: how often it came
    came_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "uid"], name="practice_foreign_template_once")]


class TemplateCopy(models.Model):
    """A centre took a lent template: a template of its own that remembers whose it was and of which version."""

    lent = models.ForeignKey(LentTemplate, models.CASCADE, null=True, related_name="copies")
    foreign = models.ForeignKey(ForeignTemplate, models.CASCADE, null=True, related_name="copies")
    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    template = models.OneToOneField("answers.AnswerTemplate", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    taken_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lent", "place"], name="practice_template_copy_once"),
            models.UniqueConstraint(fields=["foreign", "place"], name="practice_foreign_copy_once"),
            models.CheckConstraint(
                condition=models.Q(lent__isnull=False, foreign__isnull=True)
                | models.Q(lent__isnull=True, foreign__isnull=False),
                name="practice_copy_of_one",
            ),
        ]
