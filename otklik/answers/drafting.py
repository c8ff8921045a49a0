"""Drafts: every saving is a version; two people at once do not overwrite each other."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.answers import chain
from otklik.answers.models import Agreement, Answer, AnswerTemplate, AnswerVersion, TemplateUse
from otklik.answers.reading import answer_of, text_of
from otklik.cases.clocks import zone
from otklik.cases.gate import passing
from otklik.cases.keeping import forget
from otklik.failures import BadInput
from otklik.journal.appending import salted_digest
from otklik.typed_text import typed, within

MAX_TEXT = 20_000


def save_draft(
    actor: Actor,
    case_id: int,
    *,
    text: str,
    kind: str = Answer.Kind.FINAL,
    promised_for: date | None = None,
    base_version: int | None = None,
    template: tuple[int, int] | None = None,
    now: datetime | None = None,
) -> Answer:
    """Save a text as the next version of the case's answer; begins the answer if there is none.

    `base_version` is the version the writer started from (None: there was none); a newer one raises `BadInput` that
    names whose it is, and nothing is lost on either side. An approved answer that is changed goes back to draft. An
    interim answer needs the date that is promised. `template`: id and version of the one that the text began with.
    """
    text = typed(text)
    if not text:
        raise BadInput(_("Напишите текст ответа."), "text")
    within(text, MAX_TEXT, "text")
    if kind not in Answer.Kind.values:
        raise BadInput(_("Выберите вид ответа."), "kind")
    with passing(actor, case_id, "draft", now=now) as gate:
        if kind == Answer.Kind.INTERIM and promised_for is None:
            raise BadInput(_("В промежуточном ответе нужна дата, к которой ответите окончательно."), "promised_for")
        if promised_for is not None and promised_for < gate.now.astimezone(zone()).date():
            raise BadInput(_("Обещанная дата уже прошла."), "promised_for")
        answer = answer_of(gate.case)
        latest = text_of(answer) if answer else None
        began_alone = base_version is None and (latest is None or latest.author_id == gate.user_id)
        if latest and latest.number != base_version and not began_alone and latest.text != text:
            who = latest.author.short_name if latest.author else _("программа")
            raise BadInput(
                _("Пока вы писали, %(who)s сохранил другой текст. Ваш текст остался на странице: сравните.")
                % {"who": who}, "text",
            )
        if answer is None:
            answer = Answer.objects.create(
                case=gate.case, scope_id=gate.case.scope_id, turn=gate.case.turn, kind=kind,
                author_id=gate.user_id, created_at=gate.now, promised_for=promised_for,
            )
        if template is not None:
            _used(answer, template, gate.now)
        forget(gate.case, gate.user_id)
        same = latest is not None and latest.text == text
        if same and answer.kind == kind and answer.promised_for == promised_for:
            gate.unchanged = True
            return answer
        chain.end_steps(answer, Agreement.Ended.CHANGED, gate.now)
        answer.kind, answer.promised_for = kind, promised_for
        answer.state, answer.approved_by, answer.approved_at = Answer.State.DRAFT, None, None
        answer.save()
        number = (latest.number if latest else 0) + 1
        AnswerVersion.objects.create(
            answer=answer, case=gate.case, scope_id=gate.case.scope_id, number=number, text=text,
            author_id=gate.user_id, written_at=gate.now,
        )
        gate.fields |= {
            "answer": answer.pk, "version": number, "kind": kind, "text": salted_digest(bytes(gate.case.salt), text)
        }
        return answer


def _used(answer: Answer, template: tuple[int, int], now: datetime) -> None:
    """Note which template the text began with, once; one that is not there is nothing to note."""
    template_id, version = template
    if AnswerTemplate.objects.filter(pk=template_id, version__gte=version).exists():
        TemplateUse.objects.get_or_create(
            answer=answer, template_id=template_id,
            defaults={"version": version, "case_id": answer.case_id, "scope_id": answer.scope_id, "at": now},
        )
