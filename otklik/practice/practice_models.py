"""What helped in one centre, on one page; who took it, with whose tasks; what it did; and where it is needed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Practice(models.Model):
    """A way of working that helped. The whole network reads it once it is confirmed; no word of a resident is in it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("черновик")
        WAITING = "waiting", _("ждёт куратора")
        CONFIRMED = "confirmed", _("подтверждена")
        RETIRED = "retired", _("больше не предлагаем")

    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    source = models.ForeignKey("cases.Problem", models.SET_NULL, null=True, related_name="+")  # whose solving it was
    title = models.CharField(_("название"), max_length=200)
    group = models.CharField(max_length=80)  # code of a group of themes
    problem = models.TextField(_("что было"))
    steps = models.TextField(_("шаги"))  # three to five, one a line
    cost = models.CharField(_("сколько стоит"), max_length=200)
    act = models.CharField(_("местный акт"), max_length=300, blank=True)
    file = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")  # the act or its form
    contact = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    returned = models.CharField(max_length=500, blank=True)  # why the curator gave it back
    made_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    # Of another region, by a signed file; `place` is then our region, whose centre took it in.
    came_from = models.ForeignKey("practice.TrustedRegion", models.PROTECT, null=True, related_name="+")
    came_uid = models.UUIDField(null=True)  # their name of it, under which a newer file renews it
    came_name = models.CharField(max_length=300, blank=True)  # their centre and their region
    came_contact = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "group"], name="practice_of_group")]
        constraints = [
            models.UniqueConstraint(fields=["source"], name="practice_of_problem_once"),
            models.UniqueConstraint(fields=["came_from", "came_uid"], name="practice_came_once"),
        ]

    @property
    def whose(self) -> str:
        """Whose it is, in Russian: a centre of ours, or another region's."""
        return f"из другого региона: {self.came_name}" if self.came_from_id else self.place.short_name


class Taking(models.Model):
    """«Взять себе»: a centre begins to work so. Three months later it is asked once whether it still does."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="takings")
    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    in_use = models.BooleanField(null=True)
    why = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "place"], name="practice_taken_by_place_once")]


class TakingTask(models.Model):
    """One dated task of a named person here."""

    taking = models.ForeignKey(Taking, models.CASCADE, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=300)
    responsible = models.ForeignKey("organisations.User", models.PROTECT, related_name="+")
    due = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["taking_id", "number"]
        constraints = [models.UniqueConstraint(fields=["taking", "number"], name="practice_task_once")]
        indexes = [models.Index(fields=["due"], condition=models.Q(done_at=None), name="practice_task_waits")]


class PracticeEffect(models.Model):
    """What a practice did, as it was counted last. Shares 0..1; numbers are None where it is early to say."""

    class Said(models.TextChoices):
        HELPED = "helped", _("помогло")
        HARMED = "harmed", _("стало хуже")
        NOT_SEEN = "not_seen", _("не видно")
        EARLY = "early", _("рано судить")

    practice = models.OneToOneField(Practice, models.CASCADE, related_name="effect")
    counted_at = models.DateTimeField()
    said = models.CharField(max_length=8, choices=Said.choices, default=Said.EARLY)
    estimate = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    # Those who took it, by themselves: shares in time and how many cases stand behind each.
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    cases_before = models.PositiveIntegerField(default=0)
    cases_after = models.PositiveIntegerField(default=0)
    took = models.PositiveSmallIntegerField(default=0)
    untouched = models.PositiveSmallIntegerField(default=0)


class Need(models.Model):
    """The program noticed that a centre is much worse than its like in a group of themes. One open row a group."""

    class State(models.TextChoices):
        OPEN = "open", _("видно сейчас")
        ASIDE = "aside", _("отложено")
        OVER = "over", _("больше не видно")

    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    group = models.CharField(max_length=80)
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when it was counted last
    own = models.FloatField()  # shares in time, 0..1
    like = models.FloatField()
    judged = models.PositiveIntegerField()
    better = models.JSONField(default=list)  # ids of places that do better, the best first
    differs = models.JSONField(default=list)  # what they do differently: {"what", "own", "theirs", "place"}
    aside_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "group"], condition=models.Q(state="open"), name="practice_need_once"
            )
        ]
