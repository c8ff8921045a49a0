import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect, restrict


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0028_pauses_that_end_by_themselves'),
        ('territory', '0003_centres_and_learned_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AppealOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.CharField(blank=True, max_length=200)),
                ('control', models.BooleanField(default=False)),
                ('set_at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='appeal_origin', to='cases.case')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.territory')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        protect("cases_appealorigin"),
        restrict("cases_appealorigin"),
    ]
