"""Trace the wishes that runs write down, too."""

from django.db import migrations

WHEN = "WHEN (current_setting('rapport.step', true) <> '') EXECUTE FUNCTION imports_trace('id')"


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "__first__"),
        ("imports", "0005_count_links"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER imports_trace_insert AFTER INSERT ON customers_preference "
            f"REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT {WHEN}",
            "DROP TRIGGER imports_trace_insert ON customers_preference",
        ),
    ]
