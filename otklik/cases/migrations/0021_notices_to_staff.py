"""What members of staff are told, and the ledger of what was sent to them. Nothing of residents: open to staff."""

import datetime

from django.conf import settings
from django.db import migrations, models

USER = settings.AUTH_USER_MODEL


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0020_verified_closing_and_lists"), ("channels", "0004_close_the_kit_to_its_scope"),
        migrations.swappable_dependency(USER),
    ]
    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", key()),
                ("kind", models.CharField(max_length=12)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("link", models.CharField(blank=True, max_length=200)),
                ("urgent", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("case", models.ForeignKey(
                    null=True, on_delete=models.CASCADE, related_name="+", to="cases.case"
                )),
                ("instead_of", models.ForeignKey(null=True, on_delete=models.CASCADE, related_name="+", to=USER)),
                ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to=USER)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("seen_at", None)), fields=["user", "case"], name="cases_notice_unseen"
                    ),
                    models.Index(fields=["user", "-id"], name="cases_notice_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticePost",
            fields=[
                ("id", key()),
                ("way", models.CharField(choices=[("email", "почта"), ("max", "MAX")], max_length=5)),
                ("state", models.CharField(
                    choices=[("waiting", "ждёт отправки"), ("sending", "отправляется"), ("done", "отправлено"),
                             ("failed", "не отправлено"), ("unknown", "неизвестно, дошло ли"),
                             ("needless", "прочитано раньше")],
                    default="waiting", max_length=8,
                )),
                ("after_quiet", models.BooleanField(default=False)),
                ("next_at", models.DateTimeField()),
                ("held_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("letter", models.BigIntegerField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("notice", models.ForeignKey(
                    on_delete=models.CASCADE, related_name="posts", to="cases.notice"
                )),
                ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to=USER)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "way"), name="cases_noticepost_once")
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])), fields=["next_at"],
                        name="cases_noticepost_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                ("id", key()),
                ("ways", models.JSONField(default=dict)),
                ("quiet_from", models.TimeField(default=datetime.time(20, 0))),
                ("quiet_to", models.TimeField(default=datetime.time(8, 0))),
                ("quiet_days_off", models.BooleanField(default=True)),
                ("user", models.OneToOneField(on_delete=models.CASCADE, related_name="+", to=USER)),
            ],
        ),
        migrations.CreateModel(
            name="StaffChat",
            fields=[
                ("id", key()),
                ("target", models.JSONField(default=dict)),
                ("bound_at", models.DateTimeField()),
                ("account", models.ForeignKey(
                    on_delete=models.CASCADE, related_name="+", to="channels.account"
                )),
                ("user", models.OneToOneField(on_delete=models.CASCADE, related_name="+", to=USER)),
            ],
        ),
        migrations.CreateModel(
            name="StaffCode",
            fields=[
                ("id", key()),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("user", models.OneToOneField(on_delete=models.CASCADE, related_name="+", to=USER)),
            ],
        ),
    ]
