"""Say notices and reminders in words: what, how often, with whom, by whom."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from rapport.notices.models import Kind, Notice, Reminder

OVER_THE_WEB = ngettext_lazy(
    "%(who)s wrote or ordered on our web site", "%(who)s wrote or ordered on our web site %(count)d times", "count"
)
HEARD: dict[str, Promise] = {
    "email": ngettext_lazy("%(count)d new e-mail from %(who)s", "%(count)d new e-mails from %(who)s", "count"),
    "phone": ngettext_lazy("%(count)d call from %(who)s", "%(count)d calls from %(who)s", "count"),
    "web": ngettext_lazy("%(who)s was on our web site", "%(who)s was on our web site: %(count)d visits", "count"),
    "portal": ngettext_lazy("%(who)s was in the portal", "%(who)s was in the portal %(count)d times", "count"),
    "store": ngettext_lazy("%(who)s bought in the store", "%(who)s bought in the store %(count)d times", "count"),
}
WROTE = ngettext_lazy("%(count)d new message from %(who)s", "%(count)d new messages from %(who)s", "count")
DONE: dict[str, Promise] = {
    "": ngettext_lazy("%(count)d new note about %(who)s", "%(count)d new notes about %(who)s", "count"),
    "email": ngettext_lazy("%(count)d e-mail to %(who)s", "%(count)d e-mails to %(who)s", "count"),
    "phone": ngettext_lazy("%(count)d call to %(who)s", "%(count)d calls to %(who)s", "count"),
}
REACHED = ngettext_lazy("%(count)d contact with %(who)s", "%(count)d contacts with %(who)s", "count")


def title_of(notice: Notice) -> str:
    """A notice in one sentence."""
    customer = notice.member.customer.name if notice.member else ""
    actor = str(notice.actor) if notice.actor else ""
    told = {"count": notice.count, "who": customer or _("somebody"), "actor": actor, "task": task_of(notice)}
    told |= {"customer": customer, "words": notice.words}
    if notice.kind in {Kind.HEARD, Kind.SEEN}:
        over_the_web = notice.kind == Kind.HEARD and notice.channel == "web"
        return str((OVER_THE_WEB if over_the_web else HEARD.get(notice.channel, WROTE)) % told)
    if notice.kind == Kind.DONE:
        said = str(DONE.get(notice.channel, REACHED) % told)
        return f"{said} ({actor})" if actor and notice.count == 1 else said
    if notice.kind == Kind.REMINDER:
        return reminded(notice.reminder, customer) if notice.reminder else _("Reminder")
    return BY_KIND[Kind(notice.kind)](told)


def task_of(notice: Notice) -> str:
    return notice.task.title if notice.task else ""


def mentioned(told: dict[str, object]) -> str:
    if told["task"] and told["count"] == 1:
        return _("%(actor)s mentions you: %(task)s") % told
    if told["count"] == 1:
        return _("%(actor)s mentions you at %(who)s") % told
    return _("You are mentioned %(count)d times at %(who)s") % told


def asked_for(told: dict[str, object]) -> str:
    return _("%(actor)s gives you a lead: %(words)s") % told if told["actor"] else _("A lead for you: %(words)s") % told


def given(told: dict[str, object]) -> str:
    if told["count"] == 1:
        return _("%(actor)s asks you: %(task)s") % told if told["actor"] else _("To do: %(task)s") % told
    return _("%(count)d new tasks for you: %(who)s") % told


def finished(told: dict[str, object]) -> str:
    if told["count"] == 1:
        return _("%(actor)s has done it: %(task)s") % told if told["actor"] else _("Done: %(task)s") % told
    return _("%(count)d tasks of yours are done: %(who)s") % told


def changed(told: dict[str, object]) -> str:
    if told["count"] == 1 and told["actor"]:
        return _("%(actor)s changed the record of %(who)s") % told
    times = int(str(told["count"]))
    return ngettext("The record of %(who)s changed", "The record of %(who)s changed %(count)d times", times) % told


def ruled(told: dict[str, object]) -> str:
    if told["customer"]:
        return _("%(customer)s: %(words)s") % told
    return str(told["words"])


def handed(told: dict[str, object]) -> str:
    return _("%(words)s (%(actor)s)") % told if told["actor"] else str(told["words"])


BY_KIND = {
    Kind.HANDOVER: handed,
    Kind.LEAD: asked_for,
    Kind.RULE: ruled,
    Kind.MENTION: mentioned,
    Kind.TASK: given,
    Kind.FINISHED: finished,
    Kind.CHANGED: changed,
}


def reminded(reminder: Reminder, customer: str) -> str:
    """A reminder in words: its note, else what it is about."""
    thing = ""
    if reminder.task:
        thing = reminder.task.title
    elif reminder.meeting:
        thing = reminder.meeting.title
    if reminder.note:
        return f"{reminder.note} ({customer or thing})" if customer or thing else reminder.note
    return thing or customer or _("Reminder")
