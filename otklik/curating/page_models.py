"""Official pages of bodies in social networks, what is known of their life, and the plan of publications.

Who must have one and where: `page_rules.toml`. Of residents nothing stands here: figures are counts.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Network(models.TextChoices):
    """Where an official page stands; the names are those of the channels by which we hear it."""

    VK = "vk", _("ВКонтакте")
    OK = "ok", _("Одноклассники")
    MAX = "max", _("MAX")


class OfficialPage(models.Model):
    """One page of one body. `account` is the channel by which residents' words under it come to us, if one is set up.
    """

    class Mark(models.TextChoices):
        UNKNOWN = "", _("не проверяли")
        YES = "yes", _("есть")
        NO = "no", _("нет")

    body = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")  # the body's municipality
    network = models.CharField(max_length=4, choices=Network.choices)
    address = models.URLField(max_length=300, unique=True)  # as `pages.plain_address` writes it
    name = models.CharField(max_length=200, blank=True)
    responsible = models.CharField(max_length=200, blank=True)  # who answers for it: surname, position
    phone = models.CharField(max_length=40, blank=True)  # of the office
    act = models.CharField(max_length=200, blank=True)  # by which they were named: number and day
    mark = models.CharField(max_length=3, choices=Mark.choices, blank=True)  # the network's sign of an official page
    mark_seen_on = models.DateField(null=True)
    account = models.OneToOneField("channels.Account", models.SET_NULL, null=True, related_name="+")
    closed_on = models.DateField(null=True)  # the body keeps it no more
    seen_post_on = models.DateField(null=True)  # the newest publication that a person saw there with their own eyes
    seen_post_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    arrivals_until = models.BigIntegerField(default=0)  # how far the channel's arrivals were looked through for posts
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place"], name="curating_page_place", condition=models.Q(closed_on=None))]


class PageDuty(models.Model):
    """What a person decided for one body in spite of the rules: it must have a page, or need not (with the act)."""

    body = models.OneToOneField("organisations.Organisation", models.CASCADE, related_name="+")
    must = models.BooleanField()
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()


class PagePost(models.Model):
    """That something was published on a page: told by its channel, or by the person who published it."""

    page = models.ForeignKey(OfficialPage, models.CASCADE, related_name="posts")
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField()
    link = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "external_id"], name="curating_post_once")]
        indexes = [models.Index(fields=["page", "-at"], name="curating_post_newest")]


class PageFigure(models.Model):
    """Prepared counts of one page, over the last `DAYS` of `page_figures` or of now. Made anew by its job."""

    page = models.OneToOneField(OfficialPage, models.CASCADE, related_name="figure")
    posts = models.PositiveIntegerField(default=0)
    last_post_at = models.DateTimeField(null=True)
    comments = models.PositiveIntegerField(default=0)  # public words that ask for an answer
    answered = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)  # without an answer now, however old
    oldest_waiting_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField()


class PlannedPost(models.Model):
    """One publication of the plan. The program posts nothing by itself: a person does, and says where it stands."""

    names_people = True

    class State(models.TextChoices):
        PLANNED = "planned", _("в плане")
        PUBLISHED = "published", _("опубликовано")
        DROPPED = "dropped", _("снято")

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    page = models.ForeignKey(OfficialPage, models.SET_NULL, null=True, related_name="+")
    planned_on = models.DateField()
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    who = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    # Where the story comes from: a kept promise or a fixed problem that everybody may see.
    promise = models.ForeignKey("answers.Promise", models.SET_NULL, null=True, related_name="+")
    problem = models.ForeignKey("cases.Problem", models.SET_NULL, null=True, related_name="+")
    link = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "planned_on"], name="curating_planned_day")]
