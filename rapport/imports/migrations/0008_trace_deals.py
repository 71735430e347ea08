"""Trace the deals that runs write, with their moves and lines; a file can hold deals."""

from collections.abc import Iterator

from django.db import migrations, models

TRACED = {"sales_deal": "INSERT UPDATE", "sales_move": "INSERT", "sales_dealline": "INSERT UPDATE"}
TABLES = {"INSERT": "NEW TABLE AS fresh", "UPDATE": "OLD TABLE AS stale NEW TABLE AS fresh"}
WHEN = "WHEN (current_setting('rapport.step', true) <> '') EXECUTE FUNCTION imports_trace('id')"


def triggers() -> Iterator[tuple[str, str]]:
    """Each trigger: how it is made, and how it goes."""
    for table, deeds in TRACED.items():
        for deed in deeds.split():
            name = f"imports_trace_{deed.lower()}"
            yield (
                f"CREATE TRIGGER {name} AFTER {deed} ON {table} REFERENCING {TABLES[deed]} FOR EACH STATEMENT {WHEN}",
                f"DROP TRIGGER {name} ON {table}",
            )


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0007_trace_consents"),
        ("sales", "0004_lines_of_deals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("customers", "Customers"),
                    ("companies", "Companies"),
                    ("interactions", "Interactions"),
                    ("orders", "Orders"),
                    ("deals", "Deals"),
                    ("links", "Links between records"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        *(migrations.RunSQL(there, back) for there, back in triggers()),
    ]
