"""Personal reception is a way in which matters come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_missed_calls")]
    operations = [
        migrations.AlterField(
            model_name="account",
            name="channel",
            field=models.CharField(
                choices=[
                    ("portal", "портал"), ("phone", "телефон"), ("reception", "личный приём"), ("sheet", "таблица"),
                    ("line", "телефонная линия"), ("site", "форма на сайте"), ("email", "почта"),
                    ("vk", "ВКонтакте"), ("ok", "Одноклассники"), ("max", "MAX"), ("telegram", "Telegram"),
                    ("feed", "ленты и сайты"), ("open311", "Open311"),
                ],
                max_length=20,
            ),
        ),
    ]
