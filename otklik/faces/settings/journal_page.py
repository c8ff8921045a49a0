"""The journal of settings: who changed what and when. Cases have their own journals on their pages."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from otklik.faces.settings.access import WATCHERS, Scopes, actor_of, required
from otklik.intake.models import OutsideWord
from otklik.journal.models import Entry
from otklik.organisations.models import Organisation, RoleAssignment, User
from otklik.organisations.region_settings import NAMES
from otklik.territory.models import Territory

SIZE = 50
KINDS = ("user", "erasure", "setting", "organisation", "duty", "policy", "import", "word", "register", "territory",
         "reader")
VERBS = {
    "invited": gettext_lazy("приглашён сотрудник"), "password_reset": gettext_lazy("ссылка для нового пароля"),
    "password_set": gettext_lazy("задан пароль"), "role_given": gettext_lazy("дана роль"),
    "role_taken": gettext_lazy("снята роль"), "let_in": gettext_lazy("открыт вход"),
    "kept_out": gettext_lazy("закрыт вход"), "leave_entered": gettext_lazy("записан отпуск"),
    "leave_ended": gettext_lazy("отпуск закончен"), "second_factor_added": gettext_lazy("включён второй фактор"),
    "second_factor_removed": gettext_lazy("выключен второй фактор"),
    "second_factor_reset": gettext_lazy("сброшен второй фактор"),
    "recovery_codes_renewed": gettext_lazy("сделаны новые запасные коды"),
    "outside_login_bound": gettext_lazy("привязан единый вход"),
    "logged_in": gettext_lazy("вход"), "logged_out": gettext_lazy("выход"),
    "login_failed": gettext_lazy("неудачный вход"), "code_failed": gettext_lazy("неверный код второго фактора"),
    "login_limited": gettext_lazy("вход остановлен: слишком часто"),
    "outside_login_failed": gettext_lazy("неудачный единый вход"),
    "session_ended": gettext_lazy("сеансы закрыты"), "person_changed": gettext_lazy("изменены сведения"),
    "setting_changed": gettext_lazy("изменена настройка"),
    "organisation_added": gettext_lazy("добавлена организация"),
    "organisation_changed": gettext_lazy("изменена организация"),
    "erasure_asked": gettext_lazy("искали человека, чтобы стереть"), "erasure_done": gettext_lazy("стёрт человек"),
    "erasure_put_off": gettext_lazy("стирание отложено по закону"),
    "erasure_dropped": gettext_lazy("стирание отменено"),
    "duty_changed": gettext_lazy("изменены дежурные"), "policy.adopted": gettext_lazy("введён регламент"),
    "register_saved": gettext_lazy("изменён свой журнал регистрации"),
    "import_begun": gettext_lazy("начата загрузка таблицы"),
    "import_done": gettext_lazy("закончена загрузка таблицы"),
    "import_accepted": gettext_lazy("принят результат загрузки"),
    "word_mapped": gettext_lazy("сопоставлено слово другой системы"),
    "cases_exported": gettext_lazy("выгружены карточки"),
    "settlements_imported": gettext_lazy("загружены населённые пункты"),
    "boundaries_imported": gettext_lazy("загружены границы"), "streets_imported": gettext_lazy("загружены улицы"),
    "reader_learnt": gettext_lazy("обучена новая версия понимания текста"),
    "reader_changed": gettext_lazy("сменена версия понимания текста"),
    "reader_broken": gettext_lazy("повреждена версия понимания текста"),
    "reader_asked": gettext_lazy("попросили обучить понимание текста"),
    "learned_name_forbidden": gettext_lazy("запрещено выученное название места"),
    "learned_name_allowed": gettext_lazy("снова разрешено выученное название места"),
}


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    at: datetime
    who: str
    what: str
    about: str


@login_required
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Entries about settings, newest first, those of the places one administers."""
    scopes = required(actor_of(request), WATCHERS)
    entries = Entry.objects.filter(_about_settings(scopes)).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        entries = entries.filter(id__lt=int(before))
    found = list(entries[: SIZE + 1])
    context = {
        "tab": "journal", "lines": _lines(found[:SIZE]),
        "before": found[SIZE - 1].pk if len(found) > SIZE else None,
    }
    return render(request, "settings/journal.html", context)


