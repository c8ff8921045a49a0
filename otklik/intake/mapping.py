"""Mapping an outside word once applies it to all cases that carry it, by a job through the gate."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, System, acting, widened
from otklik.cases import clocks
from otklik.cases.gate import passing
from otklik.cases.models import Case
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours
from otklik.intake.importing import require_importer
from otklik.intake.models import OutsideWord, WordUse
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation

BATCH = 200


def map_word(
    actor: Actor, word_id: int, *, theme_id: int | None = None, organisation_id: int | None = None
) -> OutsideWord:
    """Say what an outside word means here, and queue the job that applies it."""
    from procrastinate.contrib.django import app

    with acting(actor), widened():
        word = OutsideWord.objects.select_for_update().select_related("profile__into").filter(pk=word_id).first()
        if word is None:
            raise NotYours(_("Такого слова нет."))
        require_importer(actor, word.profile.into)
        if word.kind == OutsideWord.Kind.THEME:
            word.theme = Theme.objects.filter(pk=theme_id or 0).first()
            meaning: object = word.theme
        else:
            word.organisation = Organisation.objects.filter(pk=organisation_id or 0, active=True).first()
            meaning = word.organisation
        if meaning is None:
            raise BadInput(_("Выберите значение из списка."), "meaning")
        word.mapped_by_id = getattr(actor, "user_id", None)
        word.mapped_at = timezone.now()
        word.save()
        append(
            NewEntry(
                f"word:{word.pk}", "word_mapped", actor.reference, timezone.now(),
                {"theme": word.theme_id, "organisation": word.organisation_id},
            )
        )
        app.configure_task("intake.map_word", lock=f"word:{word.pk}").defer(word_id=word.pk)
    return word


def apply_word(word_id: int) -> int:
    """The job: set the meaning in every case that carries the word and has nothing of a person's there.

    Returns how many cases changed. Safe to repeat: a case that has the meaning is left alone.
    """
    actor = System("mapping")
    with acting(actor, read_only=True):
        word = OutsideWord.objects.get(pk=word_id)
        field = "theme_id" if word.kind == OutsideWord.Kind.THEME else "executor_id"
        meaning = word.theme_id if word.kind == OutsideWord.Kind.THEME else word.organisation_id
        waiting = list(
            WordUse.objects.filter(word=word, **{f"case__{field}": None}).values_list("case_id", flat=True)
        )
    for case_id in waiting:
        with passing(actor, case_id, "mirror", verb="mapped") as gate:
            case: Case = gate.case
            if getattr(case, field) is not None or meaning is None:
                gate.unchanged = True
                continue
            setattr(case, field, meaning)
            clocks.recompute(case)  # a theme may have limits of its own
            gate.fields |= {"word": word.pk, field.removesuffix("_id"): [None, meaning]}
    return len(waiting)
