"""Forms of the curator's pages. They read types; whether a thing may be done is the gates' to say."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.channels.models import Account
from otklik.curating.checklists import LINES
from otklik.curating.models import OfficialPage, PlannedPost
from otklik.curating.planning import Story
from otklik.faces.desk.fields import MISSING, Day, DeskForm, Moment, area
from otklik.faces.region.curator_common import place_label
from otklik.organisations.models import Organisation, User
from otklik.territory.models import Kind, Territory

NONE = [("", "—")]


class PageForm(DeskForm):
    """One official page."""

    panel = "page"
    body = forms.TypedChoiceField(label=_("Чья страница"), coerce=int, error_messages=MISSING)
    address = forms.CharField(
        label=_("Адрес"), max_length=300, error_messages=MISSING, help_text=_("vk.com/…, ok.ru/… или max.ru/…"),
    )
    name = forms.CharField(label=_("Название"), required=False, max_length=200)
    responsible = forms.CharField(
        label=_("Кто отвечает за страницу"), required=False, max_length=200, help_text=_("Фамилия и должность."),
    )
    phone = forms.CharField(label=_("Рабочий телефон"), required=False, max_length=40)
    act = forms.CharField(label=_("Приказ о назначении"), required=False, max_length=200)
    mark = forms.ChoiceField(
        label=_("Отметка официальной страницы"), required=False, choices=OfficialPage.Mark.choices,
        error_messages=MISSING,
    )
    mark_seen_on = Day(label=_("Когда видели отметку"), required=False)
    seen_post_on = Day(
        label=_("Последняя публикация, которую видели"), required=False,
        help_text=_("Если канал о публикациях не сообщает: для ОК — всегда."),
    )
    account = forms.TypedChoiceField(
        label=_("Канал, который её слушает"), required=False, coerce=int, empty_value=None, error_messages=MISSING,
        help_text=_("По нему считаем комментарии и ответы. Каналы подключает администратор."),
    )

    def __init__(
        self, bodies: Sequence[Organisation], accounts: Sequence[Account], data: QueryDict | None = None,
        **more: object,
    ) -> None:
        super().__init__(data, **more)
        of = [(one.pk, f"{one.short_name} · {one.territory.short_name}") for one in bodies]
        self.fields["body"].choices = [*NONE, *of]  # type: ignore[attr-defined]
        self.fields["account"].choices = [*NONE, *((one.pk, one.name) for one in accounts)]  # type: ignore[attr-defined]


class SheetForm(DeskForm):
    """A sheet of pages."""

    panel = "sheet"
    file = forms.FileField(
        label=_("Таблица"), error_messages=MISSING | {"empty": _("Файл пустой.")},
        help_text=_("XLSX, ODS, XLS или CSV по образцу, до 5 МБ."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.xls,.csv"}),
    )


class PostForm(DeskForm):
    """One publication of the plan."""

    panel = "post"
    place = forms.TypedChoiceField(label=_("Муниципалитет"), coerce=int, error_messages=MISSING)
    planned_on = Day(label=_("Когда"))
    page = forms.TypedChoiceField(
        label=_("На какой странице"), required=False, coerce=int, empty_value=None, error_messages=MISSING
    )
    who = forms.TypedChoiceField(
        label=_("Кто опубликует"), required=False, coerce=int, empty_value=None, error_messages=MISSING
    )
    title = forms.CharField(label=_("О чём"), max_length=160, error_messages=MISSING)
    text = forms.CharField(
        label=_("Текст"), required=False, max_length=4000, widget=area(8),
        help_text=_("Программа ничего не публикует сама: текст скопирует человек."),
    )
    source = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    source_id = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(
        self, places: Sequence[Territory], pages: Sequence[OfficialPage], people: Sequence[User],
        data: QueryDict | None = None, **more: object,
    ) -> None:
        super().__init__(data, **more)
        offered = {
            "place": [(one.pk, place_label(one)) for one in places],
            "page": [*NONE, *((one.pk, f"{one.body.short_name} · {one.get_network_display()}") for one in pages)],
            "who": [*NONE, *((one.pk, one.short_name) for one in people)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def told(post: PlannedPost | None, story: Story | None, place_id: int | None) -> dict[str, object]:
        """What the empty form begins with."""
        if post is not None:
            return {
                "place": post.scope_id, "planned_on": post.planned_on, "page": post.page_id, "who": post.who_id,
                "title": post.title, "text": post.text,
            }
        if story is not None:
            return {
                "place": story.place_id, "title": story.title, "text": story.text, "source": story.source,
                "source_id": story.ident,
            }
        return {"place": place_id}


class PublishedForm(DeskForm):
    """Where it stands."""

    panel = "published"
    link = forms.CharField(label=_("Ссылка на запись"), max_length=300, error_messages=MISSING)


class DrawForm(DeskForm):
    """A drawing by hand."""

    panel = "draw"
    week = Day(label=_("За неделю, в которую входит день"))
    seed = forms.CharField(
        label=_("Слово жребия"), required=False, max_length=40,
        help_text=_("Пусто — придумает программа. С тем же словом выпадут те же ответы."),
    )


class SizeForm(DeskForm):
    """How many answers a week, and how long a remark waits."""

    panel = "size"
    samples_each = forms.IntegerField(
        label=_("Ответов в неделю"), min_value=0, max_value=30, help_text=_("0 — не отбирать."), error_messages=MISSING
    )
    remark_days = forms.IntegerField(
        label=_("Рабочих дней на ответ"), min_value=1, max_value=30, error_messages=MISSING
    )


class ChecklistForm(DeskForm):
    """Ten lines, each of which may be a grave one."""

    panel = "checklist"
    misses = forms.IntegerField(
        label=_("Сколько «нет» прощаем"), min_value=0, max_value=LINES - 1, error_messages=MISSING,
        help_text=_("Хороший ответ: не больше стольких «нет», и ни одного в главных строках."),
    )

    def __init__(self, data: QueryDict | None = None, **more: object) -> None:
        super().__init__(data, **more)
        for n in range(LINES):
            self.fields[f"line_{n}"] = forms.CharField(
                label=_("Строка %(n)s") % {"n": n + 1}, max_length=200, error_messages=MISSING
            )
            self.fields[f"grave_{n}"] = forms.BooleanField(
                label=_("главная: строка %(n)s") % {"n": n + 1}, required=False
            )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """A line and its «главная», for the page."""
        return [(self[f"line_{n}"], self[f"grave_{n}"]) for n in range(LINES)]


class LearnForm(DeskForm):
    """A learning example."""

    panel = "learn"
    good = forms.TypedChoiceField(
        label=_("Пример"), coerce=lambda value: value == "yes", error_messages=MISSING,
        choices=[("yes", _("как надо")), ("no", _("как не надо"))],
    )
    text = forms.CharField(label=_("Текст без имён и адресов"), max_length=4000, widget=area(5), error_messages=MISSING)
    lesson = forms.CharField(label=_("Чему учит"), max_length=500, error_messages=MISSING)
    about = forms.ChoiceField(label=_("О какой строке"), required=False, error_messages=MISSING)

    def __init__(self, lines: Sequence[tuple[str, str]], data: QueryDict | None = None, **more: object) -> None:
        super().__init__(data, **more)
        self.fields["about"].choices = [*NONE, *lines]  # type: ignore[attr-defined]


class AskForm(DeskForm):
    """A request of the ЦУР."""

    panel = "ask"
    title = forms.CharField(label=_("О чём"), max_length=160, error_messages=MISSING)
    link = forms.CharField(label=_("Ссылка на запись"), required=False, max_length=500)
    text = forms.CharField(
        label=_("Что пишут и что спрашиваем"), max_length=6000, widget=area(6), error_messages=MISSING,
        help_text=_("Имён и телефонов не нужно: хватит ссылки."),
    )
    due_at = Moment(label=_("Дайте позицию до"))
    everybody = forms.BooleanField(label=_("Всем муниципалитетам"), required=False)
    places = forms.TypedMultipleChoiceField(
        label=_("Муниципалитеты"), coerce=int, required=False, empty_value=[], widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Выберите из списка.")},
    )
    organisations = forms.TypedMultipleChoiceField(
        label=_("Организации"), coerce=int, required=False, empty_value=[],
        widget=forms.SelectMultiple(attrs={"size": 8}), error_messages={"invalid_choice": _("Выберите из списка.")},
        help_text=_("Несколько — с клавишей Ctrl. Отвечает центр её муниципалитета; за органы региона запишете вы."),
    )

    def __init__(
        self, places: Sequence[Territory], firms: Sequence[Organisation], data: QueryDict | None = None, **more: object
    ) -> None:
        super().__init__(data, **more)
        self.fields["places"].choices = [(one.pk, place_label(one)) for one in places]  # type: ignore[attr-defined]
        of = [(one.pk, f"{one.short_name} · {one.territory.short_name}") for one in firms]
        self.fields["organisations"].choices = of  # type: ignore[attr-defined]
        self.municipalities = [one.pk for one in places if one.kind == Kind.MUNICIPALITY]

    def whom(self) -> list[int]:
        """The scopes asked: those ticked, or every municipality."""
        ticked: list[int] = self.cleaned_data["places"]
        return sorted({*ticked, *self.municipalities}) if self.cleaned_data["everybody"] else ticked


class DecideForm(DeskForm):
    """Taken, or returned with words and perhaps another hour."""

    panel = "decide"
    decision = forms.CharField(label=_("Что скажете"), required=False, max_length=2000, widget=area(2))
    due_at = Moment(label=_("Новый срок, если возвращаете"), required=False)


class ReplyForm(DeskForm):
    """The position, by whoever was asked; or written down for an organisation."""

    panel = "reply"
    words = forms.CharField(label=_("Позиция"), max_length=6000, widget=area(6), error_messages=MISSING)
    said_by = forms.CharField(
        label=_("Кто ответил и как"), required=False, max_length=200, help_text=_("Если отвечаете за организацию."),
    )
