"""How a registered matter may end otherwise than with an answer on the merits: one row an outcome. Data.

59-ФЗ of 02.05.2006, articles 8, 10, 11; 8-ФЗ of 09.02.2009, articles 18–20. `checked=False`: the part was not seen in
the text of the law when the row was written; the interface says «не проверено по тексту закона» beside it. Letters
stand in `law_letters.toml`.
"""

from django.utils.translation import gettext_lazy as _

from otklik.cases.outcome_rules import AUTHORISED, LawRule

# 59-ФЗ, 11, part 5: «руководитель, должностное лицо либо уполномоченное на то лицо»; other rights of the body likewise.
HEAD = frozenset({"head", AUTHORISED})
LEADS = HEAD | {"coordinator"}
DESK = LEADS | {"operator"}

LAW59 = (
    LawRule(
        "forward", "law59", "часть 3 статьи 8",
        _("Переслать по компетенции"),
        _("Вопрос решает не наш орган. Пересылают тому, кто решает, и сообщают об этом человеку."),
        DESK, ended_by="forwarded", outcome="not_ours", needs=frozenset({"body", "reason"}), days=7,
        sends_on=True, checked=True, reason_label=_("Почему решает этот орган"),
    ),
    LawRule(
        "only_body", "law59", "части 1 и 3 статьи 8",
        _("Переслать единственному компетентному органу"),
        _("Человек сам назвал орган, и решить может только он. Обращение уходит туда, человеку сообщают."),
        DESK, ended_by="forwarded", outcome="not_ours", needs=frozenset({"body"}), days=7, sends_on=True,
    ),
    LawRule(
        "migration", "law59", "часть 3.1 статьи 8",
        _("Нарушения в сфере миграции"),
        _("Обращение о возможных нарушениях миграционного законодательства уходит за 5 дней в "
          "территориальный орган МВД и высшему должностному лицу региона."),
        DESK, ended_by="forwarded", outcome="not_ours", needs=frozenset({"body", "also"}), days=5, sends_on=True,
        body_label=_("Территориальный орган МВД по вопросам миграции"), also_label=_("Высшее должностное лицо региона"),
    ),
    LawRule(
        "complaint_returned", "law59", "часть 7 статьи 8",
        _("Вернуть жалобу: переслать некому"),
        _("Решить жалобу мог бы только тот, на кого жалуются, а ему её пересылать нельзя. Жалобу возвращают"
          " и объясняют, что обжаловать можно в суде."),
        LEADS, ended_by="decided", outcome="explained", needs=frozenset({"complained", "reason"}),
        days=7, reason_label=_("Почему больше некому"),
    ),
    LawRule(
        "site_answer", "law59", "часть 4 статьи 10",
        _("Ответ на официальном сайте для всех"),
        _("Обращение затрагивает неопределённый круг лиц: один ответ размещают на официальном сайте, "
          "человеку сообщают адрес страницы."),
        LEADS, ended_by="sent", outcome="explained", needs=frozenset({"impersonal", "url"}),
        checked=True,
    ),
    LawRule(
        "anonymous", "law59", "часть 1 статьи 11",
        _("Без ответа: нет фамилии или адреса"),
        _("В обращении нет фамилии или адреса для ответа. Ответ не дают. О готовящемся преступлении с "
          "именами всё равно сообщают дальше: для этого есть отдельное решение."),
        DESK, ended_by="decided", outcome="left", needs=frozenset({"reason"}), anonymous="only",
        checked=True, reason_label=_("Чего не хватает: фамилии, адреса"),
    ),
    LawRule(
        "crime", "law59", "часть 1 статьи 11",
        _("Признаки преступления: направить в государственный орган"),
        _("Есть сведения о противоправном деянии и о том, кто его готовит или совершил. Обращение "
          "направляют в компетентный государственный орган, даже если оно без подписи."),
        DESK, ended_by="forwarded", outcome="not_ours", needs=frozenset({"body", "reason"}), days=7,
        sends_on=True, anonymous="also", checked=True, reason_label=_("О каком деянии и о ком сведения"),
    ),
    LawRule(
        "court", "law59", "часть 2 статьи 11",
        _("Обжалуется судебное решение: вернуть"),
        _("Судебное решение обжалуют только в суде. За 7 дней обращение возвращают и разъясняют, как "
          "обжаловать."),
        LEADS, ended_by="decided", outcome="explained", needs=frozenset({"reason"}), days=7,
        reason_label=_("Порядок обжалования: куда, в какой срок, как"),
    ),
    LawRule(
        "abuse", "law59", "часть 3 статьи 11",
        _("Оскорбления, нецензурные слова, угрозы"),
        _("Можно не отвечать по существу и сообщить, что злоупотреблять правом на обращение нельзя."),
        HEAD, ended_by="decided", outcome="left", needs=frozenset({"reason"}), checked=True,
        reason_label=_("Что в обращении: оскорбления, угрозы кому"),
    ),
    LawRule(
        "unreadable", "law59", "часть 4 статьи 11",
        _("Текст нельзя прочитать"),
        _("Ответ не дают и никуда не пересылают. Если фамилию и адрес прочитать можно, за 7 дней об этом "
          "сообщают."),
        LEADS, ended_by="decided", outcome="left", needs=frozenset({"readable", "reason"}), days=7,
        anonymous="also", reason_label=_("Что не читается"),
    ),
    LawRule(
        "unclear", "law59", "часть 4.1 статьи 11",
        _("Суть обращения не ясна"),
        _("По тексту не понять, что предлагают, о чём просят или на что жалуются. За 7 дней об этом "
          "сообщают."),
        LEADS, ended_by="decided", outcome="left", needs=frozenset({"reason"}), days=7,
        reason_label=_("Что именно не понятно"),
    ),
    LawRule(
        "stopped", "law59", "часть 5 статьи 11",
        _("Прекратить переписку по этому вопросу"),
        _("На тот же вопрос уже не раз письменно отвечали по существу, новых доводов нет. Решает только "
          "руководитель или уполномоченный; человеку сообщают."),
        HEAD, ended_by="decided", outcome="left", needs=frozenset({"earlier", "no_new", "reason"}),
        least_earlier=2, reason_label=_("О чём вопрос"),
    ),
    LawRule(
        "same_stopped", "law59", "часть 5 статьи 11",
        _("Тот же вопрос: переписка прекращена раньше"),
        _("По этому вопросу уже решено прекратить переписку, новых доводов нет. Обращение присоединяют к "
          "тому решению."),
        HEAD, ended_by="decided", outcome="left", needs=frozenset({"no_new", "stop"}),
    ),
    LawRule(
        "published", "law59", "часть 5.1 статьи 11",
        _("Ответ уже есть на официальном сайте"),
        _("Ответ на этот вопрос размещён на официальном сайте. За 7 дней человеку сообщают адрес страницы."),
        LEADS, ended_by="sent", outcome="explained", needs=frozenset({"url"}), days=7,
    ),
    LawRule(
        "secret", "law59", "часть 6 статьи 11",
        _("Ответ раскрыл бы охраняемую законом тайну"),
        _("Ответить по существу нельзя, не раскрыв государственную или другую охраняемую законом тайну. Об "
          "этом сообщают."),
        HEAD, ended_by="decided", outcome="explained", needs=frozenset({"act"}),
    ),
)
LAW8 = (
    LawRule(
        "l8_forward", "law8", "часть 7 статьи 18",
        _("Переслать тому, у кого есть сведения"),
        _("Запрос не о нашей деятельности. За 7 дней его пересылают и сообщают об этом."),
        DESK, ended_by="forwarded", outcome="not_ours", needs=frozenset({"body"}), days=7, sends_on=True,
    ),
    LawRule(
        "l8_unknown", "law8", "часть 7 статьи 18",
        _("Неизвестно, у кого эти сведения"),
        _("Запрос не о нашей деятельности, и где эти сведения, мы не знаем. За 7 дней об этом сообщают."),
        LEADS, ended_by="decided", outcome="explained", needs=frozenset({"reason"}), days=7,
        reason_label=_("О чём запрос и почему не к нам"),
    ),
    LawRule(
        "l8_clarify", "law8", "часть 8 статьи 18",
        _("Уточнить запрос"),
        _("Чтобы дать нужные сведения, просим уточнить запрос. Срок ответа при этом идёт."),
        DESK, ended_by="", outcome="", needs=frozenset({"reason"}), reason_label=_("Что уточнить"),
    ),
    LawRule(
        "l8_unclear", "law8", "пункт 1 части 1 статьи 20",
        _("Из запроса не понять, какие сведения нужны"),
        _("Содержание запроса не позволяет установить, какую информацию просят. Отвечают отказом с "
          "причиной."),
        LEADS, ended_by="decided", outcome="explained", needs=frozenset({"reason"}), checked=True,
        reason_label=_("Что не понятно"),
    ),
    LawRule(
        "l8_no_address", "law8", "пункт 2 части 1 статьи 20",
        _("Некуда ответить"),
        _("В запросе нет ни почтового адреса, ни электронной почты, ни факса, ни телефона. Ответ не "
          "направляют."),
        DESK, ended_by="decided", outcome="left", needs=frozenset({"reason"}), anonymous="only",
        checked=True, reason_label=_("Чего нет в запросе"),
    ),
    LawRule(
        "l8_not_about_us", "law8", "пункт 3 части 1 статьи 20",
        _("Сведения не о нашей деятельности"),
        _("Запрошенное не относится к деятельности нашего органа. Отвечают отказом с причиной."),
        LEADS, ended_by="decided", outcome="explained", needs=frozenset({"reason"}), checked=True,
        reason_label=_("Почему не относится"),
    ),
    LawRule(
        "l8_restricted", "law8", "пункт 4 части 1 статьи 20",
        _("Сведения ограниченного доступа"),
        _("Доступ к сведениям ограничен. В ответе называют акт: вид, название, номер и дату; остальное "
          "предоставляют."),
        HEAD, ended_by="decided", outcome="explained", needs=frozenset({"act"}),
    ),
    LawRule(
        "l8_given_before", "law8", "пункт 5 части 1 статьи 20",
        _("Эти сведения уже давали"),
        _("Тому же человеку эти сведения уже предоставляли. В ответе называют прежний ответ."),
        LEADS, ended_by="decided", outcome="explained", needs=frozenset({"earlier"}), least_earlier=1,
    ),
    LawRule(
        "l8_analysis", "law8", "пункт 6 части 1 статьи 20",
        _("Просят правовую оценку или анализ"),
        _("Просят оценить акты или провести анализ, который не нужен для защиты прав того, кто спрашивает."),
        LEADS, ended_by="decided", outcome="explained", needs=frozenset({"reason"}),
        reason_label=_("О чём именно просят"),
    ),
    LawRule(
        "l8_published", "law8", "часть 2 статьи 20",
        _("Сведения уже опубликованы"),
        _("Сведения размещены в сети или в печати. В ответе называют, где именно."),
        LEADS, ended_by="sent", outcome="explained", needs=frozenset({"url"}),
    ),
)
RULES = (*LAW59, *LAW8)
BY_CODE = {rule.code: rule for rule in RULES}
STOPS = "stopped"  # the outcome by which correspondence ends
SITE = ("site_answer",)  # outcomes whose page answers the next one's question, too
