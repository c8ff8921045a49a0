"""Close what came and what goes to all but its scope; setups with secrets to all but their centre."""

from django.db import migrations

from otklik.acting.protection import protect

OWN = "(SELECT a.territory_id FROM channels_account a WHERE a.id = account_id)"


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_the_channel_kit")]
    operations = [
        protect("channels_arrival"),
        protect("channels_outsidefile"),
        protect("channels_attempt"),
        protect("channels_setup", scope=OWN),
    ]
