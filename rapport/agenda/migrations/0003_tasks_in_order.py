"""Tasks are listed without sorting them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built while people work."""

    atomic = False

    dependencies = [("agenda", "0002_keep_pins_and_whom_a_task_speaks_to")]

    operations = [
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                models.F("due_at").desc(nulls_last=True), models.F("id").desc(), name="tasks_by_due_day"
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(fields=["-created_at", "-id"], name="tasks_by_age"),
        ),
    ]
