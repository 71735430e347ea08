"""All that the templates of the customer page show, for whoever reads it."""

from collections.abc import Callable, Iterable

from rapport.agenda.forms import CallForm, TaskForm
from rapport.letters.outbox import outbox_of
from rapport.notices.follow import standing
from rapport.people.models import User
from rapport.profile.laid_out import Kept, panels_of, standard
from rapport.profile.panel import Subject, cards
from rapport.profile.place import place
from rapport.profile.read import page_of
from rapport.timeline.forms import NoteForm
from rapport.timeline.read import Entry
from rapport.timeline.slice import Slice


def whole(
    subject: Subject, kept: Kept, timeline: Slice, *, early: bool = False, opened: str = "note"
) -> dict[str, object]:
    """The page with its timeline and what one can write on it; ``early`` without what `late` brings behind it.

    ``opened`` is the form that is to be written in first: note, call, task or mail.
    """
    reader = subject.reader
    return {
        **moving(subject, kept, timeline.entries, early=early),
        "timeline": timeline,
        "note_form": NoteForm(),
        **forms(reader, {opened} if early else {*FORMS}),
        "outbox": outbox_of(subject.member_ids, reader=reader) if kept.outbox else [],
        "may_mail": reader.allows("letters.write_letter"),
        "early": early,
        "log": opened,
    }


FORMS: dict[str, Callable[[User], object]] = {
    "call": lambda _reader: CallForm(),
    "task": lambda reader: TaskForm(initial={"assignee": reader}),
}


def forms(reader: User, names: set[str]) -> dict[str, object]:
    """Those that take long to draw, as far as they are wanted."""
    wanted = {name: form for name, form in FORMS.items() if name in names}
    return {f"{name}_form": form(reader) for name, form in wanted.items() if reader.allows("timeline.add_interaction")}


def late(subject: Subject, kept: Kept, *, opened: str) -> dict[str, object]:
    """What follows right behind an early page: the late cards wherever they stand, and the forms that it left out."""
    hidden = place(standard(), kept.places).hidden
    panels = [one for one in standard() if one.late and one.name not in hidden]
    return {
        "customer": subject.customer,
        "late": cards(panels, subject, kept.known),
        "may_mail": subject.reader.allows("letters.write_letter"),
        **forms(subject.reader, FORMS.keys() - {opened}),
    }


def moving(subject: Subject, kept: Kept, read: Iterable[Entry] = (), *, early: bool = False) -> dict[str, object]:
    """What may have changed since the page was made."""
    reader = subject.reader
    panels = {one.name: one for one in panels_of(subject.customer.kind, subject.fields)}
    places = place(list(panels.values()), kept.places)
    who, now = (
        cards((panels[name] for name in names), subject, kept.known, early=early) for names in (places.who, places.now)
    )
    return {
        "page": page_of(subject, read, addresses=kept.addresses),
        "customer": subject.customer,
        "who": who,
        "now": now,
        "may_write": reader.allows("timeline.add_interaction"),
        "may_change": reader.allows("customers.change_customer"),
        "may_delete": reader.allows("customers.delete_customer"),
        "may_merge": reader.allows("identity.merge_customer"),
        "may_change_task": reader.allows("agenda.change_task"),
        "may_change_deal": reader.allows("sales.change_deal"),
        "may_change_plan": reader.allows("accounts.change_plan"),
        "following": standing(subject.customer, kept.follows, reader=reader),
        "pinned": kept.pinned,
    }
