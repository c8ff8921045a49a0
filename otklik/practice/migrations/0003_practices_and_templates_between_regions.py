
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('answers', '0006_promises_that_did_not_hold'),
        ('cases', '0029_through_whom_appeals_came'),
        ('files', '0002_close_content_to_its_scope'),
        ('practice', '0002_practices'),
        ('territory', '0003_centres_and_learned_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ForeignTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('name', models.CharField(max_length=120)),
                ('text', models.TextField()),
                ('theme', models.CharField(blank=True, max_length=80)),
                ('centre', models.CharField(max_length=300)),
                ('author', models.CharField(blank=True, max_length=200)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('used', models.PositiveIntegerField(default=0)),
                ('share', models.PositiveSmallIntegerField(null=True)),
                ('said', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('came_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'ждёт руководителя ЦУР'), ('approved', 'руководитель ЦУР разрешил'), ('refused', 'руководитель ЦУР не разрешил')], default='asked', max_length=8)),
                ('figures', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='packet',
            name='practice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='packets', to='practice.practice'),
        ),
        migrations.AddField(
            model_name='practice',
            name='came_contact',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='practice',
            name='came_from',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.trustedregion'),
        ),
        migrations.AddField(
            model_name='practice',
            name='came_name',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='practice',
            name='came_uid',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='packet',
            name='exchange',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='packets', to='practice.exchange'),
        ),
        migrations.AlterField(
            model_name='templatecopy',
            name='lent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='practice.lenttemplate'),
        ),
        migrations.AddConstraint(
            model_name='practice',
            constraint=models.UniqueConstraint(fields=('came_from', 'came_uid'), name='practice_came_once'),
        ),
        migrations.AddField(
            model_name='foreigntemplate',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.trustedregion'),
        ),
        migrations.AddField(
            model_name='packet',
            name='template',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='packets', to='practice.foreigntemplate'),
        ),
        migrations.AddField(
            model_name='templatecopy',
            name='foreign',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='practice.foreigntemplate'),
        ),
        migrations.AddConstraint(
            model_name='templatecopy',
            constraint=models.UniqueConstraint(fields=('foreign', 'place'), name='practice_foreign_copy_once'),
        ),
        migrations.AddConstraint(
            model_name='templatecopy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('foreign__isnull', True), ('lent__isnull', False)), models.Q(('foreign__isnull', False), ('lent__isnull', True)), _connector='OR'), name='practice_copy_of_one'),
        ),
        migrations.AddField(
            model_name='sending',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sending',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sending',
            name='lent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sendings', to='practice.lenttemplate'),
        ),
        migrations.AddField(
            model_name='sending',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.trustedregion'),
        ),
        migrations.AddField(
            model_name='sending',
            name='practice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sendings', to='practice.practice'),
        ),
        migrations.AddConstraint(
            model_name='foreigntemplate',
            constraint=models.UniqueConstraint(fields=('region', 'uid'), name='practice_foreign_template_once'),
        ),
        migrations.AddConstraint(
            model_name='sending',
            constraint=models.UniqueConstraint(fields=('practice', 'partner'), name='practice_sending_of_practice_once'),
        ),
        migrations.AddConstraint(
            model_name='sending',
            constraint=models.UniqueConstraint(fields=('lent', 'partner'), name='practice_sending_of_template_once'),
        ),
        migrations.AddConstraint(
            model_name='sending',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lent__isnull', True), ('practice__isnull', False)), models.Q(('lent__isnull', False), ('practice__isnull', True)), _connector='OR'), name='practice_sending_of_one'),
        ),
    ]
