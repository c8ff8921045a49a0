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
         "reader", "escalation", "queue", "agreement", "template", "schedule", "burst",
         "page", "page-duty", "planned-post", "sample", "sampled", "ask", "example", "checklist",
         "passport", "exchange", "question", "trusted_region", "rating", "report_form", "order",
         "practice", "foreign_template")
OF_PLACES = ("duty", "escalation", "queue", "agreement", "schedule", "burst", "passport", "report_form", "order")
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
    "chat_code_made": gettext_lazy("взят код для уведомлений в MAX"),
    "chat_bound": gettext_lazy("подключены уведомления в MAX"),
    "chat_unbound": gettext_lazy("отключены уведомления в MAX"),
    "escalation_changed": gettext_lazy("изменено, кому сообщать о сроках"),
    "queue_silent": gettext_lazy("очередь замолчала"), "queue_awake": gettext_lazy("очередь ожила"),
    "queue_reminded": gettext_lazy("напомнили молчащей очереди"),
    "queue_called": gettext_lazy("позвонили руководителю о молчащей очереди"),
    "burst_found": gettext_lazy("замечен всплеск сообщений"), "burst_over": gettext_lazy("всплеск затих"),
    "burst_silenced": gettext_lazy("всплеск заглушён"), "burst_heard": gettext_lazy("всплеск снова слышен"),
    "burst_problem": gettext_lazy("из всплеска сделана проблема"),
    "agreement_entered": gettext_lazy("записано соглашение с ЦУР"),
    "agreement_ended": gettext_lazy("прекращено соглашение с ЦУР"),
    "notices_chosen": gettext_lazy("выбраны уведомления"),
    "setting_changed": gettext_lazy("изменена настройка"),
    "organisation_added": gettext_lazy("добавлена организация"),
    "organisation_changed": gettext_lazy("изменена организация"),
    "arrivals_emptied": gettext_lazy("убрано пришедшее, что не стало карточкой"),
    "erasure_asked": gettext_lazy("искали человека, чтобы стереть"), "erasure_done": gettext_lazy("стёрт человек"),
    "erasure_put_off": gettext_lazy("стирание отложено по закону"),
    "erasure_dropped": gettext_lazy("стирание отменено"),
    "list_link": gettext_lazy("дана ссылка на список поручений"),
    "list_link_revoked": gettext_lazy("отменена ссылка на список поручений"),
    "rating_drafted": gettext_lazy("посчитан черновик рейтинга"),
    "rating_recomputed": gettext_lazy("черновик рейтинга пересчитан после спора"),
    "rating_published": gettext_lazy("рейтинг вышел"),
    "rating_formula": gettext_lazy("внесена версия формулы рейтинга"),
    "slice_saved": gettext_lazy("сохранён срез цифр"), "slice_removed": gettext_lazy("убран срез цифр"),
    "rechecks_drawn": gettext_lazy("отобраны карточки для перепроверки"),
    "page_added": gettext_lazy("официальная страница внесена в реестр"),
    "page_changed": gettext_lazy("изменена официальная страница"),
    "page_closed": gettext_lazy("официальная страница закрыта"),
    "page_opened": gettext_lazy("официальная страница открыта снова"),
    "page_duty_decided": gettext_lazy("решено, обязан ли орган вести страницу"),
    "post_planned": gettext_lazy("публикация внесена в план"),
    "post_published": gettext_lazy("публикация отмечена вышедшей"),
    "post_dropped": gettext_lazy("публикация снята с плана"),
    "sample_drawn": gettext_lazy("отобраны ответы для проверки"),
    "answer_checked": gettext_lazy("ответ проверен куратором"),
    "remark_replied": gettext_lazy("на замечание куратора ответили"),
    "remark_closed": gettext_lazy("замечание куратора закрыто"),
    "remark_sent_back": gettext_lazy("ответ на замечание возвращён"),
    "example_made": gettext_lazy("сделан учебный пример"),
    "example_put_away": gettext_lazy("учебный пример убран"),
    "checklist_changed": gettext_lazy("изменён чек-лист куратора"),
    "ask_sent": gettext_lazy("отправлен запрос ЦУР"), "ask_seen": gettext_lazy("запрос ЦУР открыт"),
    "ask_replied": gettext_lazy("на запрос ЦУР ответили"), "ask_accepted": gettext_lazy("ответ на запрос ЦУР принят"),
    "ask_returned": gettext_lazy("ответ на запрос ЦУР возвращён"),
    "ask_cancelled": gettext_lazy("запрос ЦУР отменён"),
    "ask_link": gettext_lazy("дана ссылка на запрос ЦУР"),
    "ask_link_revoked": gettext_lazy("отменена ссылка на запрос ЦУР"),
    "duty_changed": gettext_lazy("изменены дежурные"), "policy.adopted": gettext_lazy("введён регламент"),
    "decree_entered": gettext_lazy("внесено постановление о переносе выходных"),
    "schedule_changed": gettext_lazy("изменены часы работы"),
    "register_saved": gettext_lazy("изменён свой журнал регистрации"),
    "authority_given": gettext_lazy("записано, кто решает вместо руководителя"),
    "authority_taken": gettext_lazy("убрано право решать вместо руководителя"),
    "import_begun": gettext_lazy("начата загрузка таблицы"),
    "import_done": gettext_lazy("закончена загрузка таблицы"),
    "import_accepted": gettext_lazy("принят результат загрузки"),
    "word_mapped": gettext_lazy("сопоставлено слово другой системы"),
    "cases_exported": gettext_lazy("выгружены карточки"),
    "appeals_exported": gettext_lazy("выгружены обращения с именами"),
    "settlements_imported": gettext_lazy("загружены населённые пункты"),
    "boundaries_imported": gettext_lazy("загружены границы"), "streets_imported": gettext_lazy("загружены улицы"),
    "template_lent": gettext_lazy("шаблон дан в сеть"), "template_withdrawn": gettext_lazy("шаблон забран из сети"),
    "template_copied": gettext_lazy("шаблон взял другой центр"),
    "passport_field_changed": gettext_lazy("изменено поле паспорта центра"),
    "passport_field_checked": gettext_lazy("проверено поле паспорта центра"),
    "passport_check_asked": gettext_lazy("попросили проверить поля паспорта центра"),
    "passport_proposed": gettext_lazy("паспорт центра отправлен руководителю"),
    "passport_approved": gettext_lazy("утверждён паспорт центра"),
    "passport_returned": gettext_lazy("возвращён паспорт центра"),
    "exchange_planned": gettext_lazy("запланирован обмен опытом"),
    "exchange_moved": gettext_lazy("перенесён обмен опытом"),
    "exchange_changed": gettext_lazy("изменена карточка обмена опытом"),
    "exchange_held": gettext_lazy("обмен опытом прошёл"),
    "exchange_cancelled": gettext_lazy("отменён обмен опытом"),
    "exchange_taken": gettext_lazy("взято на обмене опытом"),
    "exchange_struck": gettext_lazy("убрано взятое на обмене опытом"),
    "exchange_asked": gettext_lazy("спросили, применили ли взятое"),
    "exchange_answered": gettext_lazy("ответили, применили ли взятое"),
    "exchange_sheet": gettext_lazy("внесён лист гостя"),
    "exchange_sent": gettext_lazy("материалы обмена взяты для отправки за пределы области"),
    "exchange_read": gettext_lazy("руководитель ЦУР прочитал бумагу обмена до разрешения"),
    "exchange_came": gettext_lazy("принят файл другой области"),
    "leaving_asked": gettext_lazy("просят отправить за пределы области"),
    "leaving_allowed": gettext_lazy("разрешено отправить за пределы области"),
    "leaving_refused": gettext_lazy("не разрешено отправить за пределы области"),
    "region_trusted": gettext_lazy("добавлен ключ другой области"),
    "region_distrusted": gettext_lazy("ключу другой области больше не доверяют"),
    "practice_came": gettext_lazy("пришла практика другого региона"),
    "template_came": gettext_lazy("пришёл шаблон другого региона"),
    "sending_asked": gettext_lazy("попросили разрешить отправку в другую область"),
    "sending_allowed": gettext_lazy("отправка в другую область разрешена"),
    "sending_refused": gettext_lazy("отправка в другую область не разрешена"),
    "sending_sent": gettext_lazy("подписанный файл взят для другой области"),
    "practice_made": gettext_lazy("описана практика"), "practice_changed": gettext_lazy("изменена практика"),
    "practice_offered": gettext_lazy("практика отправлена куратору"),
    "practice_confirmed": gettext_lazy("практика подтверждена"),
    "practice_returned": gettext_lazy("практика возвращена автору"),
    "practice_retired": gettext_lazy("практику больше не предлагают"),
    "practice_taken": gettext_lazy("центр взял практику"),
    "practice_task_done": gettext_lazy("сделана задача практики"),
    "practice_asked": gettext_lazy("спросили, пользуются ли практикой"),
    "practice_in_use": gettext_lazy("ответили, пользуются ли практикой"),
    "need_found": gettext_lazy("похожие центры справляются лучше"), "need_aside": gettext_lazy("подсказка отложена"),
    "question_asked": gettext_lazy("задан вопрос сети"), "question_answered": gettext_lazy("дан ответ на вопрос сети"),
    "question_helped": gettext_lazy("отмечен ответ, который помог"),
    "question_closed": gettext_lazy("закрыт вопрос сети"),
    "template_saved": gettext_lazy("сохранён шаблон ответа"), "template_retired": gettext_lazy("убран шаблон ответа"),
    "letter_form": gettext_lazy("загружен бланк писем"), "letter_form_removed": gettext_lazy("убран бланк писем"),
    "report_form": gettext_lazy("загружена форма отчёта"), "report_form_removed": gettext_lazy("убрана форма отчёта"),
    "federal_topic": gettext_lazy("теме дан код федерального классификатора"),
    "federal_topic_off": gettext_lazy("теме возвращён код программы"),
    "order_given": gettext_lazy("дано поручение"), "order_done": gettext_lazy("выполнено поручение"),
    "order_off": gettext_lazy("снято поручение"), "order_moved": gettext_lazy("изменён срок поручения"),
    "meeting_held": gettext_lazy("начат протокол планёрки"),
    "report_asked": gettext_lazy("заказан отчёт"), "report_taken": gettext_lazy("скачан отчёт с именами"),
    "morning_chosen": gettext_lazy("выбрано, когда присылать утреннюю страницу"),
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
    streams += [f"{kind}:{pk}" for kind in OF_PLACES for pk in scopes]
    streams += [f"setting:{name}:{pk}" for name in NAMES for pk in scopes]
    streams += [f"register:{pk}" for pk in organisations]
    erasures = Q(stream__gte="erasure:", stream__lt="erasure;", fields__scope__in=list(scopes))
    templates = Q(stream__gte="template:", stream__lt="template;", fields__place__in=list(scopes))
    policies = Q(stream__gte="policy:", stream__lt="policy;", fields__territory__in=list(scopes))
    return Q(stream__in=streams) | erasures | policies | templates


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
    mentioned = {e.fields.get(name) for e in entries for name in ("territory", "place")} | {
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
    if kind == "asked-link":
        return _("организация, по ссылке")
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
    if kind == "template":
        place = places.get(str(fields.get("place")), "") or _("вся область")
        return " · ".join((_("шаблон № %(n)s") % {"n": key}, place, _("версия %(n)s") % {"n": fields.get("version")}))
    if kind == "word":
        return names.get(entry.stream, key)
    if kind == "exchange":
        return _("встреча № %(n)s") % {"n": key}
    if kind == "question":
        return _("вопрос № %(n)s") % {"n": key}
    if kind == "practice":
        return " · ".join(w for w in (_("практика № %(n)s") % {"n": key}, str(fields.get("region", ""))) if w)
    if kind == "foreign_template":
        return _("шаблон другого региона № %(n)s") % {"n": key}
    if kind == "trusted_region":
        return str(fields.get("code", key))
    return places.get(key, _("регион")) if kind in OF_PLACES else key


def _day(written: object) -> str:
    day = parse_date(written) if isinstance(written, str) else None
    return date_format(day, "j E Y") if day else ""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("да") if value else pgettext("да или нет", "нет")
    if isinstance(value, dict | list):
        return ""  # the program's own notes, not a setting that people read
    return str(value) if value else "—"
