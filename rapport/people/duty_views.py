"""Who answers for what: governance posts with their terms, and service domains with everybody's part."""

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.people.duties import Gap, gaps_of, matrix
from rapport.people.duty import ServiceDomain
from rapport.people.duty_forms import DomainForm, DutyForm, PostForm, TermForm
from rapport.people.fill_post import Refusal, end_term, fill_post
from rapport.people.post import Post
from rapport.people.posts import held, posts_on
from rapport.ui.toast import toast

INVALID = 422
GAPS = {
    Gap.NOBODY_ACCOUNTABLE: gettext_lazy("Nobody answers for it."),
    Gap.SEVERAL_ACCOUNTABLE: gettext_lazy("Several answer for it."),
    Gap.NOBODY_RESPONSIBLE: gettext_lazy("Nobody does it."),
    Gap.VACANT: gettext_lazy("A position with a part in it is vacant."),
}


@needs("people.view_colleague")
@require_safe
def posts(request: SignedInRequest) -> HttpResponse:
    found = posts_on(timezone.localdate(), reader=request.user)
    shown = {"posts": found, "vacant": sum(one.acting is None for one in found), "tab": "posts"}
    return render(request, "people/posts.html", shown)


@needs("people.change_post")
@require_http_methods(["GET", "HEAD", "POST"])
def add_post(request: SignedInRequest) -> HttpResponse:
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        post = Post(**form.cleaned_data)
        post.save()
        return toast(request, redirect("people:post", post.pk), _("%(name)s added.") % {"name": post})
    shown = {"form": form, "back": "people:posts", "title": _("New post")}
    return render(request, "people/part.html", shown, status=INVALID if form.errors else None)


@needs("people.change_post")
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Its terms, and who is to hold it from when on."""
    found = get_object_or_404(Post.objects.visible_to(request.user), pk=post_id)
    today = timezone.localdate()
    form = TermForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = fill_post(found, given["holder"], given["deputy"], since=given["since"], until=given["until"])
        if not isinstance(done, Refusal):
            return toast(request, redirect("people:posts"), _("Saved."))
        form.add_error("since", _("Somebody holds it on some of these days. End that term first."))
    terms = found.terms.select_related("holder", "deputy").order_by("-since")
    shown = {"form": form, "held": held(found, today), "terms": terms}
    return render(request, "people/post.html", shown, status=INVALID if form.errors else None)


@needs("people.change_post")
@require_POST
def end(request: SignedInRequest, post_id: int) -> HttpResponse:
    """The term that runs, or is to begin, ends today."""
    found = get_object_or_404(Post.objects.visible_to(request.user), pk=post_id)
    term = get_object_or_404(found.terms.all(), pk=number(request.POST.get("term", "")))
    end_term(term, on=timezone.localdate())
    return toast(request, redirect("people:post", found.pk), _("Ended."))


@needs("people.change_post")
@require_POST
def drop_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    found = get_object_or_404(Post.objects.visible_to(request.user), pk=post_id)
    if found.is_standing:
        return toast(request, redirect("people:post", found.pk), _("This post is always there, filled or vacant."))
    found.delete()
    return toast(request, redirect("people:posts"), _("%(name)s dropped.") % {"name": found})


@needs("people.view_colleague")
@require_safe
def domains(request: SignedInRequest) -> HttpResponse:
    """The matrix, and above it what is missing or double."""
    found = matrix(reader=request.user)
    gaps = [(row.domain, [GAPS[gap] for gap in row.gaps]) for row in found.rows if row.gaps]
    return render(request, "people/domains.html", {"matrix": found, "gaps": gaps, "tab": "domains"})


@needs("people.change_domain")
@require_http_methods(["GET", "HEAD", "POST"])
def add_domain(request: SignedInRequest) -> HttpResponse:
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("people:domain", form.save().pk)
    shown = {"form": form, "back": "people:domains", "title": _("New service domain")}
    return render(request, "people/part.html", shown, status=INVALID if form.errors else None)


@needs("people.change_domain")
@require_http_methods(["GET", "HEAD", "POST"])
def domain(request: SignedInRequest, domain_id: int) -> HttpResponse:
    """Its name and who has which part in it; ``party`` in what is sent adds one."""
    found = get_object_or_404(ServiceDomain.objects.visible_to(request.user), pk=domain_id)
    adds = request.method == "POST" and "party" in request.POST
    form = DomainForm(request.POST if request.method == "POST" and not adds else None, instance=found)
    duty = DutyForm(request.POST if adds else None)
    if adds and duty.is_valid():
        try:
            with transaction.atomic():
                duty.duty(found).save()
        except IntegrityError:
            return toast(request, redirect("people:domain", found.pk), _("They have this part already."))
        return toast(request, redirect("people:domain", found.pk), _("Saved."))
    if form.is_bound and form.is_valid():
        form.save()
        return toast(request, redirect("people:domains"), _("Saved."))
    duties = list(found.duties.select_related("unit", "team", "position__unit", "position__holder").order_by("pk"))
    gaps = [GAPS[gap] for gap in gaps_of(duties)]
    shown = {"form": form, "duty": duty, "domain": found, "duties": duties, "gaps": gaps}
    return render(request, "people/domain.html", shown, status=INVALID if form.errors or duty.errors else None)


@needs("people.change_domain")
@require_POST
def relieve(request: SignedInRequest, domain_id: int) -> HttpResponse:
    """Take a part in the domain away again."""
    found = get_object_or_404(ServiceDomain.objects.visible_to(request.user), pk=domain_id)
    found.duties.filter(pk=number(request.POST.get("duty", ""))).delete()
    return toast(request, redirect("people:domain", found.pk), _("Saved."))


@needs("people.change_domain")
@require_POST
def drop_domain(request: SignedInRequest, domain_id: int) -> HttpResponse:
    found = get_object_or_404(ServiceDomain.objects.visible_to(request.user), pk=domain_id)
    found.delete()
    return toast(request, redirect("people:domains"), _("%(name)s dropped.") % {"name": found})
