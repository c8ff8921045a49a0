"""Problems behind cases, closed to their scope; their public twins, which visitors may read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect

OF_THE_CASE = "(SELECT problem_id FROM cases_case WHERE id = {case})"


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_regimes_side_by_side'),
        ('classifier', '0001_initial'),
        ('files', '0002_close_content_to_its_scope'),
        ('residents', '0002_close_content_to_its_scope'),
        ('territory', '0002_boundaries_and_streets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Problem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, max_length=150)),
                ('house', models.CharField(blank=True, max_length=30)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('open', 'не устранена'), ('planned', 'работы запланированы'), ('fixed', 'устранена'), ('closed', 'закрыта')], default='open', max_length=8)),
                ('planned_for', models.DateField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('fixed_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('public_title', models.CharField(blank=True, max_length=150)),
                ('public_text', models.TextField(blank=True)),
                ('public_place', models.CharField(blank=True, max_length=200)),
                ('version', models.PositiveIntegerField(default=1)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('main_case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.case')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('theme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='classifier.theme')),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='problem',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to='cases.problem'),
        ),
        migrations.CreateModel(
            name='ProblemNews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='news', to='cases.problem')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='Supporter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('browser_hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supporters', to='cases.problem')),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='residents.resident')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='PublicProblem',
            fields=[
                ('problem', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='public', serialize=False, to='cases.problem')),
                ('title', models.CharField(max_length=150)),
                ('text', models.TextField(blank=True)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('street_key', models.CharField(blank=True, max_length=150)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('state', models.CharField(choices=[('open', 'не устранена'), ('planned', 'работы запланированы'), ('fixed', 'устранена'), ('closed', 'закрыта')], max_length=8)),
                ('planned_for', models.DateField(null=True)),
                ('since', models.DateField()),
                ('fixed_on', models.DateField(null=True)),
                ('reports', models.PositiveIntegerField(default=0)),
                ('same', models.PositiveIntegerField(default=0)),
                ('released_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='classifier.themegroup')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='PublicPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moment', models.CharField(choices=[('before', 'до'), ('after', 'после')], max_length=6)),
                ('sha256', models.CharField(max_length=64)),
                ('content_type', models.CharField(max_length=100)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile')),
                ('public', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='cases.publicproblem')),
            ],
        ),
        migrations.CreateModel(
            name='PublicNews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('public', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='news', to='cases.publicproblem')),
            ],
        ),
        migrations.AddIndex(
            model_name='problem',
            index=models.Index(fields=['scope', 'state', '-id'], name='cases_problem_list'),
        ),
        migrations.AddIndex(
            model_name='problem',
            index=models.Index(fields=['territory', 'state'], name='cases_problem_place'),
        ),
        migrations.AddConstraint(
            model_name='supporter',
            constraint=models.UniqueConstraint(fields=('problem', 'browser_hash'), name='cases_supporter_browser_once'),
        ),
        migrations.AddConstraint(
            model_name='supporter',
            constraint=models.UniqueConstraint(fields=('problem', 'resident'), name='cases_supporter_person_once'),
        ),
        migrations.AddIndex(
            model_name='publicproblem',
            index=models.Index(fields=['-released_at', '-problem'], name='cases_public_newest'),
        ),
        migrations.AddIndex(
            model_name='publicproblem',
            index=models.Index(fields=['municipality', '-released_at', '-problem'], name='cases_public_place'),
        ),
        migrations.AddIndex(
            model_name='publicproblem',
            index=models.Index(condition=models.Q(('latitude__isnull', False)), fields=['latitude', 'longitude'], include=('state', 'group', 'municipality'), name='cases_public_point'),
        ),
        migrations.AddIndex(
            model_name='publicproblem',
            index=models.Index(fields=['territory', 'street_key'], name='cases_public_street'),
        ),
        migrations.AddConstraint(
            model_name='publicphoto',
            constraint=models.UniqueConstraint(fields=('public', 'file'), name='cases_public_photo_once'),
        ),
        protect("cases_problem", link=f"id = {OF_THE_CASE}"),
        protect("cases_problemnews", link=f"problem_id = {OF_THE_CASE}"),
        protect("cases_supporter"),
    ]
