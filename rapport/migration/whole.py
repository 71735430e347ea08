"""Say of an import which migration it is part of."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.imports.models import ImportRun
from rapport.imports.whole import Whole
from rapport.migration.models import MigrationStep


def whole(run: ImportRun) -> Whole | None:
    step = MigrationStep.objects.filter(run=run).select_related("migration").first()
    if step is None:
        return None
    title = _("Move in from %(source)s") % {"source": step.migration}
    return Whole(title, reverse("migration:one", args=[step.migration_id]))
