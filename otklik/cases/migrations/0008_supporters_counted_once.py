"""A supporter who comes twice by the same phone is not counted twice."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_clock_of_a_registration'),
    ]

    operations = [
        migrations.AddField(
            model_name='supporter',
            name='counted',
            field=models.BooleanField(default=True),
        ),
    ]
