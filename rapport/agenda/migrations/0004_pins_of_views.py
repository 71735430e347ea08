"""A pinned view has a place among whatever else somebody keeps at hand."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agenda", "0003_tasks_in_order"), ("lists", "0001_views")]

    operations = [
        migrations.AddField(
            model_name="pin",
            name="view",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="pins", to="lists.view"
            ),
        ),
        migrations.RemoveConstraint(model_name="pin", name="each_thing_at_hand_once"),
        migrations.AddConstraint(
            model_name="pin",
            constraint=models.UniqueConstraint(
                fields=("user", "member", "view", "path"), name="each_thing_at_hand_once", nulls_distinct=False
            ),
        ),
    ]
