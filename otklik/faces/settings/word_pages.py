"""Words of outside systems: what each theme or organisation means here, said once for all its cases."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.classifier import loading as classifier
from otklik.classifier.models import Theme
from otklik.faces.settings.access import IMPORTERS, Scopes, actor_of, required
from otklik.failures import Failure, NotYours
from otklik.insight.definitions import today
from otklik.intake import mapping
from otklik.intake.models import OutsideWord
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind as PlaceKind
from otklik.territory.naming import name_key

PAGE = 50
OFFERED = 12
STEM = 5  # at most so many letters of a word must agree, and never the last one: endings differ
WAITING = Q(theme=None, organisation=None, territory=None)


@dataclass(frozen=True)
class Meaning:
    """One thing of ours that an outside word may mean."""

    id: int
    name: str
    note: str


def _seen(scopes: Scopes) -> QuerySet[OutsideWord]:
    words = OutsideWord.objects.select_related("profile__into", "theme", "organisation", "territory", "mapped_by")
    return words if scopes is None else words.filter(profile__into__scope_id__in=scopes)


@login_required
@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """The table of words: those that wait first, the most frequent on top."""
    found = _seen(required(actor_of(request), IMPORTERS)).order_by(
        F("mapped_at").asc(nulls_first=True), "-seen", "word"
    )
    kind, profile = request.GET.get("kind", ""), request.GET.get("profile", "")
    everything = request.GET.get("all") == "1"
    if kind in OutsideWord.Kind.values:
        found = found.filter(kind=kind)
    if profile.isdecimal() and len(profile) < 10:
        found = found.filter(profile_id=int(profile))
    if not everything:
        found = found.filter(WAITING)
    context = {
        "tab": "imports", "page": Paginator(found, PAGE).get_page(request.GET.get("page")), "kind": kind,
        "kinds": OutsideWord.Kind.choices, "profile": profile, "all": everything,
    }
    return render(request, "settings/words.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: HttpRequest, word_id: int) -> HttpResponse:
    """Choose what one word means; the choice is applied to all its cases by a job."""
    actor = actor_of(request)
    row = _seen(required(actor, IMPORTERS)).filter(pk=word_id).first()
    if row is None:
        raise NotYours(_("Такого слова нет, или оно не из ваших таблиц."))
    failure = ""
    if request.method == "POST":
        given = request.POST.get("meaning", "")
        chosen = int(given) if given.isdecimal() and len(given) < 10 else None
        try:
            mapping.map_word(actor, word_id, **{f"{row.kind}_id": chosen})
        except Failure as refused:
            failure = str(refused)
        else:
            if not request.headers.get("HX-Request"):
                return redirect("settings:words")
            row = _seen(None).get(pk=word_id)
            return render(request, "settings/parts/word_row.html", {"word": row, "just_mapped": True})
    sought = request.GET.get("text", row.word if request.method == "GET" else "").replace("\x00", "")[:200]
    context = {
        "tab": "imports", "word": row, "text": sought, "meanings": meanings(row, sought), "failure": failure,
    }
    part = request.headers.get("HX-Request") == "true"
    template = "settings/parts/word_choices.html" if part and "text" in request.GET else (
        "settings/parts/word_form.html" if part else "settings/word.html"
    )
    return render(request, template, context, status=422 if failure else 200)


def meanings(word: OutsideWord, sought: str) -> list[Meaning]:
    """The likest of ours by shared words, at most `OFFERED`; for an organisation of this place and the region."""
    if word.kind == OutsideWord.Kind.THEME:
        themes = Theme.objects.filter(version=classifier.current(today(timezone.now())), retired=False)
        found = [
            (
                Meaning(t.pk, t.name, f"{t.group.name}. {t.help}"),
                f"{t.name} {t.group.name} {' '.join(t.synonyms)}",
            )
            for t in themes.select_related("group").order_by("order")
        ]
    elif word.kind == OutsideWord.Kind.ORGANISATION:
        into = word.profile.into
        near = Q(territory__kind=PlaceKind.REGION) | Q(territory__scope_id=into.scope_id or into.pk)
        if into.municipality_id:
            near |= Q(territory_id=into.municipality_id)
        firms = Organisation.objects.filter(active=True).select_related("territory").order_by("name_key")
        if into.kind != PlaceKind.REGION:
            firms = firms.filter(near)
        found = [
            (
                Meaning(o.pk, o.short_name, f"{o.get_kind_display()}, {o.territory.short_name}"),
                f"{o.name} {o.short_name}",
            )
            for o in firms
        ]
    else:
        return []
    return likest(found, sought)


def likest(found: list[tuple[Meaning, str]], sought: str) -> list[Meaning]:
    """Those that share the beginnings of words with what is sought, the more the earlier; all when nothing is."""
    stems = _stems(sought)
    if not stems:
        return [meaning for meaning, _text in found[:OFFERED]]
    scored = []
    for place, (meaning, text) in enumerate(found):
        in_name = _stems(meaning.name)
        shared = 3 * _agreeing(stems, in_name) + _agreeing(stems, _stems(text))
        if shared:
            scored.append((-shared, len(in_name), place, meaning))
    return [meaning for *_rank, meaning in sorted(scored, key=lambda row: row[:3])[:OFFERED]]


def _stems(text: str) -> set[str]:
    """The beginnings of the words of a text, little words left out."""
    return {word[: min(STEM, len(word) - 1)] for word in name_key(text).split() if len(word) > 2}


def _agreeing(sought: set[str], own: set[str]) -> int:
    """How many of the sought words begin as one of ours: «ям-ы» and «ям-а», «мост-а» and «мос-т»."""
    return sum(any(a.startswith(b) or b.startswith(a) for b in own) for a in sought)
