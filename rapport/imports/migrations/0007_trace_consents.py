"""Trace the consents that runs write down, too."""

from django.db import migrations

WHEN = "WHEN (current_setting('rapport.step', true) <> '') EXECUTE FUNCTION imports_trace('id')"


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0009_strike_words_out"),
        ("imports", "0006_trace_preferences"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER imports_trace_insert AFTER INSERT ON consent_consent "
            f"REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT {WHEN}",
            "DROP TRIGGER imports_trace_insert ON consent_consent",
        ),
    ]
