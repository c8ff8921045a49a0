"""Figures that everybody may read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('classifier', '0001_initial'),
        ('insight', '0002_close_facts_to_their_scope'),
        ('territory', '0002_boundaries_and_streets'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField()),
                ('received', models.PositiveIntegerField(null=True)),
                ('answered', models.PositiveIntegerField(null=True)),
                ('in_time', models.PositiveIntegerField(null=True)),
                ('judged', models.PositiveIntegerField(null=True)),
                ('median_days', models.PositiveSmallIntegerField(null=True)),
                ('as_of', models.DateTimeField()),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='classifier.themegroup')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='territory.territory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'days', 'group'), name='insight_public_once', nulls_distinct=False)],
            },
        ),
    ]
