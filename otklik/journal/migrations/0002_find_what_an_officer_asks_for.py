"""An index over the few entries that a security officer asks for: reveals, exports, erasures, and all but cases."""

from django.db import migrations

INDEX = """
CREATE INDEX journal_entry_audit ON journal_entry (at DESC) WHERE stream < 'case:' OR stream >= 'case;'
    OR verb IN ('reveal', 'pass_contact', 'take_contact_back', 'erased')
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(INDEX, "DROP INDEX journal_entry_audit")]
