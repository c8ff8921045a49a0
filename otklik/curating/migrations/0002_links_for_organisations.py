import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import asked


class Migration(migrations.Migration):

    dependencies = [
        ('curating', '0001_what_the_curator_keeps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AskLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='curating.askpart')),
            ],
        ),
        asked("curating_askpart", "id"),
        asked("curating_askfile", "part_id"),
    ]
