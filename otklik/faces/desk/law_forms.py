"""Forms of decisions by law: what an outcome needs is what its form asks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Registration
from otklik.cases.outcome_filling import Given
from otklik.cases.outcome_rules import LawRule
from otklik.faces.desk.fields import MISSING, Day, DeskForm, area
from otklik.faces.desk.regime_forms import WHICH

Choices = Sequence[tuple[Any, str]]
WRONG = _("Выберите из списка.")
NO_ID = {"invalid": WRONG, "invalid_choice": WRONG, "required": WRONG}
READ = [("yes", _("читаются: сообщим, что текст прочитать нельзя")), ("no", _("не читаются: сообщать некому"))]
# Fields that an outcome without this need does not ask.
ASKED = {
    "body": ("organisation", "body"), "also": ("also_organisation", "also"),
    "url": ("url", "published_on"), "earlier": ("earlier", "earlier_text"),
    "no_new": ("no_new",), "stop": ("stop",), "impersonal": ("impersonal",), "act": ("act",), "readable": ("readable",),
    "reason": ("reason",),
}


class PrepareForm(DeskForm):
    """Everything that any outcome may need; `__init__` leaves what this one does."""

    panel = "law_prepare"
    entry = forms.IntegerField(widget=forms.HiddenInput, error_messages=WHICH)
    code = forms.CharField(widget=forms.HiddenInput, max_length=30, error_messages=WHICH)
    stop = forms.TypedChoiceField(
        label=_("Каким решением прекращена переписка"), coerce=int, empty_value=None, error_messages=NO_ID
    )
    organisation = forms.TypedChoiceField(
        label=_("Куда направить"), coerce=int, required=False, empty_value=None, error_messages=NO_ID
    )
    body = forms.CharField(
        label=_("Как назвать в письме"), required=False, max_length=300,
        help_text=_("Если в списке нет или получателей несколько. Пусто — название из списка."),
    )
    also_organisation = forms.TypedChoiceField(
        label=_("Куда ещё"), coerce=int, required=False, empty_value=None, error_messages=NO_ID
    )
    also = forms.CharField(
        label=_("Как назвать второго получателя в письме"), required=False, max_length=300,
        help_text=_("Если в списке нет. Не заполняют, только если на него и жалуются."),
    )
    reason = forms.CharField(
        max_length=1000, widget=area(3),
        error_messages={"required": _("Заполните: без этого решение не обосновать.")},
    )
    act = forms.CharField(
        label=_("Закон или акт"), max_length=300,
        help_text=_("Вид, название, номер и дата: каким актом сведения ограничены или какая это тайна."),
        error_messages={"required": _("Назовите закон или акт: вид, название, номер, дату.")},
    )
    earlier = forms.TypedMultipleChoiceField(
        label=_("Прежние ответы"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        error_messages=NO_ID,
    )
    earlier_text = forms.CharField(
        label=_("Прежние ответы, которых здесь нет"), required=False, max_length=2000, widget=area(2),
        help_text=_("По одному в строке: № 12-о от 03.02.2026"),
    )
    url = forms.CharField(
        label=_("Адрес страницы"), max_length=500,
        error_messages={"required": _("Напишите полный адрес страницы: https://…")},
    )
    published_on = Day(label=_("Когда размещено"))
    readable = forms.ChoiceField(
        label=_("Фамилия и адрес"), choices=READ, widget=forms.RadioSelect,
        error_messages=NO_ID | {"required": _("Отметьте, читаются ли фамилия и адрес.")},
    )
    addressee = forms.CharField(
        label=_("Кому письмо"), required=False, max_length=300, help_text=_("Фамилия, имя, отчество.")
    )
    no_new = forms.BooleanField(
        label=_("Новых доводов и обстоятельств в обращении нет"),
        error_messages={"required": _("Так решают, только если новых доводов и обстоятельств нет.")},
    )
    impersonal = forms.BooleanField(
        label=_("В размещённом ответе нет сведений о тех, кто писал"),
        error_messages={"required": _("На сайте не должно быть сведений о тех, кто писал.")},
    )

    def __init__(
        self, data: QueryDict | None = None, *, rule: LawRule, organisations: Choices = (), stops: Choices = (),
        earlier: Choices = (), **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.rule = rule
        for need, names in ASKED.items():
            for name in names if need not in rule.needs else ():
                del self.fields[name]
        if not rule.template:
            del self.fields["addressee"]
        for name, choices in (
            ("organisation", organisations), ("also_organisation", organisations), ("stop", stops),
            ("earlier", earlier),
        ):
            if name in self.fields:
                head = [("", "—")] if name != "earlier" else []
                self.fields[name].choices = [*head, *choices]  # type: ignore[attr-defined]
        if "earlier" in self.fields and not earlier:
            del self.fields["earlier"]
        for name, label in (("organisation", rule.body_label), ("also_organisation", rule.also_label)):
            if name in self.fields and label:
                self.fields[name].label = str(label)
        if "reason" in self.fields:
            self.fields["reason"].label = str(rule.reason_label)

    def given(self) -> Given:
        """What was filled in, for the gate."""
        clean = self.cleaned_data
        read = clean.get("readable") or ""
        return Given(
            reason=clean.get("reason", ""), addressee=clean.get("addressee", ""),
            organisation_id=clean.get("organisation") or None, body=clean.get("body", ""),
            also_organisation_id=clean.get("also_organisation") or None, also=clean.get("also", ""),
            url=clean.get("url", ""),
            published_on=clean.get("published_on"), act=clean.get("act", ""),
            earlier_ids=tuple(clean.get("earlier") or ()), earlier_text=clean.get("earlier_text", ""),
            stop_id=clean.get("stop") or None, no_new=bool(clean.get("no_new")),
            impersonal=bool(clean.get("impersonal")), readable=read == "yes" if read else None,
        )


class LetterForm(DeskForm):
    """The prepared letter, to be changed by hand."""

    panel = "law_text"
    text = forms.CharField(
        label=_("Письмо тому, кто обратился"), max_length=10_000, widget=area(8),
        error_messages={"required": _("Напишите текст письма.")},
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)


class LawDoneForm(DeskForm):
    """The letter has left."""

    panel = "law_done"
    number = forms.CharField(
        label=_("Исходящий номер"), max_length=100, error_messages={"required": _("Напишите исходящий номер.")}
    )
    at = Day(label=_("Когда отправили"))
    signer = forms.CharField(
        label=_("Кто подписал"), max_length=200, error_messages={"required": _("Напишите, кто подписал.")}
    )
    way = forms.ChoiceField(label=_("Как отправили"), choices=Registration.Way.choices, error_messages=MISSING)


class LawWithdrawForm(DeskForm):
    """The decision is taken back."""

    panel = "law_withdraw"
    reason = forms.CharField(
        label=_("Почему снимаете"), max_length=300, error_messages={"required": _("Напишите, почему снимаете решение.")}
    )


class ComplainedForm(DeskForm):
    """Whom the complaint is about."""

    panel = "complained"
    organisation = forms.TypedChoiceField(
        label=_("Организация"), coerce=int, required=False, empty_value=None, error_messages=NO_ID
    )
    name = forms.CharField(
        label=_("Или имя: должностное лицо, орган не из списка"), required=False, max_length=300
    )

    def __init__(self, data: QueryDict | None = None, *, organisations: Choices = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["organisation"].choices = [("", "—"), *organisations]  # type: ignore[attr-defined]
