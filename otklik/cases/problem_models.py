"""The problem: the one real-world cause behind many cases; and its public twin.

`Problem`, `ProblemNews` and `Supporter` lie under their scope like everything that staff work on. The tables whose
names begin with `Public` are the only ones that public pages read: they hold what a person released, nothing else,
and the visitor's role may read them but never write.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProblemState(models.TextChoices):
    """Where the work on a problem stands; the same words for staff and for residents."""

    OPEN = "open", _("не устранена")
    PLANNED = "planned", _("работы запланированы")
    FIXED = "fixed", _("устранена")
    CLOSED = "closed", _("закрыта")


LIVE_STATES = (ProblemState.OPEN, ProblemState.PLANNED)


class Problem(models.Model):
    """One cause of many cases. The words for the public are drafts here until they are released."""

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    street = models.CharField(max_length=150, blank=True)
    house = models.CharField(max_length=30, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    theme = models.ForeignKey("classifier.Theme", models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=ProblemState.choices, default=ProblemState.OPEN)
    planned_for = models.DateField(null=True)  # the day of the planned work, region's zone
    opened_at = models.DateTimeField()  # since when it is known: reception of its first case
    fixed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    main_case = models.ForeignKey("cases.Case", models.SET_NULL, null=True, related_name="+")
    public_title = models.CharField(max_length=150, blank=True)
    public_text = models.TextField(blank=True)
    public_place = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["scope", "state", "-id"], name="cases_problem_list"),
            models.Index(fields=["territory", "state"], name="cases_problem_place"),
        ]


class ProblemNews(models.Model):
    """What staff tell everybody whom a problem concerns."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="news")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    text = models.TextField()
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class Supporter(models.Model):
    """«У меня так же»: a light row with its own secret link. A contact, if one was left, stands with the residents."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="supporters")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64)  # the same browser is the same supporter
    resident = models.ForeignKey("residents.Resident", models.PROTECT, null=True, related_name="+")
    counted = models.BooleanField(default=True)  # False: the same phone came from another browser
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["problem", "browser_hash"], name="cases_supporter_browser_once"),
            models.UniqueConstraint(fields=["problem", "resident"], name="cases_supporter_person_once"),
        ]


class ProblemRemark(models.Model):
    """Why somebody did what needs a reason: words of staff for staff and the security officer, never shown outside."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="remarks")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    text = models.TextField()
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class PublicProblem(models.Model):
    """What anybody may read of a problem: words that staff wrote and a person released. Withdrawing deletes the row."""

    problem = models.OneToOneField(Problem, models.CASCADE, primary_key=True, related_name="public")
    municipality = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    group = models.ForeignKey("classifier.ThemeGroup", models.PROTECT, related_name="+")
    title = models.CharField(max_length=150)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    street_key = models.CharField(max_length=150, blank=True)  # by which «рядом уже сообщили» compares streets
    latitude = models.FloatField(null=True)  # rounded to about a hundred metres
    longitude = models.FloatField(null=True)
    state = models.CharField(max_length=8, choices=ProblemState.choices)
    planned_for = models.DateField(null=True)
    since = models.DateField()
    fixed_on = models.DateField(null=True)
    reports = models.PositiveIntegerField(default=0)  # cases that are joined to it
    same = models.PositiveIntegerField(default=0)  # «у меня так же»
    released_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-released_at", "-problem"], name="cases_public_newest"),
            models.Index(fields=["municipality", "-released_at", "-problem"], name="cases_public_place"),
            models.Index(
                fields=["latitude", "longitude"], include=["state", "group", "municipality"],
                condition=models.Q(latitude__isnull=False), name="cases_public_point",
            ),
            models.Index(fields=["territory", "street_key"], name="cases_public_street"),
        ]


class PublicNews(models.Model):
    """News of a released problem."""

    public = models.ForeignKey(PublicProblem, models.CASCADE, related_name="news")
    text = models.TextField()
    at = models.DateTimeField()


class PublicPhoto(models.Model):
    """A photo that a person chose for the public. It goes when the photo itself is erased."""

    public = models.ForeignKey(PublicProblem, models.CASCADE, related_name="photos")
    file = models.ForeignKey("files.StoredFile", models.CASCADE, related_name="+")
    moment = models.CharField(max_length=6, choices=[("before", _("до")), ("after", _("после"))])
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["public", "file"], name="cases_public_photo_once")]
