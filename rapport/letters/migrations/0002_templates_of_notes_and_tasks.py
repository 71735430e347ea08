"""Templates begin notes and tasks, too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0001_keep_templates_and_signatures"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="template",
            name="changed_update",
        ),
        migrations.AddField(
            model_name="template",
            name="use",
            field=models.CharField(
                choices=[("letter", "Letters"), ("note", "Notes"), ("task", "Tasks")],
                default="letter",
                max_length=10,
                verbose_name="for what",
            ),
        ),
        migrations.AddField(
            model_name="templateevent",
            name="use",
            field=models.CharField(
                choices=[("letter", "Letters"), ("note", "Notes"), ("task", "Tasks")],
                default="letter",
                max_length=10,
                verbose_name="for what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="template",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "letters_templateevent" ("by_id", "changed_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "scope_id", "subject", "text", "use") VALUES (OLD."by_id", OLD."changed_at", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'changed\', OLD."id", OLD."retired_at", OLD."scope_id", OLD."subject", OLD."text", OLD."use"); RETURN NULL;',
                    hash="e835bb27efa8d202e7a7a782d2dfca07c590315b",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_359d1",
                    table="letters_template",
                    when="AFTER",
                ),
            ),
        ),
    ]
