import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

LIVING = models.Q(("merged_into", None), ("trashed_at", None))
BY_CONTACT = models.OrderBy(models.F("last_contact_at"), descending=True, nulls_last=True)
NEWEST = models.OrderBy(models.F("id"), descending=True)
INDEXES = [
    models.Index(fields=["scope", "sort_key", "id"], condition=LIVING, name="customers_of_scope_by_name"),
    models.Index(fields=["sort_key", "id"], condition=LIVING, name="customers_by_name"),
    models.Index(models.F("scope"), BY_CONTACT, NEWEST, condition=LIVING, name="customers_of_scope_by_contact"),
    models.Index(BY_CONTACT, NEWEST, condition=LIVING, name="customers_by_contact"),
    models.Index(fields=["scope", "-created_at", "-id"], condition=LIVING, name="customers_of_scope_by_age"),
    models.Index(fields=["-created_at", "-id"], condition=LIVING, name="customers_by_age"),
    models.Index(
        django.db.models.functions.text.Upper("city"), models.F("scope"), condition=LIVING, name="customers_of_city"
    ),
    django.contrib.postgres.indexes.GinIndex(
        fields=["tags"],
        condition=models.Q(("merged_into", None), ("trashed_at", None), models.Q(("tags", []), _negated=True)),
        name="customers_by_tag",
    ),
    django.contrib.postgres.indexes.GinIndex(
        fields=["extra"],
        opclasses=["jsonb_path_ops"],
        condition=models.Q(("merged_into", None), ("trashed_at", None), models.Q(("extra", {}), _negated=True)),
        name="customers_by_field",
    ),
]


class Migration(migrations.Migration):
    """Let the indexes of lists hold only who lives and is not in the trash. Built one by one, while people work."""

    atomic = False
    dependencies = [("customers", "0007_keep_a_trash")]
    operations = [
        operation
        for index in INDEXES
        for operation in (
            RemoveIndexConcurrently(model_name="customer", name=index.name),
            AddIndexConcurrently(model_name="customer", index=index),
        )
    ]
