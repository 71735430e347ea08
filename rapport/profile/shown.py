"""All that the templates of the customer page show, for whoever reads it."""

from collections.abc import Iterable

from rapport.agenda.forms import CallForm, TaskForm
from rapport.agenda.pin import is_pinned
from rapport.letters.outbox import outbox_of
from rapport.notices.follow import following
from rapport.profile.laid_out import Kept, panels_of
from rapport.profile.panel import Subject, cards
from rapport.profile.place import place
from rapport.profile.read import page_of
from rapport.timeline.forms import NoteForm
from rapport.timeline.read import Entry
from rapport.timeline.slice import Slice


def whole(subject: Subject, kept: Kept, timeline: Slice) -> dict[str, object]:
    """The page with its timeline and what one can write on it."""
    reader = subject.reader
    return {
        **moving(subject, kept, timeline.entries),
        "timeline": timeline,
        "note_form": NoteForm(),
        "call_form": CallForm(),
        "task_form": TaskForm(initial={"assignee": reader}),
        "outbox": outbox_of(subject.member_ids, reader=reader),
        "may_mail": reader.allows("letters.write_letter"),
    }


def moving(subject: Subject, kept: Kept, read: Iterable[Entry] = ()) -> dict[str, object]:
    """What may have changed since the page was made."""
    reader = subject.reader
    panels = {one.name: one for one in panels_of(subject.customer.kind, subject.fields)}
    places = place(list(panels.values()), kept.places)
    who, now = (cards((panels[name] for name in names), subject, kept.folded) for names in (places.who, places.now))
    return {
        "page": page_of(subject, read),
        "customer": subject.customer,
        "who": who,
        "now": now,
        "may_write": reader.allows("timeline.add_interaction"),
        "may_change": reader.allows("customers.change_customer"),
        "may_delete": reader.allows("customers.delete_customer"),
        "may_merge": reader.allows("identity.merge_customer"),
        "may_change_task": reader.allows("agenda.change_task"),
        "following": following(subject.customer, subject.member_ids, reader=reader),
        "pinned": is_pinned(subject.customer, by=reader),
    }
