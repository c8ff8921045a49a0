import datetime
import django.db.models.deletion
import otklik.json_text
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


# What holds names is read by who reads cases of restricted access of the place, and by nobody else of it.
def closed(table: str) -> migrations.RunSQL:
    may = "(SELECT nullif(current_setting('otklik.restricted', true), '')::bigint[])"
    return migrations.RunSQL(
        f"CREATE POLICY restricted ON {table} AS RESTRICTIVE FOR SELECT TO otklik_staff"
        f" USING (NOT restricted OR scope_id = ANY ({may}::bigint[]))",
        f"DROP POLICY restricted ON {table}",
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0003_door_limits_outside_logins'),
        ('territory', '0003_centres_and_learned_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Making',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('places', models.JSONField(default=list)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('options', models.JSONField(default=dict, encoder=otklik.json_text.RussianJson)),
                ('state', models.CharField(choices=[('waiting', 'ждёт очереди'), ('making', 'готовится'), ('ready', 'готов'), ('failed', 'не получился')], default='waiting', max_length=8)),
                ('total', models.PositiveIntegerField(default=1)),
                ('done', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('chair', models.CharField(max_length=200)),
                ('present', models.TextField(blank=True)),
                ('heard', models.TextField(blank=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='MorningChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.BooleanField(default=True)),
                ('at', models.TimeField(default=datetime.time(8, 0))),
                ('days_off', models.BooleanField(default=False)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MorningSent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=500)),
                ('who', models.CharField(max_length=200)),
                ('due', models.DateField()),
                ('first_due', models.DateField()),
                ('about', models.CharField(blank=True, max_length=200)),
                ('risk', models.CharField(blank=True, max_length=60)),
                ('state', models.CharField(choices=[('open', 'в работе'), ('done', 'выполнено'), ('off', 'снято')], default='open', max_length=4)),
                ('given_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=500)),
                ('reminded_on', models.DateField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='orders', to='reports.meeting')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('title', models.CharField(max_length=300)),
                ('content', models.JSONField(encoder=otklik.json_text.RussianJson)),
                ('restricted', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('making', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='reports.making')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='ReportTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('form', models.CharField(choices=[('typ', 'Typst, для PDF'), ('docx', 'документ Word'), ('xlsx', 'таблица Excel')], max_length=4)),
                ('version', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=4)),
                ('restricted', models.BooleanField(default=False)),
                ('content', models.BinaryField()),
                ('size', models.PositiveIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='reports.report')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('template', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.reporttemplate')),
            ],
        ),
        migrations.AddIndex(
            model_name='making',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'making'])), fields=['id'], name='reports_making_waits'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['scope', '-day', '-id'], name='reports_meeting_newest'),
        ),
        migrations.AddConstraint(
            model_name='morningsent',
            constraint=models.UniqueConstraint(fields=('user', 'scope', 'day'), name='reports_morning_sent_once'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['scope', 'due'], name='reports_order_open'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['user', 'due'], name='reports_order_of_user'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['scope', 'kind', '-id'], name='reports_report_newest'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('making', 'scope'), name='reports_once_a_making'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'morning')), fields=('scope', 'until'), name='reports_morning_once'),
        ),
        migrations.AddConstraint(
            model_name='reporttemplate',
            constraint=models.UniqueConstraint(fields=('kind', 'scope', 'form', 'version'), name='reports_template_version'),
        ),
        migrations.AddConstraint(
            model_name='reporttemplate',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('kind', 'scope', 'form'), name='reports_template_in_use'),
        ),
        migrations.AddConstraint(
            model_name='reportfile',
            constraint=models.UniqueConstraint(fields=('report', 'form', 'template'), name='reports_file_once', nulls_distinct=False),
        ),
        *(protect(f"reports_{one}") for one in ("making", "report", "reportfile", "meeting", "order")),
        *(closed(f"reports_{one}") for one in ("report", "reportfile")),
    ]
