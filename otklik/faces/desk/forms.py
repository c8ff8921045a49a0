"""Forms of the case page. They read types; whether a thing may be done is the gates' to say."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import Answer
from otklik.cases.models import Case, TaskReply
from otklik.faces.desk.coach_form import Vouched
from otklik.faces.desk.fields import MISSING, NO_ORGANISATION, Day, Degrees, DeskForm, Moment, area
from otklik.faces.desk.part_forms import part_rows, parts_of
from otklik.faces.desk.regime_forms import moment_of


class TriageForm(DeskForm):
    """What a person decides about a new case; an empty field leaves things as they are."""

    panel = "triage"
    theme = forms.IntegerField(required=False, error_messages=MISSING)
    territory = forms.IntegerField(required=False, error_messages=MISSING)
    street = forms.CharField(label=_("Улица"), required=False, max_length=150)
    house = forms.CharField(label=_("Дом"), required=False, max_length=30)
    title = forms.CharField(
        label=_("Заголовок своими словами"),
        required=False,
        max_length=200,
        help_text=_("Коротко и без имён: он виден исполнителю."),
    )
    importance = forms.TypedChoiceField(
        label=_("Важность"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("по теме")),
            (0, _("0 · не инцидент")),
            (1, _("1 · низкая")),
            (2, _("2 · средняя")),
            (3, _("3 · высокая")),
            (4, _("4 · жизнь и здоровье")),
        ],
    )


class InSpite(forms.CharField):
    """Why the final answer of a joint matter goes out before every part of it is over."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Почему отвечаете до окончания всех частей"), required=False, max_length=300,
            help_text=_("Нужно, только если не все исполнители закончили. Слова останутся в карточке."),
        )


