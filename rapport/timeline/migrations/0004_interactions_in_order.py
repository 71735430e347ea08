"""All interactions are listed without sorting them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built while people work."""

    atomic = False

    dependencies = [("timeline", "0003_keep_private_what_is_private")]

    operations = [
        AddIndexConcurrently(
            model_name="interaction",
            index=models.Index(fields=["-at", "-id"], name="timeline_by_moment"),
        ),
    ]
