"""What stays of cases after erasure. For `intake.erasing`, the only caller.

Every table that hangs on a case is found among the models, as in `rescoping`: a table that somebody adds tomorrow is
redacted, too.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from otklik.acting import Actor
from otklik.cases.models import (
    Case,
    CaseLink,
    CasePrint,
    Evidence,
    OutsideNumber,
    PassedContact,
    SendingProof,
    TaskLink,
)
from otklik.cases.problem_models import (
    Problem,
    ProblemNews,
    ProblemRemark,
    PublicNews,
    PublicProblem,
    Supporter,
)
from otklik.journal.appending import NewEntry, append

NO_SALT = b""
# Rows that hold no words of anybody: reckonings and counts.
WORDLESS = ("cases_clock", "insight_casefact")


def redact(
    cases: Sequence[Case], own: Callable[[str], str], others: Callable[[Any], Any], actor: Actor, erasure: int,
    now: datetime,
) -> dict[str, int]:
    """Redact cases that the caller has locked, and all words beside them. Caller writes as the gate (widened).

    The exact place may be a home, so street and settlement stay, house and point go. Links stop opening anything.
    """
    ids = [case.pk for case in cases]
    for case in cases:
        case.text, case.title = own(case.text), others(case.title)
        case.house, case.place_note, case.latitude, case.longitude = "", "", None, None
        case.street, case.importance_reason = others(case.street), others(case.importance_reason)
        case.source_state = others(case.source_state)
        case.suggestion, case.salt = None, NO_SALT
        case.version += 1
        case.save()
    counted = {"cases": len(ids), "links": CaseLink.objects.filter(case_id__in=ids).delete()[0]}
    counted["links"] += TaskLink.objects.filter(case_id__in=ids, revoked_at=None).update(revoked_at=now)
    OutsideNumber.objects.filter(case_id__in=ids).update(url="")
    CasePrint.objects.filter(case_id__in=ids).delete()  # words can be guessed from it
    SendingProof.objects.filter(case_id__in=ids).update(address_cipher=b"", address_key="")
    counted["passed"] = PassedContact.objects.filter(case_id__in=ids).delete()[0]
    _redact_problems(ids, others)
    counted["words"] = sum(redact_rows(model, {"case_id__in": ids}, others) for model in models_of_a_case())
    for case in cases:
        append(NewEntry(f"case:{case.pk}", "erased", actor.reference, now, {"erasure": erasure}))
    return counted


def _redact_problems(case_ids: Sequence[int], others: Callable[[Any], Any]) -> None:
    """Problems speak in staff's words, but a name may have slipped in, for the public, too."""
    found = Problem.objects.filter(Q(cases__in=case_ids) | Q(main_case__in=case_ids)).values_list("pk", flat=True)
    problems = sorted(set(found))
    beside = ((Problem, "pk__in"), (ProblemNews, "problem_id__in"), (ProblemRemark, "problem_id__in"),
              (PublicProblem, "pk__in"), (PublicNews, "public_id__in"))  # fmt: skip
    for model, key in beside:
        redact_rows(model, {key: problems}, others)


def forget_supporters(resident_ids: Sequence[int]) -> int:
    """«У меня так же» of this person still counts, but is nobody's, and its link opens nothing."""
    rows = Supporter.objects.filter(resident_id__in=resident_ids)
    nobody = Concat(Value("erased:"), Cast("pk", CharField()))
    return rows.update(resident=None, token_hash=nobody, browser_hash=nobody)


def photos_of(case_ids: Sequence[int], *, whole: bool) -> list[int]:
    """Take away photos of how it was before, with `whole` those of the work, too; returns ids of stored files.

    What executors show of their work is the body's own record, so it stays unless all of the case must go.
    """
    gone = Evidence.objects.filter(case_id__in=case_ids)
    if not whole:
        gone = gone.filter(moment=Evidence.Moment.BEFORE)
    files = list(gone.values_list("file_id", flat=True))
    gone.delete()
    return files


def models_of_a_case() -> list[type[models.Model]]:
    """Models, of whatever room, with a key to a case and words of people."""
    return [
        model for model in apps.get_models()
        if model._meta.managed and model._meta.db_table not in WORDLESS
        and "case_id" in {field.attname for field in model._meta.concrete_fields} and worded_fields(model)
    ]


def redact_apart(scopes: Collection[int], others: Callable[[Any], Any]) -> int:
    """Words of staff that hang on no case and may name a person: models, of whatever room, that say so themselves
    (`names_people`), in these scopes; those without a scope wholly. Returns how many rows changed.
    """
    changed = 0
    for model in apps.get_models():
        if getattr(model, "names_people", False):
            scoped = any(field.attname == "scope_id" for field in model._meta.concrete_fields)
            changed += redact_rows(model, {"scope_id__in": list(scopes)} if scoped else {}, others)
    return changed


def worded_fields(model: type[models.Model]) -> list[str]:
    """Columns in which people may have written: texts and JSON, but no choices and nothing that must stay unique."""
    alone = {name for constraint in model._meta.constraints for name in getattr(constraint, "fields", ())}
    return [
        field.name for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices and not field.unique and not field.primary_key and field.name not in alone
    ]


def redact_rows(
    model: type[models.Model], where: dict[str, Any], redacted: Callable[[Any], Any]
) -> int:
    """Rewrite the worded columns of some rows; returns how many rows changed."""
    names = worded_fields(model)
    manager = model._default_manager
    changed = 0
    for row in manager.filter(**where).values("pk", *names).iterator(chunk_size=500):
        after = {name: redacted(row[name]) for name in names}
        different = {name: value for name, value in after.items() if value != row[name]}
        if different:
            manager.filter(pk=row["pk"]).update(**different)
            changed += 1
    return changed
