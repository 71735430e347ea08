"""Deals are listed without sorting them, and those that ended in a time are found by it."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F


def latest(field: str, name: str, condition: models.Q | None = None) -> models.Index:
    return models.Index(F(field).desc(nulls_last=True), F("id").desc(), condition=condition, name=name)


class Migration(migrations.Migration):
    """Built while people work."""

    atomic = False

    dependencies = [("sales", "0010_lessons")]

    operations = [
        AddIndexConcurrently("deal", latest("closes_on", "deals_by_day_of_closing")),
        AddIndexConcurrently("deal", latest("amount", "deals_by_worth")),
        AddIndexConcurrently("deal", latest("next_step_on", "deals_by_next_step")),
        AddIndexConcurrently("deal", latest("next_step_on", "open_deals_by_next_step", models.Q(closed_at=None))),
        AddIndexConcurrently("deal", latest("closed_at", "deals_by_end")),
        RemoveIndexConcurrently("deal", "deals_by_closing_day"),
        RemoveIndexConcurrently("deal", "deals_by_amount"),
    ]
