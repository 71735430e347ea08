"""Pipelines as the organisation shapes them: their stages, and why deals end."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.sales.pipeline import End, Pipeline, Reason, Stage
from rapport.sales.pipeline_forms import PipelineForm, ReasonForm, StageForm
from rapport.sales.shape_pipeline import ShapeError, begin_pipeline, keep_part, put_stages, retire_part
from rapport.sales.stage_behaviour import LEAST, Learned, learned_of
from rapport.ui.toast import toast

INVALID = 422
BACK = "sales:pipelines"


@needs("sales.change_pipeline")
@require_safe
def pipelines(request: SignedInRequest) -> HttpResponse:
    found = list(Pipeline.objects.visible_to(request.user).current())
    stages = Stage.objects.visible_to(request.user).filter(pipeline__in=found, retired_at=None).in_order()
    of: dict[int, list[Stage]] = {one.pk: [] for one in found}
    for stage in stages:
        of[stage.pipeline_id].append(stage)
    shown = {
        "pipelines": [(one, with_learned(one, of[one.pk])) for one in found],
        "reasons": Reason.objects.visible_to(request.user).current(),
    }
    return render(request, "sales/pipelines.html", shown)


@needs("sales.change_pipeline")
@require_POST
def begin(request: SignedInRequest) -> HttpResponse:
    """A first pipeline with common stages, to be changed afterwards."""
    if not Pipeline.objects.visible_to(request.user).current().exists():
        begin_pipeline(_("Sales"), by=request.user, at=timezone.now())
    return toast(request, redirect(BACK), _("A pipeline to begin with. Change what is different with you."))


@needs("sales.change_pipeline")
@require_http_methods(["GET", "HEAD", "POST"])
def add_pipeline(request: SignedInRequest) -> HttpResponse:
    form = PipelineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        begin_pipeline(form.cleaned_data["name"], by=request.user, at=timezone.now())
        return toast(request, redirect(BACK), _("Added, with common stages. Change what is different with you."))
    return asked(request, form, _("New pipeline"))


@needs("sales.change_pipeline")
@require_http_methods(["GET", "HEAD", "POST"])
def pipeline(request: SignedInRequest, pipeline_id: int) -> HttpResponse:
    found = get_object_or_404(Pipeline.objects.visible_to(request.user).current(), pk=pipeline_id)
    return kept(request, PipelineForm(request.POST or None, instance=found), str(found), "sales:retire_pipeline")


@needs("sales.change_pipeline")
@require_http_methods(["GET", "HEAD", "POST"])
def add_stage(request: SignedInRequest, pipeline_id: int) -> HttpResponse:
    found = get_object_or_404(Pipeline.objects.visible_to(request.user).current(), pk=pipeline_id)
    return kept(request, StageForm(request.POST or None, instance=Stage(pipeline=found)), _("New stage"))


@needs("sales.change_pipeline")
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: SignedInRequest, stage_id: int) -> HttpResponse:
    found = get_object_or_404(Stage.objects.visible_to(request.user).current().select_related("pipeline"), pk=stage_id)
    return kept(request, StageForm(request.POST or None, instance=found), str(found), "sales:retire_stage")


@needs("sales.change_pipeline")
@require_POST
def put(request: SignedInRequest, pipeline_id: int) -> HttpResponse:
    """One stage a place further up or down: `step` says ID:up or ID:down."""
    found = get_object_or_404(Pipeline.objects.visible_to(request.user).current(), pk=pipeline_id)
    order = list(found.stages.filter(retired_at=None).order_by("place", "pk").values_list("pk", flat=True))
    text, _colon, way = request.POST.get("step", "").partition(":")
    if number(text) in order and way in {"up", "down"}:
        place = order.index(number(text))
        there = max(0, min(len(order) - 1, place + (1 if way == "down" else -1)))
        order.insert(there, order.pop(place))
        put_stages(found, order, by=request.user, at=timezone.now())
    return redirect(BACK)


@needs("sales.change_pipeline")
@require_http_methods(["GET", "HEAD", "POST"])
def add_reason(request: SignedInRequest) -> HttpResponse:
    return kept(request, ReasonForm(request.POST or None), _("New reason"))


@needs("sales.change_pipeline")
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: SignedInRequest, reason_id: int) -> HttpResponse:
    found = get_object_or_404(Reason.objects.visible_to(request.user).current(), pk=reason_id)
    return kept(request, ReasonForm(request.POST or None, instance=found), str(found), "sales:retire_reason")


@needs("sales.change_pipeline")
@require_POST
def retire_pipeline(request: SignedInRequest, pipeline_id: int) -> HttpResponse:
    return retired(request, get_object_or_404(Pipeline.objects.visible_to(request.user).current(), pk=pipeline_id))


@needs("sales.change_pipeline")
@require_POST
def retire_stage(request: SignedInRequest, stage_id: int) -> HttpResponse:
    return retired(request, get_object_or_404(Stage.objects.visible_to(request.user).current(), pk=stage_id))


@needs("sales.change_pipeline")
@require_POST
def retire_reason(request: SignedInRequest, reason_id: int) -> HttpResponse:
    return retired(request, get_object_or_404(Reason.objects.visible_to(request.user).current(), pk=reason_id))


def with_learned(pipeline: Pipeline, stages: list[Stage]) -> list[tuple[Stage, Learned | None, bool]]:
    """Each stage with the share that its ended deals were won, and whether that can be taken over from so many."""
    learned = learned_of(pipeline, at=timezone.now())
    return [
        (one, found, found is not None and found.ended >= LEAST and found.percent != one.probability)
        for one in stages
        for found in [learned.get(one.pk) if one.end == End.OPEN else None]
    ]


def retired(request: SignedInRequest, part: Pipeline | Stage | Reason) -> HttpResponse:
    try:
        retire_part(part, by=request.user, at=timezone.now())
    except ShapeError as problem:
        return toast(request, redirect(BACK), str(problem))
    return toast(request, redirect(BACK), _("“%(name)s” is out of use. What was done with it stays.") % {"name": part})


def kept(request: SignedInRequest, form: "forms.ModelForm[Any]", title: str, drop: str = "") -> HttpResponse:
    """Ask with ``form`` and keep; ``drop`` names the address that takes it out of use."""
    if request.method == "POST" and form.is_valid():
        try:
            keep_part(form.save(commit=False), by=request.user, at=timezone.now())
        except ShapeError as problem:
            form.add_error(None, str(problem))
        else:
            return toast(request, redirect(BACK), _("Saved."))
    return asked(request, form, title, drop)


def asked(request: SignedInRequest, form: "forms.ModelForm[Any]", title: str, drop: str = "") -> HttpResponse:
    shown = {"form": form, "title": title, "drop": drop, "pk": form.instance.pk, "back": BACK}
    return render(request, "sales/part.html", shown, status=INVALID if form.errors else 200)
