"""The case and what hangs on it. Nothing here saves itself: changes go through `cases.actions`."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.cases import problem_models  # noqa: F401  (Django looks for tables here)
from otklik.cases.alike_models import CasePrint, Joining, NotAlike
from otklik.cases.appeal_models import AppealOrigin, Collective, PostalList, SendingProof
from otklik.cases.closing_models import DoneReport, Rating, Recheck, RecheckSample
from otklik.cases.contact_models import PassedContact
from otklik.cases.desk_models import CaseAddress, FirstView, Mention, SavedView
from otklik.cases.elsewhere_models import ContinueCode
from otklik.cases.escalation_models import (
    Escalation,
    EscalationChain,
    HelpAct,
    HelpAgreement,
    SilentQueue,
    StaffActed,
)
from otklik.cases.inquiry_models import Inquiry
from otklik.cases.kept_models import KeptText, LastAct
from otklik.cases.learning_models import ReaderBase, ReaderVersion, ReaderWeek, ThemeReading
from otklik.cases.notice_models import Notice, NoticeChoice, NoticePost, StaffChat, StaffCode
from otklik.cases.outcome_models import ComplainedOf, EarlierAnswer, LawAuthority, LawDecision
from otklik.cases.planned_models import PlannedWork
from otklik.cases.postponed_models import Postponement
from otklik.cases.reception_models import Reception
from otklik.cases.referral_models import Referral
from otklik.cases.regime_models import Register, RegisterYear, Registration, UpperRequest
from otklik.cases.task_models import Assignment, Evidence, ListLink, TaskLink, TaskReply
from otklik.json_text import RussianJson

__all__ = [
    "Alarm", "AppealOrigin", "Assignment", "Case", "CaseAddress", "CaseLink", "CaseMessage", "CasePrint", "CaseWords",
    "Clock", "Collective", "ComplainedOf", "ContinueCode", "DoneReport", "EarlierAnswer", "Evidence",
    "FirstView", "Inquiry", "Joining", "LawAuthority", "LawDecision", "ListLink", "Mention", "NotAlike",
    "Notice", "NoticeChoice", "NoticePost", "OutsideNumber", "PassedContact", "PlannedWork", "PostalList",
    "Postponement", "Rating",
    "ReaderBase", "ReaderVersion", "ReaderWeek", "Reception", "Recheck", "RecheckSample", "Referral",
    "Register", "RegisterYear", "Registration", "Remark", "Responsibility", "SavedView", "SendingProof",
    "StaffChat", "StaffCode", "TaskLink", "TaskReply", "ThemeReading", "UpperRequest",
    "Escalation", "EscalationChain", "HelpAct", "HelpAgreement", "KeptText", "LastAct", "SilentQueue", "StaffActed",
]


IS_OPEN = models.Q(state__in=["new", "triaged", "assigned", "replied", "answered"])


class Case(models.Model):
    """One matter of one resident: карточка for staff, сообщение for the resident."""

    class State(models.TextChoices):
        NEW = "new", _("новая")
        TRIAGED = "triaged", _("разобрана")
        ASSIGNED = "assigned", _("у исполнителя")
        REPLIED = "replied", _("исполнитель ответил")
        ANSWERED = "answered", _("ответ дан")
        CLOSED = "closed", _("закрыта")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("решено")
        EXPLAINED = "explained", _("дано разъяснение")
        SILENT = "silent", _("житель не ответил")
        DECLINED = "declined", _("не подтвердилось")
        NOT_OURS = "not_ours", _("не наша компетенция")
        SPAM = "spam", _("не сообщение: спам, реклама")
        THANKS = "thanks", _("благодарность")
        OUTSIDE = "outside", _("закрыто во внешней системе")
        LEFT = "left", _("оставлено без ответа по закону")

    class Fix(models.TextChoices):
        UNKNOWN = "unknown", _("неизвестно")
        PROMISED = "promised", _("обещано")
        REPORTED = "reported", _("исполнитель сообщил об устранении")
        CONFIRMED = "confirmed", _("житель подтвердил")
        REFUTED = "refuted", _("житель: не исправлено")

    class Regime(models.TextChoices):
        SOCIAL = "social", _("соцсети и портал")
        POS = "pos", _("Госуслуги. Решаем вместе")
        LAW59 = "law59", _("обращение по 59-ФЗ")
        LAW8 = "law8", _("запрос по 8-ФЗ")

    class AnswerBy(models.TextChoices):
        PAGE = "page", _("на странице сообщения")
        PHONE = "phone", _("по телефону")
        OUTSIDE = "outside", _("во внешней системе, вручную")
        CHANNEL = "channel", _("там, где написали")

    number = models.BigIntegerField(unique=True)
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="cases")
    street = models.CharField(max_length=150, blank=True)
    house = models.CharField(max_length=30, blank=True)
    place_note = models.CharField(max_length=300, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    resident = models.ForeignKey("residents.Resident", models.PROTECT, null=True, related_name="cases")
    account = models.ForeignKey("channels.Account", models.PROTECT, related_name="+")
    answer_by = models.CharField(max_length=10, choices=AnswerBy.choices)
    text = models.TextField()  # the resident's first words; follow-ups stand in the thread
    title = models.CharField(max_length=200, blank=True)  # staff's own wording, never the resident's

    regime = models.CharField(max_length=10, choices=Regime.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    fix = models.CharField(max_length=10, choices=Fix.choices, default=Fix.UNKNOWN)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    theme = models.ForeignKey("classifier.Theme", models.PROTECT, null=True, related_name="+")
    importance = models.PositiveSmallIntegerField(default=2)
    importance_reason = models.CharField(max_length=300, blank=True)
    suggestion = models.JSONField(null=True)  # triage's words, codes and spans; ids only, no texts
    kind = models.CharField(max_length=10, blank=True, default="", db_default="")  # as triage read it; "": not read
    tone = models.CharField(max_length=10, blank=True, default="", db_default="")  # the gravest of those found
    # A possible call to panic: the database shows it to coordinators and heads of the centre and to the ЦУР only.
    restricted = models.BooleanField(default=False, db_default=False)
    executor = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    problem = models.ForeignKey("cases.Problem", models.SET_NULL, null=True, related_name="cases")
    owner = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    # Whoever disagrees with a final answer writes anew: the case it was given in, maybe of another scope.
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="followers", db_index=False)
    turn = models.PositiveSmallIntegerField(default=1)  # «не исправлено» starts the next one
    turn_began_at = models.DateTimeField()  # from when this turn's clocks are counted: received, or opened again
    hops = models.PositiveSmallIntegerField(default=0)

    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # first final answer of this turn
    closed_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)  # the resident wrote after the answer, and nobody has looked yet
    due_at = models.DateTimeField(null=True)  # of the clock that runs out first, legal date
    control_at = models.DateTimeField(null=True)  # the same clock's control date
    urgent_at = models.DateTimeField(null=True)  # sort key of «что горит»: control_at, or received for level 4

    source_state = models.CharField(max_length=120, blank=True)  # the outside system's own word
    notifies = models.BooleanField(default=True)  # imported history neither notifies nor escalates nor counts
    salt = models.BinaryField(max_length=16)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["scope", "state", "urgent_at"], name="cases_case_queue"),
            models.Index(fields=["scope", "-received_at", "-id"], name="cases_case_newest"),
            models.Index(fields=["-received_at", "-id"], name="cases_case_all_newest"),
            models.Index(fields=["theme", "state"], name="cases_case_theme_state"),
            models.Index(fields=["resident"], name="cases_case_resident_idx"),
            models.Index(fields=["follows"], name="cases_case_follows", condition=models.Q(follows__isnull=False)),
            # «Что горит» in its order: of one centre, and of many at once, which only the second can give unsorted.
            models.Index(fields=["scope", "urgent_at", "id"], name="cases_case_scope_urgent", condition=IS_OPEN),
            models.Index(fields=["urgent_at", "id"], name="cases_case_urgent", condition=IS_OPEN),
            models.Index(
                fields=["latitude", "longitude"], name="cases_case_point", condition=models.Q(latitude__isnull=False)
            ),
            # Those that are no complaint, and those said in a way to beware of, are few.
            models.Index(
                fields=["kind", "scope", "urgent_at"], name="cases_case_kind",
                condition=models.Q(kind__in=["question", "suggestion", "thanks", "spam", "not_for_us"]) & IS_OPEN,
            ),
            models.Index(
                fields=["tone", "scope", "urgent_at"], name="cases_case_tone",
                condition=models.Q(tone__in=["panic_call", "obscene", "insult"]) & IS_OPEN,
            ),
            models.Index(fields=["scope"], name="cases_case_restricted", condition=models.Q(restricted=True)),
            models.Index(fields=["scope"], name="cases_case_heard", condition=models.Q(heard_at__isnull=False)),
            # What the map cannot show, counted by place beside it.
            models.Index(
                fields=["territory", "scope", "state"], include=["restricted"], name="cases_case_pointless",
                condition=models.Q(latitude__isnull=True) & IS_OPEN,
            ),
        ]


class CaseWords(models.Model):
    """The words by which a case is found: a column of the case's own row that the database keeps itself.

    Computed when the row is written, not when it is searched (a search by a staff role cannot use the index: text
    operators are not leakproof). It is no field of `Case`, so that lists do not carry it.
    """

    case = models.OneToOneField(Case, models.DO_NOTHING, primary_key=True, db_column="id", related_name="+")
    words = SearchVectorField()

    class Meta:
        managed = False
        db_table = "cases_case"


class CaseLink(models.Model):
    """The resident's secret link to their case. Only the hash of the token is kept."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="link")
    token_hash = models.CharField(max_length=64, unique=True)


