"""What was made, in which files, by which templates; what was given to whom to do; who is sent the morning page."""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.json_text import RussianJson


class Making(models.Model):
    """One request for a report: for one place, or for each municipality. A job makes them and says how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт очереди")
        MAKING = "making", _("готовится")
        READY = "ready", _("готов")
        FAILED = "failed", _("не получился")

    kind = models.CharField(max_length=20)  # of `kinds.KINDS`
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    places = models.JSONField(default=list)  # ids of the places to make it for, in order
    since = models.DateField()  # both days included, the region's
    until = models.DateField()
    options = models.JSONField(default=dict, encoder=RussianJson)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=1)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="reports_making_waits", condition=models.Q(state__in=["waiting", "making"])
            ),
        ]


class Report(models.Model):
    """One report of one place and period, as it was counted then. `content` is the document; files beside it."""

    making = models.ForeignKey(Making, models.CASCADE, null=True, related_name="reports")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField()
    title = models.CharField(max_length=300)
    content = models.JSONField(encoder=RussianJson)
    restricted = models.BooleanField(default=False)  # holds names: for who reads restricted cases of the place
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["making", "scope"], name="reports_once_a_making"),
            models.UniqueConstraint(
                fields=["scope", "until"], condition=models.Q(kind="morning"), name="reports_morning_once"
            ),
        ]
        indexes = [models.Index(fields=["scope", "kind", "-id"], name="reports_report_newest")]


class ReportFile(models.Model):
    """One file of a report, drawn when it was made, so that it never changes afterwards."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    form = models.CharField(max_length=4)  # pdf, docx, xlsx
    template = models.ForeignKey("reports.ReportTemplate", models.PROTECT, null=True, related_name="+")  # NULL: ours
    restricted = models.BooleanField(default=False)  # as the report
    content = models.BinaryField()
    size = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)  # of a template that could not be filled

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "form", "template"], name="reports_file_once", nulls_distinct=False
            ),
        ]


class ReportTemplate(models.Model):
    """A form that a place uploaded for a kind of report. Each upload is a version; the newest in use counts."""

    class Form(models.TextChoices):
        TYPST = "typ", _("Typst, для PDF")
        DOCX = "docx", _("документ Word")
        XLSX = "xlsx", _("таблица Excel")

    kind = models.CharField(max_length=20)
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")  # the region: for everybody
    form = models.CharField(max_length=4, choices=Form.choices)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "form", "version"], name="reports_template_version"),
            models.UniqueConstraint(
                fields=["kind", "scope", "form"], condition=models.Q(retired_at=None), name="reports_template_in_use"
            ),
        ]


class FederalTopic(models.Model):
    """A code of the типовой классификатор that a clerk of the region gave to a theme of ours; over what we ship.

    By the theme's code, so that it holds for every edition of our classifier.
    """

    theme_code = models.CharField(max_length=80, unique=True)
    topic = models.CharField(max_length=29, blank=True)  # "": none on purpose, until somebody knows better
    name = models.CharField(max_length=300, blank=True)  # as the clerk's own list calls it, where we do not know
    set_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()


class Meeting(models.Model):
    """A planning meeting and its minutes; what was given to do stands in `Order`."""

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    day = models.DateField()
    chair = models.CharField(max_length=200)
    present = models.TextField(blank=True)  # names and posts of officials, a line each
    heard = models.TextField(blank=True)  # what was talked about, in the words of who wrote it down
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["scope", "-day", "-id"], name="reports_meeting_newest")]


class Order(models.Model):
    """Поручение: who does what by when. Given from the morning page or at a meeting; open until it is done."""

    class State(models.TextChoices):
        OPEN = "open", _("в работе")
        DONE = "done", _("выполнено")
        OFF = "off", _("снято")

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="orders")
    words = models.CharField(max_length=500)  # of an official; nothing of residents
    user = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=200)  # as it stands in the minutes
    due = models.DateField()
    first_due = models.DateField()  # as it was given
    about = models.CharField(max_length=200, blank=True)  # the page of ours that it grew from
    risk = models.CharField(max_length=60, blank=True)  # of which risk of a morning page: given once
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    given_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=500, blank=True)
    reminded_on = models.DateField(null=True)  # the last day on which whoever has it was reminded

    class Meta:
        indexes = [
            models.Index(fields=["scope", "due"], condition=models.Q(state="open"), name="reports_order_open"),
            models.Index(fields=["user", "due"], condition=models.Q(state="open"), name="reports_order_of_user"),
        ]


class MorningChoice(models.Model):
    """When a head wishes the morning page. Who has no row gets it at eight on working days."""

    user = models.OneToOneField("organisations.User", models.CASCADE, related_name="+")
    on = models.BooleanField(default=True)
    at = models.TimeField(default=time(8))  # the region's clock
    days_off = models.BooleanField(default=False)  # also on days off


class MorningSent(models.Model):
    """That a head was sent the page of a place of a day: once."""

    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "scope", "day"], name="reports_morning_sent_once")]
