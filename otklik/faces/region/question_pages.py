"""Questions between centres: the list with search, one question with its answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.classifier.loading import current
from otklik.classifier.models import ThemeGroup
from otklik.faces.region.exchange_forms import place_choices
from otklik.faces.region.exchange_pages import reader
from otklik.faces.region.refused import accepted, made_by
from otklik.faces.typed_forms import TypedForm
from otklik.practice import allowed, questions
from otklik.practice.models import CentreReply
from otklik.territory.models import Territory

SIZE = 50


class ReplyForm(TypedForm):
    """An answer for one's centre."""

    place = forms.TypedChoiceField(label=gettext_lazy("От какого центра"), coerce=int)
    text = forms.CharField(
        label=gettext_lazy("Ответ"), max_length=questions.MOST_TEXT, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Без сведений о жителях: ответ читает вся сеть."),
    )

    def __init__(self, *args: Any, places: list[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(places, "—")[1:]  # type: ignore[attr-defined]


class QuestionForm(ReplyForm):
    """A question of one's centre to all the others."""

    title = forms.CharField(label=gettext_lazy("Вопрос одной строкой"), max_length=200)
    group = forms.ChoiceField(label=gettext_lazy("О чём"), required=False)
    field_order = ("title", "group", "text", "place")

    def __init__(self, *args: Any, groups: list[ThemeGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].label = _("Какой центр спрашивает")
        self.fields["text"].label, self.fields["text"].required = _("Подробнее"), False
        self.fields["text"].help_text = _("Без сведений о жителях: вопрос читает вся сеть.")
        known = [("", _("о работе в целом")), *((one.code, one.name) for one in groups)]
        self.fields["group"].choices = known  # type: ignore[attr-defined]


def _groups() -> list[ThemeGroup]:
    return list(ThemeGroup.objects.filter(version=current()).order_by("order"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_list(request: HttpRequest) -> HttpResponse:
    """Questions found by words and theme, and a form for a new one."""
    actor = reader(request)
    with acting(actor, read_only=True):
        mine, groups = allowed.kept_centres(actor, allowed.centres()), _groups()
    sent = request.POST if request.method == "POST" else None
    form = QuestionForm(sent, places=mine, groups=groups) if mine else None
    if form is not None and (row := made_by(form, lambda given: questions.ask(
        actor, place_id=given["place"], title=given["title"], text=given["text"], group=given["group"]
    ))):  # fmt: skip
        messages.success(request, _("Вопрос виден всей сети. О нём узнают центры, у которых получается."))
        return redirect("region:question", row.pk)
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    group = request.GET.get("group", "")
    group = group if group in {one.code for one in groups} else ""
    with acting(actor, read_only=True):
        rows = list(questions.found(words, group, only_open=request.GET.get("open") == "1")[: SIZE + 1])
        context = {
            "form": form, "rows": rows[:SIZE], "more": len(rows) > SIZE, "q": words, "group": group, "groups": groups,
            "names": {one.code: one.name for one in groups}, "only_open": request.GET.get("open") == "1",
            "searched_for": bool(words or group),
        }
        bound = form is not None and form.is_bound
        return render(request, "region/questions/list.html", context, status=422 if bound else 200)


@login_required
@require_safe
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question with its answers."""
    return _page(request, reader(request), question_id)


@login_required
@require_POST
def reply(request: HttpRequest, question_id: int) -> HttpResponse:
    """Answer for one's centre."""
    actor = reader(request)
    with acting(actor, read_only=True):
        mine = allowed.kept_centres(actor, allowed.centres())
    form = ReplyForm(request.POST, places=mine)
    if accepted(form, lambda given: questions.reply(
        actor, question_id, place_id=given["place"], text=given["text"]
    )):  # fmt: skip
        return redirect("region:question", question_id)
    return _page(request, actor, question_id, form=form, status=422)


@login_required
@require_POST
def helped(request: HttpRequest, reply_id: int) -> HttpResponse:
    """«Помогло»."""
    said = questions.mark_helped(reader(request), reply_id)
    return redirect("region:question", said.question_id)


@login_required
@require_POST
def close(request: HttpRequest, question_id: int) -> HttpResponse:
    """Close a question."""
    questions.close(reader(request), question_id)
    return redirect("region:question", question_id)


def _page(
    request: HttpRequest, actor: Staff, question_id: int, *, form: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    with acting(actor, read_only=True):
        row = questions.the_question(question_id)
        mine = allowed.kept_centres(actor, allowed.centres())
        context = {
            "row": row, "group": ThemeGroup.objects.filter(code=row.group).order_by("-version_id").first(),
            "replies": list(CentreReply.objects.filter(question=row).select_related("place", "author")),
            "form": form or (ReplyForm(places=mine) if mine and row.closed_at is None else None),
            "ours": allowed.may_keep(actor, row.place_id),
        }
        return render(request, "region/questions/question.html", context, status=status)
