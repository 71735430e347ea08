"""Orders are listed without sorting them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built while people work."""

    atomic = False

    dependencies = [("sales", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="order",
            index=models.Index(fields=["-ordered_at", "-id"], name="orders_by_moment"),
        ),
    ]
