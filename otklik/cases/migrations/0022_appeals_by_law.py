"""Collective appeals, cards of personal reception, letters to other bodies with their clocks, proof of sending."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect, restrict

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
CASCADE, PROTECT, SET_NULL = models.CASCADE, models.PROTECT, models.SET_NULL
KINDS = [
    ("react", "отреагировать"), ("answer", "ответить"), ("final", "дать окончательный ответ"),
    ("register", "зарегистрировать"), ("forward", "переслать по компетенции"), ("extend", "уведомить о продлении"),
    ("fix", "устранить"), ("part", "сделать свою часть"), ("copies", "разослать копии другим органам"),
    ("inquiry", "дождаться ответа другого органа"),
]


def scope() -> tuple[str, models.ForeignKey]:
    return "scope", models.ForeignKey(on_delete=PROTECT, related_name="+", to="territory.territory")


def person(name: str) -> tuple[str, models.ForeignKey]:
    return name, models.ForeignKey(
        null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_notices_to_staff"), ("channels", "0005_missed_calls"),
        ("organisations", "0003_door_limits_outside_logins"), ("territory", "0003_centres_and_learned_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Collective",
            fields=[
                ID, ("people", models.PositiveIntegerField()), ("answer_to", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=300)), ("set_at", models.DateTimeField()),
                ("case", models.OneToOneField(on_delete=CASCADE, related_name="collective", to="cases.case")),
                scope(), person("set_by"),
            ],
        ),
        migrations.CreateModel(
            name="PostalList",
            fields=[
                ID, ("day", models.DateField()), ("serial", models.PositiveIntegerField()),
                ("year", models.PositiveSmallIntegerField()), ("made_at", models.DateTimeField()),
                ("handed_at", models.DateTimeField(null=True)), scope(), person("made_by"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "year", "serial"), name="cases_postal_list_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingProof",
            fields=[
                ID,
                ("kind", models.CharField(
                    choices=[
                        ("postal", "реестр почтовых отправлений"), ("cabinet", "квитанция личного кабинета"),
                        ("email", "запись о доставке письма"), ("hand", "расписка в получении"),
                        ("other", "другой документ"), ("none", "подтверждения нет"),
                    ],
                    max_length=8,
                )),
                ("reference", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("place", models.PositiveSmallIntegerField(null=True)),
                ("addressee", models.CharField(blank=True, max_length=200)),
                ("address_cipher", models.BinaryField(default=bytes)),
                ("address_key", models.CharField(blank=True, max_length=16)),
                ("entered_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=CASCADE, related_name="sending_proofs", to="cases.case")),
                ("registration", models.OneToOneField(
                    on_delete=CASCADE, related_name="proof", to="cases.registration"
                )),
                ("delivery", models.ForeignKey(
                    null=True, on_delete=PROTECT, related_name="+", to="channels.delivery"
                )),
                ("postal_list", models.ForeignKey(
                    null=True, on_delete=PROTECT, related_name="lines", to="cases.postallist"
                )),
                scope(), person("entered_by"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("postal_list", "place"), name="cases_postal_place_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reception",
            fields=[
                ID, ("year", models.PositiveSmallIntegerField()), ("serial", models.PositiveIntegerField()),
                ("held_at", models.DateTimeField()), ("official", models.CharField(max_length=200)),
                ("post", models.CharField(max_length=200)), ("identified", models.BooleanField(default=False)),
                ("essence", models.TextField()), ("written", models.BooleanField(default=False)),
                ("outcome", models.CharField(
                    choices=[
                        ("oral", "дан устный ответ"), ("written", "будет письменный ответ"),
                        ("elsewhere", "разъяснено, куда обратиться"),
                        ("refused", "отказано: ответ по существу уже давали"),
                    ],
                    max_length=10,
                )),
                ("consent", models.BooleanField(default=False)), ("told", models.TextField(blank=True)),
                ("earlier", models.CharField(blank=True, max_length=200)), ("created_at", models.DateTimeField()),
                ("body", models.ForeignKey(on_delete=PROTECT, related_name="+", to="organisations.organisation")),
                ("case", models.OneToOneField(on_delete=CASCADE, related_name="reception", to="cases.case")),
                ("earlier_case", models.ForeignKey(
                    null=True, on_delete=SET_NULL, related_name="+", to="cases.case"
                )),
                scope(), person("entered_by"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("body", "year", "serial"), name="cases_reception_once")
                ],
                "indexes": [models.Index(fields=["scope", "-held_at", "-id"], name="cases_reception_newest")],
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ID,
                ("kind", models.CharField(
                    choices=[
                        ("copy", "копия обращения"), ("request", "запрос документов"),
                        ("result", "запрос результата рассмотрения"),
                    ],
                    max_length=8,
                )),
                ("state", models.CharField(
                    choices=[
                        ("sent", "отправлено"), ("waiting", "ждём ответа"), ("answered", "ответ получен"),
                        ("silent", "не ответили"), ("recalled", "отозвано"),
                    ],
                    max_length=8,
                )),
                ("to", models.CharField(max_length=300)), ("what", models.TextField()),
                ("number", models.CharField(max_length=100)), ("sent_at", models.DateTimeField()),
                ("signer", models.CharField(max_length=200)), ("due_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("answer_number", models.CharField(blank=True, max_length=100)),
                ("answer", models.TextField(blank=True)), ("made_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=CASCADE, related_name="inquiries", to="cases.case")),
                ("organisation", models.ForeignKey(
                    null=True, on_delete=PROTECT, related_name="+", to="organisations.organisation"
                )),
                ("registration", models.ForeignKey(
                    on_delete=CASCADE, related_name="inquiries", to="cases.registration"
                )),
                scope(), person("made_by"),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["scope", "due_at"],
                        name="cases_inquiry_waiting",
                    )
                ],
            },
        ),
        migrations.AddField("registration", "copies_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "registration", "matter", models.CharField(blank=True, db_default="", default="", max_length=20)
        ),
        migrations.AlterField("clock", "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.AddField(
            "clock", "inquiry",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="cases.inquiry"
            ),
        ),
        migrations.RemoveConstraint("clock", "cases_clock_one_running"),
        migrations.AddConstraint(
            "clock",
            models.UniqueConstraint(
                condition=models.Q(("assignment", None), ("inquiry", None), ("stopped_at", None)),
                fields=("case", "regime", "kind", "turn"), name="cases_clock_one_running",
            ),
        ),
        migrations.AddConstraint(
            "clock",
            models.UniqueConstraint(
                condition=models.Q(("inquiry__isnull", False), ("stopped_at", None)), fields=("inquiry",),
                name="cases_clock_one_of_inquiry",
            ),
        ),
        protect("cases_postallist"),
        *(
            step(table)
            for table in ("cases_collective", "cases_sendingproof", "cases_reception", "cases_inquiry")
            for step in (protect, restrict)
        ),
    ]
