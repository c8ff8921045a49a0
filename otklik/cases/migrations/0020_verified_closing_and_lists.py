"""What became of reported fixes, what photos say of themselves, and one link to all tasks of an organisation."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


# All open tasks of a list that holds now, in columns that an executor may see, and nothing of residents. It looks past
# row-level security, so it judges for itself; cases of restricted access have their own links and are in no list.
LIST_TASKS = """
CREATE FUNCTION otklik_list_tasks(list_id bigint, moment timestamptz)
RETURNS TABLE (assignment_id bigint, case_id bigint, task text, address varchar, due_at timestamptz, state varchar,
               part varchar, assigned_at timestamptz, theme varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.case_id, a.task, a.address, a.due_at, a.state, a.part, a.assigned_at, t.name
  FROM cases_listlink l
  JOIN cases_assignment a ON a.organisation_id = l.organisation_id AND (l.whole OR a.scope_id = ANY (l.scopes))
  JOIN cases_case c ON c.id = a.case_id
  LEFT JOIN classifier_theme t ON t.id = c.theme_id
  WHERE l.id = list_id AND l.revoked_at IS NULL AND l.expires_at > moment
    AND a.state IN ('open', 'needs_time') AND c.state IN ('assigned', 'replied') AND NOT c.restricted
  ORDER BY a.due_at NULLS LAST, a.id
  LIMIT 500
$$"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0019_referrals'),
        ('classifier', '0002_editions_that_follow_one_another'),
        ('files', '0002_close_content_to_its_scope'),
        ('organisations', '0003_door_limits_outside_logins'),
        ('territory', '0003_centres_and_learned_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DoneReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveSmallIntegerField()),
                ('reported_at', models.DateTimeField()),
                ('shown', models.BooleanField(default=False)),
                ('came_of', models.CharField(blank=True, choices=[('confirmed', 'житель подтвердил'), ('checked', 'перепроверено: сделано'), ('refuted', 'житель: не исправлено'), ('checked_bad', 'перепроверено: не сделано'), ('reopened', 'открыто снова сотрудником')], max_length=12)),
                ('came_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ListLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('whole', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveSmallIntegerField()),
                ('stars', models.PositiveSmallIntegerField()),
                ('rated_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(blank=True, choices=[('visit', 'на месте'), ('phone', 'по телефону')], max_length=5)),
                ('found', models.CharField(blank=True, choices=[('done', 'сделано'), ('not_done', 'не сделано'), ('unclear', 'проверить не удалось')], max_length=8)),
                ('checked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RecheckSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=40)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('each', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='evidence',
            name='latitude',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='longitude',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='look',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='look_parts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='evidence',
            name='same_as',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.evidence'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='taken_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='taskreply',
            name='no_photo',
            field=models.CharField(blank=True, choices=[('nothing', 'на фото не увидеть: работы внутри, в сети, по документам'), ('not_allowed', 'снимать нельзя: дом или квартира, режимный объект'), ('dark', 'темно или непогода'), ('no_camera', 'нет телефона с камерой'), ('other', 'другое: напишу ниже')], db_default='', default='', max_length=12),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('state__in', ['open', 'needs_time'])), fields=['organisation'], name='cases_assignment_to_do'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=django.contrib.postgres.indexes.GinIndex(fields=['look_parts'], name='cases_evidence_look'),
        ),
        migrations.AddField(
            model_name='donereport',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='done_reports', to='cases.case'),
        ),
        migrations.AddField(
            model_name='donereport',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='donereport',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='donereport',
            name='theme',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='classifier.theme'),
        ),
        migrations.AddField(
            model_name='listlink',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='listlink',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='list_links', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='rating',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='cases.case'),
        ),
        migrations.AddField(
            model_name='rating',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='recheck',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rechecks', to='cases.case'),
        ),
        migrations.AddField(
            model_name='recheck',
            name='checked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recheck',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rechecks', to='cases.donereport'),
        ),
        migrations.AddField(
            model_name='recheck',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='rechecksample',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recheck',
            name='sample',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rechecks', to='cases.rechecksample'),
        ),
        migrations.AddIndex(
            model_name='donereport',
            index=models.Index(fields=['reported_at', 'scope'], name='cases_done_when'),
        ),
        migrations.AddConstraint(
            model_name='donereport',
            constraint=models.UniqueConstraint(fields=('case', 'turn'), name='cases_done_once_a_turn'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.UniqueConstraint(fields=('case', 'turn'), name='cases_rating_once_a_turn'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='cases_rating_one_to_five'),
        ),
        migrations.AddIndex(
            model_name='recheck',
            index=models.Index(condition=models.Q(('checked_at', None)), fields=['scope'], name='cases_recheck_waiting'),
        ),
        migrations.AddConstraint(
            model_name='recheck',
            constraint=models.UniqueConstraint(fields=('sample', 'report'), name='cases_recheck_once_a_sample'),
        ),
        protect("cases_donereport"),
        protect("cases_rating", link="case_id = {case}"),
        protect("cases_recheck"),
        migrations.RunSQL(
            [
                LIST_TASKS,
                "REVOKE ALL ON FUNCTION otklik_list_tasks(bigint, timestamptz) FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION otklik_list_tasks(bigint, timestamptz) TO otklik_link, otklik_wide",
            ],
            "DROP FUNCTION otklik_list_tasks(bigint, timestamptz)",
        ),
    ]