def _about_settings(scopes: Scopes) -> Q:
    """Streams by prefix, as ranges: the index on streams finds them without walking the cases' entries."""
    if scopes is None:
        wanted = Q()
        for kind in KINDS:
            wanted |= Q(stream__gte=f"{kind}:", stream__lt=f"{kind};")
        return wanted
    users = RoleAssignment.objects.filter(territory__scope_id__in=scopes).values_list("user_id", flat=True)
    organisations = Organisation.objects.filter(territory__scope_id__in=scopes).values_list("pk", flat=True)
    streams = [f"user:{pk}" for pk in set(users)] + [f"organisation:{pk}" for pk in organisations]
    streams += [f"duty:{pk}" for pk in scopes]
    streams += [f"setting:{name}:{pk}" for name in NAMES for pk in scopes]
    streams += [f"register:{pk}" for pk in organisations]
    erasures = Q(stream__gte="erasure:", stream__lt="erasure;", fields__scope__in=list(scopes))
    policies = Q(stream__gte="policy:", stream__lt="policy;", fields__territory__in=list(scopes))
    return Q(stream__in=streams) | erasures | policies


def _lines(entries: list[Entry]) -> list[Line]:
    ids = {int(e.stream.split(":")[1]) for e in entries if e.stream.startswith("user:")}
    ids |= {int(e.actor.split(":")[1]) for e in entries if e.actor.startswith("staff:")}
    people = {u.pk: u.short_name for u in User.objects.filter(pk__in=ids)}
    names = {
        str(pk): name for pk, name in Organisation.objects.filter(
            pk__in=[int(e.stream.split(":")[1]) for e in entries if e.stream.startswith(("organisation:", "register:"))]
        ).values_list("pk", "short_name")
    }
    words = OutsideWord.objects.filter(
        pk__in=[int(e.stream.split(":")[1]) for e in entries if e.stream.startswith("word:")]
    )
    names |= {f"word:{pk}": f"«{word}»" for pk, word in words.values_list("pk", "word")}
    mentioned = {e.fields.get("territory") for e in entries} | {
        int(part) for e in entries for part in e.stream.split(":")[1:] if part.isdecimal()
    }
    places = {
        str(pk): name for pk, name in Territory.objects.filter(pk__in=[m for m in mentioned if isinstance(m, int)])
        .values_list("pk", "short_name")
    }
    return [
        Line(e.at, _who(e.actor, people), str(VERBS.get(e.verb, e.verb)), _about(e, people, names, places))
        for e in entries
    ]


def _who(actor: str, people: dict[int, str]) -> str:
    kind, _colon, key = actor.partition(":")
    if kind == "staff":
        return people.get(int(key), _("сотрудник %(n)s") % {"n": key})
    return _("программа") if kind == "system" else actor


def _about(entry: Entry, people: dict[int, str], names: dict[str, str], places: dict[str, str]) -> str:
    kind, _colon, key = entry.stream.partition(":")
    fields = entry.fields
    if kind == "user":
        words = [people.get(int(key), key)]
        if "role" in fields:
            words.append(str(dict(RoleAssignment.Role.choices).get(fields["role"], fields["role"])))
            words.append(places.get(str(fields.get("territory")), ""))
        return " · ".join(w for w in words if w)
    if kind == "territory":
        counts = [str(fields[name]) for name in ("taken", "created") if isinstance(fields.get(name), int)]
        return " · ".join(w for w in (places.get(key, ""), *counts) if w)
    if kind == "setting":
        name, _colon, place = key.partition(":")
        before, after = _shown(fields.get("before")), _shown(fields.get("after"))
        change = f"{before or '—'} → {after}" if after else ""
        return " · ".join(w for w in (str(NAMES.get(name, name)), places.get(place, ""), change) if w)
    if kind == "register":
        act = _("акт № %(number)s от %(day)s") % {"number": fields.get("act", ""), "day": _day(fields.get("act_date"))}
        state = _("включён") if fields.get("on") else _("выключен")
        law = {"law59": _("59-ФЗ"), "law8": _("8-ФЗ")}.get(fields.get("regime", ""), "")
        return " · ".join(w for w in (names.get(key, key), law, act, state) if w)
    if kind == "reader":
        return " · ".join(str(fields[name]) for name in ("version", "to") if isinstance(fields.get(name), int))
    if kind == "organisation":
        return names.get(key, key)
    if kind == "import":
        return _("загрузка № %(n)s") % {"n": key}  # not the file's name: loadings are content, closed to administrators
    if kind == "erasure":
        return _("запись № %(n)s") % {"n": key}
    if kind == "word":
        return names.get(entry.stream, key)
    return places.get(key, key) if kind == "duty" else key


def _day(written: object) -> str:
    day = parse_date(written) if isinstance(written, str) else None
    return date_format(day, "j E Y") if day else ""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("да") if value else pgettext("да или нет", "нет")
    if isinstance(value, dict | list):
        return ""  # the program's own notes, not a setting that people read
    return str(value) if value else "—"