class OutsideNumber(models.Model):
    """The number of this matter in another system."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="outside_numbers")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    system = models.CharField(max_length=80)
    number = models.CharField(max_length=200, db_index=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="cases_outside_once")]


class CaseMessage(models.Model):
    """Joins messages to cases, so that no key of `channels` points upwards."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="thread")
    message = models.OneToOneField("channels.Message", models.PROTECT, related_name="in_case")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1)
    # What a further message of the resident seems to be (`triage.follow_ups`); "" for a first one.
    seems = models.CharField(max_length=12, blank=True, default="", db_default="")


class Remark(models.Model):
    """Words of staff beside an entry of the case's journal: a reason, a note.

    They may name a person, so they stand here under their scope; the entry keeps only a salted digest.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="remarks")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    entry_seq = models.PositiveIntegerField()  # of the entry in the stream of the case
    verb = models.CharField(max_length=60)
    text = models.TextField()
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "entry_seq"], name="cases_remark_once")]


class Clock(models.Model):
    """A running limit. `segments` are [{"from": ISO, "to": ISO|null}] of running time; between them it stood still."""

    class Kind(models.TextChoices):
        REACT = "react", _("отреагировать")
        ANSWER = "answer", _("ответить")
        FINAL = "final", _("дать окончательный ответ")
        REGISTER = "register", _("зарегистрировать")
        FORWARD = "forward", _("переслать по компетенции")
        EXTEND = "extend", _("уведомить о продлении")
        FIX = "fix", _("устранить")
        PART = "part", _("сделать свою часть")
        COPIES = "copies", _("разослать копии другим органам")
        INQUIRY = "inquiry", _("дождаться ответа другого органа")
        TELL = "tell", _("сообщить о решении")

    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    regime = models.CharField(  # a case may stand under several at once, each with its clocks
        max_length=10, choices=Case.Regime.choices, default=Case.Regime.SOCIAL, db_default="social"
    )
    registration = models.ForeignKey("cases.Registration", models.CASCADE, null=True, related_name="clocks")
    assignment = models.ForeignKey("cases.Assignment", models.CASCADE, null=True, related_name="clocks")  # of a part
    inquiry = models.ForeignKey("cases.Inquiry", models.CASCADE, null=True, related_name="clocks")  # of a letter asked
    kind = models.CharField(max_length=10, choices=Kind.choices)
    turn = models.PositiveSmallIntegerField(default=1)
    policy_version = models.CharField(max_length=40, blank=True)  # "social-1", or the source that set the date
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    control_at = models.DateTimeField()
    warn_at = models.JSONField(default=list)  # ISO times at 50, 80, 100 %
    warned = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    resumes_at = models.DateTimeField(null=True)  # a paused one goes on by itself then; null: until a person says so
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=30, blank=True)
    segments = models.JSONField(default=list)
    stops = models.JSONField(default=list)  # events that stop it, as the policy names them
    pausable = models.BooleanField(default=False)
    why = models.JSONField(default=list, encoder=RussianJson)
    provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "regime", "kind", "turn"],
                condition=models.Q(stopped_at=None, assignment=None, inquiry=None),
                name="cases_clock_one_running",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=models.Q(stopped_at=None, assignment__isnull=False),
                name="cases_clock_one_of_part",
            ),
            models.UniqueConstraint(
                fields=["inquiry"],
                condition=models.Q(stopped_at=None, inquiry__isnull=False),
                name="cases_clock_one_of_inquiry",
            ),
        ]
        indexes = [
            models.Index(fields=["control_at"], condition=models.Q(stopped_at=None), name="cases_clock_running"),
            models.Index(
                fields=["resumes_at"], condition=models.Q(resumes_at__isnull=False), name="cases_clock_resumes"
            ),
        ]


class Alarm(models.Model):
    """A danger to life: stands in /desk/alarms/ until a named person took it over."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="alarms")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    duty_step = models.PositiveSmallIntegerField(default=1)
    called_at = models.DateTimeField()  # when the person at this step became the one to call
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    taken_by = models.CharField(max_length=200, blank=True)  # «принял: фамилия»


class Responsibility(models.Model):
    """The responsibility map: theme (or group) × territory → organisation, learnt from assignments."""

    theme = models.ForeignKey("classifier.Theme", models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey("classifier.ThemeGroup", models.CASCADE, null=True, related_name="+")
    territory = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+")
    assigned = models.PositiveIntegerField(default=0)
    redirected = models.PositiveIntegerField(default=0)
    confirmed = models.BooleanField(default=False)  # entered by a person, not only learnt

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "group", "territory", "organisation"],
                name="cases_responsibility_once",
                nulls_distinct=False,
            )
        ]
