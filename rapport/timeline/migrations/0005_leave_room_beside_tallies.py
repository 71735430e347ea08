"""Leave room in each page of tallies: whatever comes in counts one up, and then no index has to follow."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("timeline", "0004_interactions_in_order")]
    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE timeline_tally SET (fillfactor = 80)", "ALTER TABLE timeline_tally RESET (fillfactor)"
        )
    ]
