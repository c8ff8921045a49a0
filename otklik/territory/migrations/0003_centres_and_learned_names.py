import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("territory", "0002_boundaries_and_streets"),
    ]

    operations = [
        migrations.AddField(
            model_name="territory",
            name="is_centre",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="LearnedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(choices=[("place", "место"), ("street", "улица"), ("landmark", "ориентир")], max_length=10)),
                ("name", models.CharField(max_length=100)),
                ("name_key", models.CharField(max_length=100)),
                ("type_name", models.CharField(blank=True, max_length=40)),
                ("evidence", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ("confirmations", models.PositiveIntegerField(default=0)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("forbidden", models.BooleanField(default=False)),
                ("territory", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="learned_names", to="territory.territory")),
            ],
            options={
                "verbose_name": "выученное название",
                "verbose_name_plural": "выученные названия",
                "ordering": ["name_key", "id"],
                "indexes": [models.Index(fields=["confirmations"], name="territory_learned_enough")],
                "constraints": [models.UniqueConstraint(fields=("territory", "what", "name_key"), name="territory_learned_name_once")],
            },
        ),
    ]
