"""Say of the members that were there before whose they are, some at a time while people work."""

from typing import ClassVar

from django.db import connection, migrations, models, transaction

SIZE = 20_000
SPAN = "SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM customers_member WHERE scope_id IS NULL"
SAY = """
UPDATE customers_member member SET scope_id = customer.scope_id FROM customers_customer customer
WHERE customer.id = member.customer_id AND member.id BETWEEN %s AND %s AND member.scope_id IS NULL
"""


def say(_apps: object, _editor: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SPAN)
        first, last = cursor.fetchone()
        for begin in range(first, last + 1, SIZE):
            with transaction.atomic():
                cursor.execute(SAY, [begin, begin + SIZE - 1])


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("customers", "0010_repeat_whose_a_member_is")]
    operations: ClassVar = [
        migrations.RunPython(say, migrations.RunPython.noop),
        migrations.AlterField(
            "member",
            "scope_id",
            models.BigIntegerField(
                editable=False,
                help_text="Its customer's, repeated so that whose something is takes one look; the database alone writes it.",
            ),
        ),
    ]
