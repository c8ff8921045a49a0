"""Close the tables with residents' content to all but their scope."""

from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("cases", "0001_initial")]

    operations = [
        protect(
            "channels_message",
            link="id IN (SELECT m.message_id FROM cases_casemessage m WHERE m.case_id = {case})",
        ),
        protect(
            "channels_attachment",
            link="message_id IN (SELECT m.message_id FROM cases_casemessage m WHERE m.case_id = {case})",
        ),
        protect(
            "channels_delivery",
            link="message_id IN (SELECT m.message_id FROM cases_casemessage m WHERE m.case_id = {case})",
        ),
    ]
