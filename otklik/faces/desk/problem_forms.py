"""Forms of problems. They read types; whether a thing may be done is the gates' to say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.cases.problem_models import ProblemState
from otklik.faces.desk.fields import MISSING, Day, Degrees, DeskForm, area


class MakeProblemForm(DeskForm):
    """A new problem made of one case, or of some that are split off."""

    panel = "make_problem"
    title = forms.CharField(
        label=_("Что случилось и где"), max_length=200, error_messages=MISSING,
        help_text=_("Своими словами и без имён, например: прорыв водопровода на улице Мира."),
    )


class JoinProblemForm(DeskForm):
    """Which problem a case belongs to."""

    panel = "join_problem"
    problem = forms.IntegerField(
        label=_("Номер проблемы"), min_value=1, max_value=2**62,
        error_messages=MISSING | {"invalid": _("Напишите номер цифрами, например 8.")},
    )


class ChangeProblemForm(DeskForm):
    """What and where."""

    panel = "change"
    title = forms.CharField(label=_("Что случилось и где"), max_length=200, error_messages=MISSING)
    theme = forms.TypedChoiceField(
        label=_("Тема"), required=False, coerce=int, empty_value=None, error_messages=MISSING
    )
    street = forms.CharField(label=_("Улица"), required=False, max_length=150)
    house = forms.CharField(label=_("Дом"), required=False, max_length=30)
    latitude = Degrees(90)
    longitude = Degrees(180)


class StateForm(DeskForm):
    """How the work stands."""

    panel = "state"
    state = forms.ChoiceField(label=_("Как идут дела"), choices=ProblemState.choices, error_messages=MISSING)
    planned_for = Day(label=_("День работ"), required=False, help_text=_("Нужен, когда работы запланированы."))


class NewsForm(DeskForm):
    """News to everybody whom the problem concerns."""

    panel = "news"
    text = forms.CharField(
        label=_("Новость"), max_length=2000, widget=area(3), error_messages=MISSING,
        help_text=_("Её увидят все, кто сообщил или отметил «у меня так же». Без имён и телефонов."),
    )
    names_are_fine = forms.BooleanField(label=_("Имён людей здесь нет"), required=False)


class ReleaseForm(DeskForm):
    """The words that everybody reads, and the photos that a person chose."""

    panel = "release"
    title = forms.CharField(label=_("Заголовок для всех"), max_length=150, error_messages=MISSING)
    text = forms.CharField(
        label=_("Что происходит"), required=False, max_length=2000, widget=area(5),
        help_text=_("Своими словами, не словами жителей: что случилось, кто занимается, когда ждать."),
    )
    place = forms.CharField(
        label=_("Где"), required=False, max_length=200, help_text=_("Улица без дома и квартиры.")
    )
    with_point = forms.BooleanField(label=_("Показать на карте, приблизительно"), required=False)
    before = forms.TypedMultipleChoiceField(required=False, coerce=int)
    after = forms.TypedMultipleChoiceField(required=False, coerce=int)
    names_are_fine = forms.BooleanField(label=_("Имён людей здесь нет"), required=False)


class SplitForm(DeskForm):
    """Cases that have another cause."""

    panel = "split"
    title = forms.CharField(label=_("Название новой проблемы"), max_length=200, error_messages=MISSING)
    cases = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("Отметьте карточки, которые нужно отделить.")}
    )


class RevealForm(DeskForm):
    """Why the phones of supporters are needed."""

    panel = "reveal_supporters"
    reason = forms.CharField(label=_("Зачем нужны номера"), max_length=500, error_messages=MISSING)
