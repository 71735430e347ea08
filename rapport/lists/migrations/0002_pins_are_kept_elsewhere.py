"""Pinned views stand with whatever else somebody keeps at hand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("lists", "0001_views"), ("agenda", "0005_move_pins_of_views")]

    operations = [migrations.DeleteModel(name="Pin")]
