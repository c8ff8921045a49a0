"""Several regimes side by side: registrations, own registers, clocks named by their regime, parts with clocks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_find_cases_by_point'),
        ('organisations', '0001_initial'),
        ('territory', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Register',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('regime', models.CharField(choices=[('pos', 'ПОС'), ('law59', '59-ФЗ'), ('law8', '8-ФЗ')], max_length=10)),
                ('act_number', models.CharField(max_length=60)),
                ('act_date', models.DateField()),
                ('is_on', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='RegisterYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('regime', models.CharField(choices=[('pos', 'ПОС'), ('law59', '59-ФЗ'), ('law8', '8-ФЗ')], max_length=10)),
                ('own', models.BooleanField(default=False)),
                ('system', models.CharField(blank=True, max_length=120)),
                ('year', models.PositiveSmallIntegerField(null=True)),
                ('serial', models.PositiveIntegerField(null=True)),
                ('number', models.CharField(blank=True, max_length=100)),
                ('received_at', models.DateTimeField()),
                ('registered_at', models.DateTimeField(null=True)),
                ('source_due_at', models.DateTimeField(null=True)),
                ('source_status', models.CharField(blank=True, max_length=120)),
                ('extended_days', models.PositiveSmallIntegerField(null=True)),
                ('extension_reason', models.CharField(blank=True, max_length=500)),
                ('notice_at', models.DateTimeField(null=True)),
                ('not_ours_at', models.DateTimeField(null=True)),
                ('forwarded_to', models.CharField(blank=True, max_length=300)),
                ('out_number', models.CharField(blank=True, max_length=100)),
                ('out_at', models.DateTimeField(null=True)),
                ('signer', models.CharField(blank=True, max_length=200)),
                ('way', models.CharField(blank=True, choices=[('email', 'по электронной почте'), ('post', 'почтой'), ('cabinet', 'в личный кабинет'), ('hand', 'лично в руки'), ('other', 'другим способом')], max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, choices=[('sent', 'ответ отправлен'), ('forwarded', 'переслано по компетенции'), ('transferred', 'переведено в другой режим'), ('source', 'закрыто в системе-источнике'), ('mistake', 'внесено по ошибке')], max_length=12)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='UpperRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.CharField(choices=[('redirect', 'перенаправить другой организации'), ('hand_over', 'передать в другой муниципалитет'), ('decide', 'решить, чья это работа')], max_length=10)),
                ('reason', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('open', 'ждёт решения ЦУР'), ('done', 'решено'), ('kept', 'оставлено как есть'), ('recalled', 'отозвано')], default='open', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='clock',
            name='cases_clock_one_running',
        ),
        migrations.AddField(
            model_name='clock',
            name='assignment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='cases.assignment'),
        ),
        migrations.AddField(
            model_name='clock',
            name='regime',
            field=models.CharField(choices=[('social', 'соцсети и портал'), ('pos', 'Госуслуги. Решаем вместе'), ('law59', 'обращение по 59-ФЗ'), ('law8', 'запрос по 8-ФЗ')], db_default='social', default='social', max_length=10),
        ),
        migrations.AlterField(
            model_name='clock',
            name='kind',
            field=models.CharField(choices=[('react', 'отреагировать'), ('answer', 'ответить'), ('final', 'дать окончательный ответ'), ('register', 'зарегистрировать'), ('forward', 'переслать по компетенции'), ('extend', 'уведомить о продлении'), ('fix', 'устранить'), ('part', 'сделать свою часть')], max_length=10),
        ),
        migrations.RunSQL(
            "UPDATE cases_clock k SET regime = c.regime FROM cases_case c WHERE c.id = k.case_id AND c.regime <> 'social'",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(condition=models.Q(('assignment', None), ('stopped_at', None)), fields=('case', 'regime', 'kind', 'turn'), name='cases_clock_one_running'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(condition=models.Q(('assignment__isnull', False), ('stopped_at', None)), fields=('assignment',), name='cases_clock_one_of_part'),
        ),
        migrations.AddField(
            model_name='register',
            name='body',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='registeryear',
            name='register',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='cases.register'),
        ),
        migrations.AddField(
            model_name='registration',
            name='body',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='registration',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='cases.case'),
        ),
        migrations.AddField(
            model_name='registration',
            name='entered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='registration',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='upperrequest',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='upperrequest',
            name='assignment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.assignment'),
        ),
        migrations.AddField(
            model_name='upperrequest',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='upper_requests', to='cases.case'),
        ),
        migrations.AddField(
            model_name='upperrequest',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='upperrequest',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='upperrequest',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddField(
            model_name='upperrequest',
            name='territory',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory'),
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.UniqueConstraint(fields=('body', 'regime'), name='cases_register_once'),
        ),
        migrations.AddConstraint(
            model_name='registeryear',
            constraint=models.UniqueConstraint(fields=('register', 'year'), name='cases_register_year_once'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['number'], name='cases_registration_number'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case', 'regime'), name='cases_registration_one_open'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('own', True)), fields=('body', 'regime', 'year', 'serial'), name='cases_registration_own_once'),
        ),
        migrations.AddConstraint(
            model_name='upperrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('case',), name='cases_upper_request_one_open'),
        ),
        protect("cases_registration", link="case_id = {case}"),
        protect("cases_upperrequest"),
    ]
