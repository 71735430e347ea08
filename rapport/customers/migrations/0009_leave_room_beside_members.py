"""Leave room in each page of members: what comes in moves the last contact, and then no index has to follow."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("customers", "0008_leave_the_trash_out_of_lists")]
    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE customers_member SET (fillfactor = 85)", "ALTER TABLE customers_member RESET (fillfactor)"
        )
    ]
