"""A kept slice holds all the places that were chosen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0012_bursts_wider_than_one_place")]

    operations = [
        migrations.AlterField("savedslice", "query", models.CharField(max_length=4000)),
    ]
