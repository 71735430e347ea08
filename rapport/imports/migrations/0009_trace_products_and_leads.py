"""Trace the products, prices, lists, taxes and leads that runs write; a file can hold them."""

from collections.abc import Iterator

from django.db import migrations, models

TRACED = {
    "catalogue_product": "INSERT UPDATE",
    "catalogue_price": "INSERT UPDATE",
    "catalogue_pricelist": "INSERT",
    "catalogue_tax": "INSERT",
    "sales_lead": "INSERT",
    "sales_leadstep": "INSERT",
}
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
        ("catalogue", "0002_price_lists"),
        ("imports", "0008_trace_deals"),
        ("sales", "0006_leads"),
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
                    ("leads", "Leads"),
                    ("products", "Products and prices"),
                    ("links", "Links between records"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        *(migrations.RunSQL(there, back) for there, back in triggers()),
    ]
