"""Templates of answers, steps of approval, one answer to a problem, forms of letters."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect, restrict


class Migration(migrations.Migration):

    dependencies = [
        ('answers', '0003_restricted_access'),
        ('cases', '0019_referrals'),
        ('organisations', '0003_door_limits_outside_logins'),
        ('territory', '0003_centres_and_learned_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('theme', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('text', models.TextField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('retired', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='TemplateFigure',
            fields=[
                ('template', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='figure', serialize=False, to='answers.answertemplate')),
                ('used', models.PositiveIntegerField(default=0, verbose_name='использован')),
                ('published', models.PositiveIntegerField(default=0)),
                ('confirmed', models.PositiveIntegerField(default=0)),
                ('refuted', models.PositiveIntegerField(default=0)),
                ('counted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='CommonAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('interim', 'промежуточный'), ('final', 'окончательный')], default='final', max_length=8)),
                ('promised_for', models.DateField(null=True)),
                ('text', models.TextField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'черновик'), ('review', 'на согласовании'), ('approved', 'согласован'), ('sending', 'рассылается'), ('sent', 'разослан'), ('stopped', 'остановлен')], default='draft', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='cases.problem')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.PositiveSmallIntegerField()),
                ('role', models.CharField(max_length=20)),
                ('version', models.PositiveSmallIntegerField()),
                ('oral', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, choices=[('changed', 'текст изменён'), ('returned', 'возвращено на доработку'), ('withdrawn', 'согласование отозвано')], max_length=10)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='answers.answer')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('for_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('common', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='answers.commonanswer')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CommonRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'ждёт'), ('sent', 'отправлено'), ('number', 'согласовано, ждёт исходящего номера'), ('by_hand', 'согласовано, опубликуйте вручную'), ('refused', 'не отправлено')], default='waiting', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('done_at', models.DateTimeField(null=True)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='answers.answer')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('common', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='answers.commonanswer')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
        ),
        migrations.CreateModel(
            name='CommonVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('common', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='answers.commonanswer')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='LetterForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('placeholders', models.JSONField(default=list)),
                ('uploaded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.organisation')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='TemplateUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='templates', to='answers.answer')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='answers.answertemplate')),
            ],
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('theme', models.CharField(blank=True, max_length=40)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='answers.answertemplate')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddIndex(
            model_name='answertemplate',
            index=models.Index(fields=['place', 'theme'], name='answers_template_place'),
        ),
        migrations.AddConstraint(
            model_name='commonanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'review', 'approved', 'sending'])), fields=('problem',), name='answers_common_one_open'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', False), ('case__isnull', False), ('common', None)), models.Q(('answer', None), ('case', None), ('common__isnull', False)), _connector='OR'), name='answers_agreement_of_one'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('answer__isnull', False), ('ended_at', None)), fields=('answer', 'step'), name='answers_agreement_step_once'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('common__isnull', False), ('ended_at', None)), fields=('common', 'step'), name='answers_agreement_common_once'),
        ),
        migrations.AddConstraint(
            model_name='commonrow',
            constraint=models.UniqueConstraint(fields=('common', 'case'), name='answers_common_row_once'),
        ),
        migrations.AddConstraint(
            model_name='commonversion',
            constraint=models.UniqueConstraint(fields=('common', 'number'), name='answers_common_version_once'),
        ),
        migrations.AddConstraint(
            model_name='letterform',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('organisation',), name='answers_letter_form_one'),
        ),
        migrations.AddConstraint(
            model_name='templateuse',
            constraint=models.UniqueConstraint(fields=('answer', 'template'), name='answers_template_use_once'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(fields=('template', 'number'), name='answers_template_version_once'),
        ),
        *(protect(f"answers_{name}") for name in (
            "templateuse", "agreement", "commonanswer", "commonversion", "commonrow",
        )),
        restrict("answers_agreement"),
        restrict("answers_commonrow"),
    ]
