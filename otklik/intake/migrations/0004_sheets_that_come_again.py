"""Layouts of sheets, what each row said last, conflicts, what is carried back; names of sources by centre."""

import django.db.models.deletion
import otklik.json_text
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_notes_views_addresses'),
        ('channels', '0002_close_content_to_its_scope'),
        ('intake', '0003_erasures_of_people'),
        ('territory', '0002_boundaries_and_streets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CarriedCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said', models.JSONField(default=dict)),
                ('changed', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='CarryBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('rows', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('carried_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.CharField(max_length=12)),
                ('theirs', models.JSONField(default=dict, encoder=otklik.json_text.RussianJson)),
                ('ours', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('chosen', models.CharField(blank=True, choices=[('theirs', 'взято из источника'), ('ours', 'оставлено наше')], max_length=6)),
            ],
        ),
        migrations.CreateModel(
            name='MirroredRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outside_id', models.CharField(max_length=180)),
                ('fingerprint', models.CharField(max_length=32)),
                ('known', models.JSONField(default=dict)),
                ('applied', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='SheetLayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('header_digest', models.CharField(max_length=64)),
                ('headers', models.JSONField(default=list, encoder=otklik.json_text.RussianJson)),
                ('columns', models.JSONField(default=dict, encoder=otklik.json_text.RussianJson)),
                ('saved_by', models.CharField(max_length=80)),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='importrun',
            name='changed',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='conflicts',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='full',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='importrun',
            name='missing',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='tab',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name='sheetprofile',
            name='code',
            field=models.CharField(max_length=80),
        ),
        migrations.AddConstraint(
            model_name='sheetprofile',
            constraint=models.UniqueConstraint(fields=('into', 'code'), name='intake_profile_once'),
        ),
        migrations.AddField(
            model_name='carriedcase',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case'),
        ),
        migrations.AddField(
            model_name='carriedcase',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='carrybatch',
            name='carried_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='carrybatch',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='carrybatch',
            name='profile',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='intake.sheetprofile'),
        ),
        migrations.AddField(
            model_name='carrybatch',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='carriedcase',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='intake.carrybatch'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='cases.case'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mirroredrow',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case'),
        ),
        migrations.AddField(
            model_name='mirroredrow',
            name='profile',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='intake.sheetprofile'),
        ),
        migrations.AddField(
            model_name='mirroredrow',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='mirroredrow',
            name='seen_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='intake.importrun'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='intake.mirroredrow'),
        ),
        migrations.AddField(
            model_name='sheetlayout',
            name='profile',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='layouts', to='intake.sheetprofile'),
        ),
        migrations.AddConstraint(
            model_name='carriedcase',
            constraint=models.UniqueConstraint(fields=('batch', 'case'), name='intake_carried_once'),
        ),
        migrations.AddConstraint(
            model_name='mirroredrow',
            constraint=models.UniqueConstraint(fields=('profile', 'outside_id'), name='intake_row_once'),
        ),
        migrations.AddConstraint(
            model_name='conflict',
            constraint=models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('row', 'aspect'), name='intake_conflict_one_open'),
        ),
        migrations.AddConstraint(
            model_name='sheetlayout',
            constraint=models.UniqueConstraint(fields=('profile', 'header_digest'), name='intake_layout_once'),
        ),
        protect("intake_mirroredrow"),
        protect("intake_conflict"),
        protect("intake_carriedcase"),
    ]
