"""How right we were: what was said of deals that have ended, and how many of them were won."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.sales.calibration import by_stage, error_of, own_words
from rapport.sales.deal import Deal
from rapport.sales.pipeline import End, Stage
from rapport.sales.shape_pipeline import keep_part
from rapport.sales.stage_behaviour import LEAST, learned_of
from rapport.ui.toast import toast


@needs("sales.view_deal")
@require_safe
def calibration(request: SignedInRequest) -> HttpResponse:
    """Over the deals that one may see, of everybody or of one owner."""
    seen = Deal.objects.visible_to(request.user)
    owners = User.objects.visible_to(request.user).filter(
        pk__in=seen.filter(closed_at__isnull=False).order_by().values("owner").distinct()
    )
    chosen = owners.filter(pk=number(request.GET.get("owner", ""))).first()
    deals = seen.filter(owner=chosen) if chosen else seen
    own, stages = own_words(deals), by_stage(deals, Stage.objects.visible_to(request.user).current())
    shown = {
        "owners": owners.order_by("name", "pk"),
        "chosen": chosen,
        "narrowed": f"&owner={chosen.pk}" if chosen else "",
        "own": own,
        "own_error": error_of(own),
        "stages": [one for one in stages if one.number],
        "stage_error": error_of(stages),
    }
    return render(request, "sales/calibration.html", shown)


@needs("sales.change_pipeline")
@require_POST
def take_learned(request: SignedInRequest, stage_id: int) -> HttpResponse:
    """From now on the stage says what was learned of it."""
    stage = get_object_or_404(Stage.objects.visible_to(request.user).current().select_related("pipeline"), pk=stage_id)
    learned = learned_of(stage.pipeline, at=timezone.now()).get(stage_id)
    if learned is None or learned.percent is None or learned.ended < LEAST or stage.end != End.OPEN:
        return toast(request, redirect("sales:pipelines"), _("Too few deals have ended to learn from."))
    stage.probability = learned.percent
    keep_part(stage, by=request.user, at=timezone.now())
    words = _("“%(name)s” says %(percent)s %% now.") % {"name": stage, "percent": learned.percent}
    return toast(request, redirect("sales:pipelines"), words)
