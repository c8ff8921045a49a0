"""Forms of what stands beside an appeal: its signers, letters to other bodies, the proof that the answer left."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Inquiry, Registration, SendingProof
from otklik.cases.shorter_terms import terms
from otklik.faces.desk.fields import MISSING, Day, DeskForm, area
from otklik.faces.desk.regime_forms import WHICH, RegistrationForm

ENDS = [
    ("answered", _("ответ получен")), ("silent", _("не ответили, больше не ждём")), ("recalled", _("отозвано")),
]


class CollectiveForm(DeskForm):
    """Several people signed."""

    panel = "collective"
    people = forms.IntegerField(
        label=_("Сколько человек подписали"), min_value=2, max_value=100_000,
        error_messages={
            "required": _("Напишите, сколько человек подписали."), "invalid": _("Напишите число цифрами."),
            "min_value": _("Подписавших — от двух человек."), "max_value": _("Слишком много: проверьте число."),
        },
    )
    answer_to = forms.CharField(
        label=_("Кому из них ответить"), max_length=200,
        error_messages={"required": _("Напишите, кому из подписавших ответить.")},
        help_text=_("Кто указан для ответа, а если никто — кто стоит первым."),
    )
    note = forms.CharField(
        label=_("Как подписались"), max_length=300, required=False, help_text=_("Например: жители дома 12.")
    )


class OriginForm(DeskForm):
    """Through whom it came."""

    panel = "origin"
    through = forms.CharField(
        label=_("Через кого пришло"), max_length=200, required=False,
        help_text=_("Вышестоящий орган, который переслал. Пусто — житель написал нам сам."),
    )
    control = forms.BooleanField(label=_("На контроле: просят сообщить о результате"), required=False)


class MatterForm(RegistrationForm):
    """Of a matter that has less time."""

    panel = "matter"
    matter = forms.ChoiceField(
        label=_("Срок по закону"), required=False, error_messages=MISSING,
        widget=forms.Select(attrs={"lang": "ru"}),  # names and articles are rows of the law, in Russian
    )

    def __init__(self, *args: Any, regime: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [  # type: ignore[attr-defined]
            ("", _("общий")),
            *((t.code, f"{t.name}: {t.days} дн. ({t.source})") for t in terms(regime)),
        ]


class SeveralBodiesForm(RegistrationForm):
    """Some of the questions are not ours."""

    panel = "several_bodies"
    reason = forms.CharField(
        label=_("Каким органам и по каким вопросам"), max_length=2000, widget=area(2),
        error_messages={"required": _("Напишите, каким органам и по каким вопросам.")},
    )


class LetterForm(RegistrationForm):
    """A letter to another body, as it left."""

    panel = "inquire"
    kind = forms.ChoiceField(label=_("Что отправили"), choices=Inquiry.Kind.choices, error_messages=MISSING)
    to = forms.CharField(
        label=_("Какому органу"), max_length=300, error_messages={"required": _("Напишите, какому органу отправили.")}
    )
    what = forms.CharField(
        label=_("Какие вопросы или что запросили"), max_length=2000, widget=area(2),
        error_messages={"required": _("Напишите, какие вопросы им переданы или что запросили.")},
    )
    number = forms.CharField(
        label=_("Исходящий номер"), max_length=100, error_messages={"required": _("Напишите исходящий номер.")}
    )
    at = Day(label=_("Когда отправили"))
    signer = forms.CharField(
        label=_("Кто подписал"), max_length=200, error_messages={"required": _("Напишите, кто подписал.")}
    )
    until = Day(
        label=_("Ждём ответа до"), required=False,
        help_text=_("На запрос документов по 59-ФЗ срок — 15 дней, его посчитает программа."),
    )
    names = forms.BooleanField(
        label=_("В письме нужны имя или телефон: без них документ не найдут"), required=False
    )
    not_complained_of = forms.BooleanField(label=_("Это не те, на кого жалуются"), required=False)
    all_sent = forms.BooleanField(label=_("Это последняя копия"), required=False)

    def __init__(self, *args: Any, copies: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.copies = copies
        if not copies:  # a person says first that several bodies decide
            kinds = [(code, label) for code, label in Inquiry.Kind.choices if code != Inquiry.Kind.COPY]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class LetterPaperForm(LetterForm):
    """The same before it left: the paper is made from it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("number", "at", "signer"):
            self.fields[name].required = False


class LetterOverForm(DeskForm):
    """What came of a letter."""

    panel = "inquiry_over"
    inquiry = forms.IntegerField(
        widget=forms.HiddenInput, error_messages=WHICH
    )
    state = forms.ChoiceField(label=_("Чем кончилось"), choices=ENDS, error_messages=MISSING)
    at = Day(label=_("Когда"))
    number = forms.CharField(label=_("Номер ответа"), max_length=100, required=False)
    words = forms.CharField(
        label=_("Что ответили или почему не ждём"), max_length=2000, required=False, widget=area(2)
    )


class CopiesOutForm(RegistrationForm):
    """All copies have left."""

    panel = "copies_out"


class ProofForm(RegistrationForm):
    """What proves that the letter left."""

    panel = "prove"
    kind = forms.ChoiceField(label=_("Чем подтверждается"), choices=SendingProof.Kind.choices, error_messages=MISSING)
    reference = forms.CharField(
        label=_("Номер"), max_length=200, required=False,
        help_text=_("Почтовый номер, номер квитанции или расписки, номер доставки."),
    )
    reason = forms.CharField(
        label=_("Почему подтверждения нет"), max_length=300, required=False, help_text=_("Только если его нет.")
    )


def fitting(entry: Registration) -> str:
    """The kind of proof that the way of sending leads to."""
    return {"post": "postal", "cabinet": "cabinet", "email": "email", "hand": "hand"}.get(entry.way, "other")