class AssignForm(DeskForm):
    """A task for one organisation."""

    panel = "assign"
    organisation = forms.IntegerField(error_messages=NO_ORGANISATION)
    task = forms.CharField(
        label=_("Что нужно сделать"),
        help_text=_("Исполнитель увидит только этот текст и адрес. Без имён и телефонов."),
        widget=area(3, **{"data-keep": "task"}),
        max_length=5000,
        error_messages={"required": _("Напишите, что нужно сделать: исполнитель увидит этот текст.")},
    )
    address = forms.CharField(label=_("Адрес для исполнителя"), required=False, max_length=300)
    due_at = Moment(label=_("Срок исполнителю"), required=False)

    @property
    def part_rows(self) -> list[dict[str, Any]]:
        """The other bodies' rows as they were sent."""
        return part_rows(self.data) if isinstance(self.data, QueryDict) else []

    def clean(self) -> dict[str, Any]:
        """The rows of the other bodies become `parts`."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["parts"], wrong = parts_of(self.part_rows, moment_of)
        for words in wrong:
            self.add_error(None, words)
        return cleaned


class CoExecutorForm(DeskForm):
    """One more organisation with its part."""

    panel = "co"
    organisation = forms.IntegerField(error_messages=NO_ORGANISATION)
    task = forms.CharField(
        label=_("Её часть работы"),
        widget=area(2),
        max_length=5000,
        error_messages={"required": _("Напишите, что нужно сделать именно ей.")},
    )
    due_at = Moment(label=_("Срок её части"), required=False)


class RedirectForm(DeskForm):
    """«Не наше»: to whom then, and why."""

    panel = "redirect"
    assignment = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.IntegerField(error_messages=NO_ORGANISATION)
    reason = forms.CharField(
        label=_("Почему передаёте"),
        widget=area(2),
        max_length=500,
        error_messages={"required": _("Напишите, почему передаёте: причина останется в карточке.")},
    )


class HandOverForm(DeskForm):
    """To the centre of another place, with the reason its people will read."""

    panel = "hand_over"
    territory = forms.IntegerField(
        error_messages={"required": _("Выберите, куда передаёте."), "invalid": _("Выберите место из списка.")}
    )
    reason = forms.CharField(
        label=_("Почему передаёте"),
        widget=area(2),
        max_length=2000,
        help_text=_("Коллеги увидят причину. Вы карточку больше не увидите."),
        error_messages={"required": _("Напишите, почему передаёте.")},
    )


class PauseForm(DeskForm):
    """What is waited for: a reason of the policy's list, and a person's words."""

    panel = "pause"
    code = forms.CharField(max_length=20, required=False)
    reason = forms.CharField(
        label=_("Подробнее"),
        max_length=2000,
        required=False,
        help_text=_("Например: уточняем адрес у жителя."),
    )


class WordForm(DeskForm):
    """What an executor said by phone."""

    panel = "word"
    assignment = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Что сказали"), choices=TaskReply.Kind.choices, widget=forms.RadioSelect, error_messages=MISSING
    )
    said_by = forms.CharField(
        label=_("Кто сказал"),
        max_length=200,
        help_text=_("Фамилия или должность."),
        error_messages={"required": _("Напишите, кто это сказал.")},
    )
    said_at = Moment(label=_("Когда"))
    text = forms.CharField(label=_("Что именно"), required=False, widget=area(2), max_length=5000)
    until = Day(label=_("К какой дате сделают"), required=False)
    whose = forms.CharField(label=_("Если не их, то чьё"), required=False, max_length=300)


class DraftForm(DeskForm):
    """The answer to the resident."""

    panel = "draft"
    text = forms.CharField(
        label=_("Ответ жителю"),
        widget=area(7, **{"data-keep": "answer"}),
        max_length=20_000,
        error_messages={
            "required": _("Напишите текст ответа."),
            "max_length": _("Слишком длинно: не больше %(limit_value)s знаков, сейчас %(show_value)s."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Вид ответа"), choices=Answer.Kind.choices, widget=forms.RadioSelect, initial=Answer.Kind.FINAL
    )
    promised_for = Day(
        label=_("Обещаем к дате"),
        required=False,
        help_text=_("Для промежуточного ответа: когда ответите окончательно."),
    )
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    template = forms.RegexField(  # id and version of the one that was inserted
        r"^\d{1,9}:\d{1,6}$", required=False, widget=forms.HiddenInput
    )
    in_spite = InSpite()
    vouched = Vouched()


class ApproveForm(DeskForm):
    """An approval of the version that was read, with the note of an oral one."""

    panel = "approve"
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Если согласовали устно"),
        required=False,
        max_length=300,
        help_text=_("Кем и когда, например «глава, по телефону, 12 июня 14:30»."),
    )
    vouched = Vouched()


class ReturnForm(DeskForm):
    """Back to the author."""

    panel = "return"
    reason = forms.CharField(
        label=_("Что поправить"),
        widget=area(2),
        max_length=300,
        error_messages={"required": _("Напишите, что поправить.")},
    )


class ByHandForm(DeskForm):
    """Where and when the answer was put into the other system."""

    panel = "by_hand"
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    link = forms.CharField(
        label=_("Ссылка на ответ"),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    at = Moment(label=_("Когда опубликовано"))
    in_spite = InSpite()
    vouched = Vouched()


class PublishForm(DeskForm):
    """The version that was read."""

    panel = "publish"
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    in_spite = InSpite()
    vouched = Vouched()


class CloseForm(DeskForm):
    """How the matter ended."""

    panel = "close"
    outcome = forms.ChoiceField(
        label=_("Итог"),
        choices=[
            (Case.Outcome.SOLVED, Case.Outcome.SOLVED.label),
            (Case.Outcome.EXPLAINED, Case.Outcome.EXPLAINED.label),
            (Case.Outcome.DECLINED, Case.Outcome.DECLINED.label),
            (Case.Outcome.NOT_OURS, Case.Outcome.NOT_OURS.label),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Выберите итог.")},
    )
    reason = forms.CharField(
        label=_("Откуда это известно"),
        required=False,
        max_length=300,
        help_text=_("Нужно, если нет фото «после» и слова жителя."),
    )


class AsideForm(DeskForm):
    """What is not a matter to solve."""

    panel = "aside"
    outcome = forms.ChoiceField(
        label=_("Что это"),
        choices=[
            (Case.Outcome.SPAM, _("спам, реклама")),
            (Case.Outcome.THANKS, _("благодарность")),
            (Case.Outcome.NOT_OURS, _("не наша компетенция")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Выберите, что это.")},
    )
    reason = forms.CharField(
        label=_("Что сказать жителю: чьё это дело и куда обратиться"),
        required=False,
        widget=area(4),
        max_length=1000,
        help_text=_("Нужно для «не наша компетенция»: житель прочтёт это на странице сообщения и там, где написал."),
    )


class ReasonForm(DeskForm):
    """A reason and nothing else."""

    reason = forms.CharField(label=_("Причина"), max_length=300, error_messages={"required": _("Напишите причину.")})


class ReopenForm(ReasonForm):
    """Why the case is opened again."""

    panel = "reopen"


class RevealForm(ReasonForm):
    """Why the contacts are needed."""

    panel = "reveal"


class CallForm(DeskForm):
    """A resident rang: what, where, and how to tell them."""

    panel = "call"
    text = forms.CharField(
        label=_("Что случилось"),
        widget=area(4, **{"data-keep": "call"}),
        max_length=20_000,
        help_text=_("Словами человека."),
        error_messages={"required": _("Запишите, что случилось.")},
    )
    territory = forms.IntegerField(error_messages={"required": _("Выберите место из списка.")})
    street = forms.CharField(label=_("Улица"), required=False, max_length=150)
    house = forms.CharField(label=_("Дом"), required=False, max_length=30)
    place_note = forms.CharField(
        label=_("Ориентир"), required=False, max_length=300, help_text=_("«у школы», «за мостом»")
    )
    name = forms.CharField(label=_("Как зовут"), required=False, max_length=200)
    phone = forms.CharField(
        label=_("Телефон"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)  # a wrong one is replaced, and the form goes on
    latitude = Degrees(90)
    longitude = Degrees(180)
