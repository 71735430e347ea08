"""Take back the leads that one piece of an import made, before what they stand on goes."""

from django.apps import apps
from django.db.models import F

from rapport.imports.hanging import holding, remove
from rapport.imports.images import Step
from rapport.sales.lead import Lead, LeadStep


def undo_leads(step: Step) -> int:
    """How many went. What somebody did something with since stays, and what it stands on with it."""
    made = set(Lead.objects.filter(pk__in=step.made["sales_lead"]).values_list("pk", flat=True))
    history = apps.get_model("sales", "LeadEvent").objects.filter(pgh_obj__in=made)
    worked = set(history.values_list("pgh_obj", flat=True))
    further = LeadStep.objects.filter(lead__in=made).exclude(pk__in=step.made["sales_leadstep"])
    worked.update(further.values_list(F("lead"), flat=True))
    goes = made - worked
    goes -= holding(Lead, goes, ("sales.leadstep",)).keys()
    LeadStep.objects.filter(lead__in=goes).delete()
    return remove(Lead, goes)
