"""The contact policy that comes with Rapport: a first version, to be changed with a second person."""

from datetime import time
from typing import Any

from django.db import migrations
from django.utils import timezone

RULES = (
    {"kind": "condition", "concerns": "automatic", "condition": "deceased"},
    {"kind": "condition", "concerns": "advertising", "condition": "open complaint"},
    {"kind": "condition", "concerns": "advertising", "condition": "legal hold"},
    {"kind": "frequency", "concerns": "advertising", "most": 3, "days": 7},
    {"kind": "quiet", "concerns": "advertising", "begin": time(20), "end": time(8)},
)
EXAMPLES = (
    {"clock": time(10), "days_ago": "3, 6", "expected": "send"},
    {"clock": time(10), "days_ago": "1, 3, 6", "expected": "refuse"},
    {"clock": time(21), "expected": "wait"},
    {"clock": time(10), "conditions": "open complaint", "expected": "refuse"},
    {"clock": time(21), "conditions": "open complaint", "code": "service", "expected": "send"},
    {"clock": time(10), "conditions": "deceased", "code": "service", "expected": "refuse"},
)


def deliver(apps: Any, _editor: Any) -> None:
    policies = apps.get_model("consent", "Policy")
    if policies.objects.exists():
        return
    purposes = {one.code: one for one in apps.get_model("consent", "Purpose").objects.all()}
    now = timezone.now()
    policy = policies.objects.create(number=1, at=now, approved_at=now)
    for position, rule in enumerate(RULES, 1):
        apps.get_model("consent", "PolicyRule").objects.create(policy=policy, position=position, **rule)
    for position, example in enumerate(EXAMPLES, 1):
        told = {**example}
        told["purpose"] = purposes[told.pop("code", "offers")]
        apps.get_model("consent", "PolicyExample").objects.create(policy=policy, position=position, **told)


class Migration(migrations.Migration):
    dependencies = [("consent", "0006_keep_the_contact_policy")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop, elidable=False)]
