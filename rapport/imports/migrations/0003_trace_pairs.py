"""Trace the possible duplicates that runs find, too."""

from django.db import migrations

WHEN = "WHEN (current_setting('rapport.step', true) <> '') EXECUTE FUNCTION imports_trace('id')"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "__first__"),
        ("imports", "0002_remember_what_runs_did"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER imports_trace_insert AFTER INSERT ON identity_pair "
            f"REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT {WHEN}",
            "DROP TRIGGER imports_trace_insert ON identity_pair",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER imports_trace_update AFTER UPDATE ON identity_pair "
            f"REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT {WHEN}",
            "DROP TRIGGER imports_trace_update ON identity_pair",
        ),
    ]
