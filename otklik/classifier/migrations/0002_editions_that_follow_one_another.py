"""Uploaded editions that wait for adoption, and what each theme became in the next edition."""

import django.db.models.deletion
import otklik.json_text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('classifier', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClassifierDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=255)),
                ('uploaded_by', models.CharField(max_length=80)),
                ('uploaded_at', models.DateTimeField()),
                ('spec', models.JSONField(encoder=otklik.json_text.RussianJson)),
                ('mapping', models.JSONField(default=dict, encoder=otklik.json_text.RussianJson)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('adopted', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='classifier.classifierversion')),
            ],
        ),
        migrations.CreateModel(
            name='ThemeSuccessor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('becomes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='predecessors', to='classifier.theme')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successors', to='classifier.theme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('theme', 'becomes'), name='classifier_successor_once', nulls_distinct=False)],
            },
        ),
    ]
