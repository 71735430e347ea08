"""The demo company's web site: a form with what was sent by it, visits, and an address that no longer answers."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import models

from rapport.agenda.models import Task
from rapport.consent.ledger import Consent
from rapport.customers.models import Identifier, Strength
from rapport.people.models import User
from rapport.web.agreements import SOURCE, Ticked, bind, possible
from rapport.web.browsers import recognise
from rapport.web.models import Browser, Site, Visit, WebForm
from rapport.web.submit import Sent, submit
from rapport.webhooks.models import Subscription
from rapport.webhooks.subscribe import Wanted, subscribe
from rapport.webhooks.switch import switch_off

ORIGIN = "https://www.aurora.example"
ASKED = (
    ("Can somebody look at our grinder this week?", "It is the large one.", True),
    ("Do you deliver to our new branch, too?", "", False),
)
SEEN = (("/", "Welcome"), ("/machines", "Machines"), ("/machines/service", "Service"), ("/contact", "Contact"))
Add = Callable[[type[models.Model], Iterable[int]], None]


def present(staff: Iterable[User], add: Add, *, at: datetime) -> None:
    """Through the same verbs as everything that comes in from the web."""
    owner = next(user for user in staff if user.sees_all)
    site = Site.objects.create(name="www.aurora.example", origins=[ORIGIN], tracking=True)
    form = WebForm.objects.create(
        site=site,
        title="Ask our service",
        asked={"name": False, "email": True, "message": True},
        consent="You may write to me about offers.",
        thanks="Thank you. We answer within a working day.",
        owner=owner,
    )
    known = Identifier.objects.filter(kind="email", strength=Strength.STRONG).order_by("pk")[: len(ASKED)]
    for place, (identifier, (message, more, agreed)) in enumerate(zip(known, ASKED, strict=False)):
        when = at - timedelta(hours=5 + 20 * place)
        visitor = f"{place:032x}"
        if agreed:
            visited(site, visitor, at=when)
        lines = (("E-mail", identifier.value), ("Message", f"{message} {more}".strip()))
        submit(
            form,
            Sent(f"demo-{place}", "", identifier.value, "", lines, {}, agreed, visitor if agreed else ""),
            at=when,
        )
        if agreed:
            recognise(visitor, identifier.member_id, at=when)
    trap = Sent(
        "demo-spam", "", "winner@spam.example", "", (("Message", "You have won!"),), {}, consented=False, spam=TRAPPED
    )
    submit(form, trap, at=at - timedelta(hours=2))
    wanted = Wanted("Old shop", "https://old-shop.example/hooks", ["customers changed", "orders recorded"])
    subscription = subscribe(wanted, by=owner, at=at - timedelta(days=40))
    switch_off(subscription, "The address says that it is gone (410).", at=at - timedelta(days=1))
    newsletter = news(site, owner, at=at)
    add(Site, [site.pk])
    add(WebForm, [form.pk, newsletter.pk])
    add(Consent, Consent.objects.filter(source=SOURCE).values_list("pk", flat=True))
    add(Subscription, [subscription.pk])
    add(Browser, Browser.objects.values_list("pk", flat=True))
    add(Task, Task.objects.filter(created_by=owner).values_list("pk", flat=True))


def news(site: Site, owner: User, *, at: datetime) -> WebForm:
    """A form that asks for a consent, and somebody who ticked it."""
    form = WebForm.objects.create(
        site=site,
        title="Stay in touch",
        asked={"name": False, "email": True},
        thanks="You are on the list.",
        owner=owner,
    )
    boxes = [one for one in possible() if one.wording.purpose.code == "newsletter" and one.channel == "email"]
    bind(form, boxes)
    reader = Identifier.objects.filter(kind="email", strength=Strength.STRONG).order_by("-pk").first()
    if reader:
        said = (("E-mail", reader.value),)
        ticked = tuple(Ticked(one, reader.value) for one in boxes)
        sent = Sent("demo-news", "", reader.value, "", said, {}, consented=False, ticked=ticked)
        submit(form, replace(sent, page=f"{ORIGIN}/news", network="198.51.100.0/24"), at=at - timedelta(hours=30))
    return form


TRAPPED = "The field that only machines see was filled in."


def visited(site: Site, visitor: str, *, at: datetime) -> None:
    browser = Browser.objects.create(visitor=visitor, last_at=at)
    began = at - timedelta(minutes=4)
    moments = (began + timedelta(minutes=place) for place in range(len(SEEN)))
    seen = [["page", path, title, moment.isoformat()] for (path, title), moment in zip(SEEN, moments, strict=True)]
    Visit.objects.create(browser=browser, site=site, began_at=began, last_at=at, seen=seen)
