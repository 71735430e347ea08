"""The pinned views that there are move in."""

from django.db import migrations


class Migration(migrations.Migration):
    """By itself: rows that were just written would stand against the index that the new column gets at the end."""

    dependencies = [("agenda", "0004_pins_of_views")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO agenda_pin (user_id, view_id, path, title, at) SELECT user_id, view_id, '', '', at FROM lists_pin",
            "INSERT INTO lists_pin (user_id, view_id, at) SELECT user_id, view_id, at FROM agenda_pin "
            "WHERE view_id IS NOT NULL; DELETE FROM agenda_pin WHERE view_id IS NOT NULL",
        ),
    ]
