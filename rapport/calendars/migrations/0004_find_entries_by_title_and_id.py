import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    """Find what became of an entry by its id or by words of its title, however many readings are kept."""

    dependencies = [
        ("calendars", "0003_take_calendars_in"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="readingline",
            index=models.Index(fields=["uid"], name="entries_by_uid"),
        ),
        migrations.AddIndex(
            model_name="readingline",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("title", config="simple"), name="entries_by_title"
            ),
        ),
    ]
