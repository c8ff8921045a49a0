"""Contacts passed on to executors, each with its basis; the holder of the task's link reads the row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_supporters_counted_once"),
        ("organisations", "0001_initial"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassedContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("basis", models.CharField(
                    choices=[
                        ("consent", "житель согласился (статья 6, часть 1, пункт 1)"),
                        ("access", "без жителя работу не сделать: нужен доступ в дом или квартиру, он об этом просил"),
                        ("danger", "угроза жизни или здоровью (статья 6, часть 1, пункт 6)"),
                    ],
                    max_length=10,
                )),
                ("cipher", models.BinaryField()),
                ("key_id", models.CharField(max_length=16)),
                ("passed_at", models.DateTimeField()),
                ("assignment", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="contact", to="cases.assignment"
                )),
                ("case", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                )),
                ("passed_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL,
                )),
                ("scope", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory"
                )),
            ],
        ),
        protect("cases_passedcontact", link="case_id = {case}"),
    ]
