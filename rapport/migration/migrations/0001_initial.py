import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("imports", "0005_count_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Migration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        help_text="Whose ids they are: hubspot, salesforce, …", max_length=60, verbose_name="source"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("rehearsing", "Being rehearsed"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("done", "Done"),
                            ("broken", "Broken off"),
                            ("weighing", "Being looked through"),
                            ("reverting", "Being taken back"),
                            ("reverted", "Taken back"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "owners",
                    models.JSONField(
                        default=dict, help_text="By id or name there: name, email, and whom here (e-mail)."
                    ),
                ),
                ("exact", models.BooleanField(default=True, help_text="Whether the rehearsal is to the row.")),
                (
                    "queued",
                    models.BooleanField(
                        default=True, help_text="Whether the queue goes on with it, or a command does."
                    ),
                ),
                ("trouble", models.CharField(blank=True, max_length=400)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "migration",
            },
        ),
        migrations.CreateModel(
            name="MigrationFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=400, verbose_name="file")),
                ("path", models.CharField(max_length=1000)),
                ("digest", models.CharField(max_length=64)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("owners", "Owners"),
                            ("companies", "Companies"),
                            ("people", "People"),
                            ("activities", "Activities"),
                            ("tickets", "Tickets"),
                            ("associations", "Links between records"),
                            ("deals", "Deals"),
                            ("other", "Nothing to take in"),
                        ],
                        max_length=20,
                        verbose_name="what is in it",
                    ),
                ),
                (
                    "shape",
                    models.CharField(help_text="Whose columns it has: hubspot, salesforce, plain.", max_length=20),
                ),
                ("note", models.CharField(blank=True, help_text="Why nothing of it is taken in.", max_length=400)),
                (
                    "rows",
                    models.BigIntegerField(default=0, help_text="How many rows it has, where no import counts them."),
                ),
                ("links", models.JSONField(default=list, help_text="Which columns link it to what.")),
                ("owned", models.JSONField(default=dict, help_text="Rows with an owner: known and unknown ones.")),
                (
                    "migration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="migration.migration"
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a migration",
            },
        ),
        migrations.CreateModel(
            name="MigrationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="migration.migrationfile"
                    ),
                ),
                (
                    "migration",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="migration.migration",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="step", to="imports.importrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a migration",
            },
        ),
        migrations.AddConstraint(
            model_name="migrationfile",
            constraint=models.UniqueConstraint(models.F("migration"), models.F("place"), name="each_file_at_its_place"),
        ),
        migrations.AddIndex(
            model_name="migrationstep",
            index=models.Index(fields=["migration", "place"], name="steps_of_a_migration"),
        ),
    ]
