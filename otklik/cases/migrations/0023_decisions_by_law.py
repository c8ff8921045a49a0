"""Decisions by which registered matters end otherwise than with an answer, whom a complaint is about, who may decide."""

from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect, restrict

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
CASCADE, PROTECT = models.CASCADE, models.PROTECT
KINDS = [
    ("react", "отреагировать"), ("answer", "ответить"), ("final", "дать окончательный ответ"),
    ("register", "зарегистрировать"), ("forward", "переслать по компетенции"), ("extend", "уведомить о продлении"),
    ("fix", "устранить"), ("part", "сделать свою часть"), ("copies", "разослать копии другим органам"),
    ("inquiry", "дождаться ответа другого органа"), ("tell", "сообщить о решении"),
]
ENDS = [
    ("sent", "ответ отправлен"), ("forwarded", "переслано по компетенции"),
    ("transferred", "переведено в другой режим"), ("source", "закрыто в системе-источнике"),
    ("mistake", "внесено по ошибке"), ("decided", "решено по закону без ответа по существу"),
]
OUTCOMES = [
    ("solved", "решено"), ("explained", "дано разъяснение"), ("silent", "житель не ответил"),
    ("declined", "не подтвердилось"), ("not_ours", "не наша компетенция"), ("spam", "не сообщение: спам, реклама"),
    ("thanks", "благодарность"), ("outside", "закрыто во внешней системе"),
    ("left", "оставлено без ответа по закону"),
]


def scope() -> tuple[str, models.ForeignKey]:
    return "scope", models.ForeignKey(on_delete=PROTECT, related_name="+", to="territory.territory")


def person(name: str) -> tuple[str, models.ForeignKey]:
    return name, models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


def body() -> tuple[str, models.ForeignKey]:
    return "organisation", models.ForeignKey(
        null=True, on_delete=PROTECT, related_name="+", to="organisations.organisation"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0022_appeals_by_law"), ("organisations", "0003_door_limits_outside_logins"),
        ("territory", "0003_centres_and_learned_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ComplainedOf",
            fields=[
                ID, ("name", models.CharField(blank=True, max_length=300)), ("added_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=CASCADE, related_name="complained_of", to="cases.case")),
                scope(), body(), person("added_by"),
            ],
        ),
        migrations.CreateModel(
            name="LawDecision",
            fields=[
                ID, ("code", models.CharField(max_length=30)),
                ("state", models.CharField(
                    choices=[
                        ("prepared", "подготовлено, ждёт решения"), ("decided", "решено, осталось отправить"),
                        ("done", "исполнено"), ("withdrawn", "снято"),
                    ],
                    default="prepared", max_length=10,
                )),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("addressee", models.CharField(blank=True, max_length=300)),
                ("body_name", models.CharField(blank=True, max_length=300)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("published_on", models.DateField(null=True)),
                ("act", models.CharField(blank=True, max_length=300)),
                ("tells", models.BooleanField(default=True)), ("text", models.TextField(blank=True)),
                ("authority", models.CharField(blank=True, max_length=200)),
                ("prepared_at", models.DateTimeField()), ("decided_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("out_number", models.CharField(blank=True, max_length=100)),
                ("signer", models.CharField(blank=True, max_length=200)),
                ("way", models.CharField(blank=True, max_length=10)),
                ("case", models.ForeignKey(on_delete=CASCADE, related_name="law_decisions", to="cases.case")),
                ("registration", models.ForeignKey(
                    on_delete=CASCADE, related_name="decisions", to="cases.registration"
                )),
                ("stopped_by", models.ForeignKey(
                    null=True, on_delete=PROTECT, related_name="later", to="cases.lawdecision"
                )),
                scope(), body(), person("prepared_by"), person("decided_by"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["prepared", "decided"])), fields=("registration",),
                        name="cases_law_decision_one_open",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "done")), fields=["scope", "code"],
                        name="cases_law_decision_done",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlierAnswer",
            fields=[
                ID, ("number", models.CharField(max_length=100)), ("sent_on", models.DateField()),
                ("case", models.ForeignKey(on_delete=CASCADE, related_name="+", to="cases.case")),
                ("decision", models.ForeignKey(on_delete=CASCADE, related_name="earlier", to="cases.lawdecision")),
                ("registration", models.ForeignKey(
                    null=True, on_delete=CASCADE, related_name="+", to="cases.registration"
                )),
                scope(),
            ],
        ),
        migrations.CreateModel(
            name="LawAuthority",
            fields=[
                ID, ("act_number", models.CharField(max_length=60)), ("act_date", models.DateField()),
                ("until", models.DateField(null=True)),
                ("territory", models.ForeignKey(on_delete=PROTECT, related_name="+", to="territory.territory")),
                ("user", models.ForeignKey(on_delete=CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "territory"), name="cases_law_authority_once")
                ]
            },
        ),
        migrations.AlterField("clock", "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.AlterField(
            "registration", "ended_by", models.CharField(blank=True, choices=ENDS, max_length=12)
        ),
        migrations.AlterField("case", "outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=12)),
        *(
            step(table)
            for table in ("cases_complainedof", "cases_lawdecision", "cases_earlieranswer")
            for step in (protect, restrict)
        ),
    ]
