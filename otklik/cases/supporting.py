"""«У меня так же»: a neighbour joins a released problem without writing a message of their own.

A light row with its own secret link. The same browser, or the same phone, is counted once and gets its link again.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, Visitor, acting, widened
from otklik.cases.gate import looking, said
from otklik.cases.problem_models import Problem, ProblemRemark, ProblemState, PublicProblem, Supporter
from otklik.cases.problems import WRITERS, locked, may_write, no_such_problem
from otklik.cases.public_twin import follow
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.secret_links import token_hash
from otklik.residents.contacts import normal_phone, show
from otklik.residents.recording import record
from otklik.typed_text import typed

_SALT = "otklik.same"
# A burst pipe has hundreds of neighbours within an hour; more is somebody at play.
MOST_AN_HOUR = 300
GATEKEEPER = System("portal")


@dataclass(frozen=True)
class Supported:
    """What became of it. `token` opens the supporter's page; `existed`: this browser or phone was counted before."""

    token: str
    existed: bool


@dataclass(frozen=True)
class Followed:
    """What a supporter's link shows: how the problem stands, and its public words while they are public."""

    problem_id: int
    state: str
    state_label: str
    since: date
    public: PublicProblem | None


def support(
    actor: Actor, problem_id: int, *, browser: str, phone: str = "", now: datetime | None = None
) -> Supported:
    """Count one more person whom a released problem concerns. `browser` is a secret that the browser keeps.

    The phone is optional and stands with the residents, sealed. Raises `Refused` for what is not on the portal or is
    fixed, and when too many come within an hour; `BadInput` for a phone that is none.
    """
    now = now or timezone.now()
    phone = typed(phone)
    if phone:
        normal_phone(phone)
    if not browser:
        raise BadInput(_("Страница устарела. Откройте её ещё раз."), "browser")
    gatekeeper = GATEKEEPER if isinstance(actor, Visitor) else actor
    with acting(gatekeeper), widened():
        twin = PublicProblem.objects.filter(pk=problem_id).first()
        if twin is None:
            raise NotYours(_("Этой проблемы на портале больше нет."))
        problem = locked(problem_id)
        token = _token(problem_id, browser)
        browser_hash = hashlib.sha256(f"{problem_id}:{browser}".encode(errors="replace")).hexdigest()
        if Supporter.objects.filter(problem=problem, browser_hash=browser_hash).exists():
            return Supported(token, existed=True)
        if problem.state in (ProblemState.FIXED, ProblemState.CLOSED):
            raise Refused(_("Эта проблема уже не открыта. Если у вас не исправлено, отправьте сообщение."))
        recent = Supporter.objects.filter(problem=problem, at__gt=now - timedelta(hours=1)).count()
        if recent >= MOST_AN_HOUR:
            raise Refused(_("Сейчас отметок слишком много. Попробуйте через час: проблему уже видят."))
        resident = record(problem.scope_id, name="", phone=phone, email="", at=now) if phone else None
        # Who comes twice is not told so: the page must not say whose phone is known here.
        again = resident is not None and problem.supporters.filter(resident=resident).exists()
        Supporter.objects.create(
            problem=problem, scope_id=problem.scope_id, token_hash=token_hash(token), browser_hash=browser_hash,
            resident=None if again else resident, counted=not again, at=now,
        )
        append(NewEntry(f"problem:{problem.pk}", "supported", actor.reference, now, {}))
        follow(problem, now)
    return Supported(token, existed=False)


def followed(token: str) -> Followed:
    """What the link of a supporter shows. Opens its own `acting`: a link is looked up by its hash, and this function
    gives nothing but what the public may read and how the problem stands. Raises `NotYours`.
    """
    with acting(GATEKEEPER, read_only=True):
        row = Supporter.objects.filter(token_hash=token_hash(token)).select_related("problem").first()
        if row is None:
            raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка."))
        problem = row.problem
        since = timezone.localtime(problem.opened_at).date()
        public = PublicProblem.objects.filter(pk=problem.pk).first()
        return Followed(problem.pk, problem.state, problem.get_state_display(), since, public)


def reveal_supporters(actor: Actor, problem_id: int, *, reason: str, now: datetime | None = None) -> list[str]:
    """The phones that supporters left, for a call; who looked and why is an entry."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, зачем нужны номера: это останется в журнале."), "reason")
    now = now or timezone.now()
    with looking(actor):
        if not isinstance(actor, Staff) or not Problem.objects.filter(pk=problem_id).exists():
            raise no_such_problem()
        with widened():
            problem = locked(problem_id)
            may_write(actor, problem.scope_id, WRITERS)
            rows = problem.supporters.filter(resident__isnull=False).select_related("resident").order_by("at")
            phones = [show(contact) for row in rows if row.resident for contact in row.resident.contacts.all()]
            said_why = ProblemRemark.objects.create(
                problem=problem, scope_id=problem.scope_id, verb="revealed", text=words, author_id=actor.user_id, at=now
            )
            fields = {"contacts": len(phones), "scope": problem.scope_id, "remark": said_why.pk}
            append(NewEntry(f"problem:{problem.pk}", "revealed", actor.reference, now, fields))
            return phones


def _token(problem_id: int, browser: str) -> str:
    """The same each time the same browser comes, and kept nowhere."""
    digest = salted_hmac(_SALT, f"{problem_id}\0{browser}", algorithm="sha256").digest()[:20]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
