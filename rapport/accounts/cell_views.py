"""A cell of the white space: what stands behind it, an aim set on it, and the deal opened from that."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.accounts.forms import FIELDS, AimForm
from rapport.accounts.found import INVALID, the_plan
from rapport.accounts.ground import Ground, ground_of
from rapport.accounts.keep_part import drop_part, keep_part
from rapport.accounts.keep_plan import PlanError
from rapport.accounts.models import Aim, Plan
from rapport.accounts.open_aim import open_aim
from rapport.accounts.plan_page import aims_of
from rapport.accounts.white_space import Key, behind
from rapport.catalogue.product import Product
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


def key_of(request: SignedInRequest) -> Key:
    told = {name: request.GET.get(name, "").replace("\x00", "")[:200] for name in ("family", "words")}
    return Key(told["family"], number(request.GET.get("product", "")), told["words"], "outside" in request.GET)


def unit_of(request: SignedInRequest, ground: Ground) -> int:
    """The company that the address names; the first of the group where it names none."""
    unit = number(request.GET.get("unit", "")) if "unit" in request.GET else ground.units[0].customer_id
    if unit not in {one.customer_id for one in ground.units}:
        raise Http404
    return unit


@needs("accounts.view_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """What stands behind a cell; sent by POST, the aim that is set on it."""
    plan = the_plan(request, plan_id)
    ground = ground_of(plan.member.customer, reader=request.user)
    unit, key = unit_of(request, ground), key_of(request)
    aims = aims_of(plan)
    found = behind(ground, aims, unit, key, reader=request.user)
    if found is None:
        raise Http404
    aim = next(iter(found.cell.aims), None)
    may = request.user.allows("accounts.change_plan") and not (key.words or key.outside)
    first = {name: getattr(aim, name) for name in FIELDS[Aim]} if aim else {}
    form = AimForm(request.POST or None, initial=first)
    if request.method == "POST" and may and form.is_valid():
        return aimed(request, plan, aim or fresh(request, plan, unit, key), form)
    shown = {
        "plan": plan,
        "found": found,
        "unit": next(one for one in ground.units if one.customer_id == unit),
        "aim": aim,
        "form": form if may else None,
        "may_open": may and request.user.allows("sales.change_deal"),
    }
    return render(request, "accounts/cell.html", shown, status=INVALID if form.errors else 200)


def fresh(request: SignedInRequest, plan: Plan, unit: int, key: Key) -> Aim:
    member = main_member(Customer.objects.visible_to(request.user).get(pk=unit))
    product = Product.objects.visible_to(request.user).filter(pk=key.product).first() if key.product else None
    return Aim(plan=plan, member=member, product=product, family="" if product else key.family)


def aimed(request: SignedInRequest, plan: Plan, aim: Aim, form: AimForm) -> HttpResponse:
    for name in FIELDS[Aim]:
        setattr(aim, name, form.cleaned_data[name])
    now = timezone.now()
    keep_part(aim, by=request.user, at=now)
    back = f"{reverse('accounts:cell', args=[plan.pk])}?{urlencode(dict(request.GET.items()))}"
    return toast(request, redirect(back), _("Aim set."), undo=undo_of(request.user, now))


def the_aim(request: SignedInRequest, aim_id: int) -> Aim:
    return get_object_or_404(Aim.objects.visible_to(request.user).select_related("plan__member"), pk=aim_id)


@needs("accounts.change_plan")
@require_POST
def drop_aim(request: SignedInRequest, aim_id: int) -> HttpResponse:
    found, now = the_aim(request, aim_id), timezone.now()
    plan = found.plan
    drop_part(found, by=request.user, at=now)
    return toast(request, redirect("accounts:plan", plan.pk), _("Aim given up."), undo=undo_of(request.user, now))


@needs("sales.change_deal")
@require_POST
def open_deal(request: SignedInRequest, aim_id: int) -> HttpResponse:
    """A deal about what is aimed at, with one press."""
    found, now = the_aim(request, aim_id), timezone.now()
    try:
        deal = open_aim(found.pk, by=request.user, at=now)
    except PlanError as problem:
        return toast(request, redirect("accounts:plan", found.plan_id), str(problem))
    return toast(request, redirect("sales:deal", deal.pk), _("Deal opened."), undo=undo_of(request.user, now))
