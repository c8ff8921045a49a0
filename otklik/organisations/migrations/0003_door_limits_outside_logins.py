"""Log-ins and refused log-ins, counters of attempts, outside log-ins."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_leave_and_substitutes")]

    operations = [
        migrations.CreateModel(
            name="DoorEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(
                    choices=[
                        ("came", "вошёл"), ("failed", "не вошёл: имя или пароль"),
                        ("code", "не вошёл: код второго фактора"), ("limited", "не вошёл: слишком часто"),
                        ("outside", "не вошёл: единый вход"), ("left", "вышел"),
                    ],
                    max_length=8,
                )),
                ("at", models.DateTimeField(db_index=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("browser", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("user", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                    to=settings.AUTH_USER_MODEL,
                )),
            ],
            options={"indexes": [models.Index(fields=["user", "-at"], name="organisations_door_user")]},
        ),
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("began", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="OutsideLogin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=255)),
                ("bound_at", models.DateTimeField()),
                ("user", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="outside_logins",
                    to=settings.AUTH_USER_MODEL,
                )),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="organisations_outside_once"),
                    models.UniqueConstraint(fields=("issuer", "user"), name="organisations_outside_person_once"),
                ],
            },
        ),
    ]
