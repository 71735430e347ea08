"""The purposes that come with Rapport; what was written before was correspondence."""

from typing import Any

from django.db import migrations

CAUSE = (
    "Whoever writes to us, or is written to by one of us about a matter of theirs, expects an answer; it goes to one person, "
    "concerns that matter, and ends when they say so."
)
PURPOSES = (
    {"code": "correspondence", "basis": "interest", "balancing": CAUSE},
    {"code": "service", "basis": "contract"},
    {"code": "newsletter", "basis": "consent", "advertising": True, "confirmed": True},
    {"code": "offers", "basis": "consent", "advertising": True},
)


def deliver(apps: Any, _editor: Any) -> None:
    purposes = apps.get_model("consent", "Purpose")
    for one in PURPOSES:
        purposes.objects.get_or_create(code=one["code"], defaults=one)
    messages = apps.get_model("consent", "Message").objects.filter(reader=None, purpose=None)
    messages.update(purpose=purposes.objects.get(code="correspondence"))


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_keep_purposes_and_consents")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop, elidable=False)]
