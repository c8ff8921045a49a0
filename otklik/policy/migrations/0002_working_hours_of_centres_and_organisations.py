"""Working hours become versions in a table of their own; what centres had as a setting is carried over."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def carry_over(apps, schema_editor):
    """The setting `working_hours` («09:00-18:00») as the first version of the same centre's hours."""
    from otklik.policy.schedule_reading import mapping_of, span_of
    from otklik.policy.schedules import Schedule, WorkingHours
    from otklik.policy.years import CalendarError

    setting = apps.get_model("organisations", "Setting")
    schedule = apps.get_model("policy", "WorkSchedule")
    for row in setting.objects.filter(name="working_hours"):
        try:
            hours = Schedule.usual(WorkingHours(*span_of(str(row.value))))
        except CalendarError:  # it was counted as the usual hours, and still is
            continue
        schedule.objects.create(
            territory_id=row.territory_id, version=1, data=mapping_of(hours), at=timezone.now(),
            source="прежняя настройка «часы работы»",
        )
    setting.objects.filter(name="working_hours").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("organisations", "0003_door_limits_outside_logins"),
        ("policy", "0001_initial"),
        ("territory", "0003_centres_and_learned_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="версия")),
                ("data", models.JSONField(verbose_name="содержание")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="основание")),
                ("at", models.DateTimeField(verbose_name="когда")),
                ("organisation", models.ForeignKey(
                    blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                    to="organisations.organisation",
                )),
                ("territory", models.ForeignKey(
                    blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to="territory.territory",
                )),
            ],
            options={
                "verbose_name": "часы работы",
                "verbose_name_plural": "часы работы",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("territory", "organisation", "version"), name="policy_schedule_version_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("territory", None), ("organisation", None), _connector="OR"),
                        name="policy_schedule_of_one",
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
