"""Start a sequence with many customers at once, and take that back."""

from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.bulk.action import Action, Batch, Outcome, Taken, Undone
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.sequences.models import Course, Sequence
from rapport.sequences.start import About, SequenceError, start
from rapport.sequences.stop import stop
from rapport.sequences.told import in_words


class SequenceForm(forms.Form):
    sequence = forms.ModelChoiceField(Sequence.objects.none(), label=gettext_lazy("Sequence"))

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:
        form = cls(given)
        field = form.fields["sequence"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Sequence.objects.visible_to(user).current()
        return form

    def plain(self) -> dict[str, Any]:
        chosen = self.cleaned_data["sequence"]
        return {"sequence": chosen.pk, "name": chosen.name}


def begin(batch: Batch) -> Outcome:
    """Each by itself: what stands against one is told and stops none of the others."""
    sequence = Sequence.objects.filter(pk=batch.said["sequence"]).first()
    if sequence is None:
        return Outcome(refused=dict.fromkeys(batch.ids, in_words("retired")))
    done, refused = [], {}
    for customer in Customer.objects.filter(pk__in=batch.ids).order_by("pk"):
        try:
            done.append(start(sequence, customer, About(), by=batch.by, at=batch.at).pk)
        except SequenceError as problem:
            refused[customer.pk] = in_words(str(problem))
    return Outcome(changed=len(done), refused=refused, back={"courses": done})


def end(undone: Undone) -> Taken:
    """Stop those that still run; what has left stays sent."""
    back, left = 0, {}
    for course in Course.objects.filter(pk__in=undone.kept["courses"]).select_related("member").order_by("pk"):
        if stop(course.pk, Course.End.BY_HAND, by=undone.by, at=undone.at):
            back += 1
        else:
            left[course.member.customer_id] = _("It had ended already.")
    return Taken(back, left)


SEQUENCE = Action(
    "sequence",
    gettext_lazy("Start a sequence"),
    "mail-forward",
    "letters.write_letter",
    SequenceForm.asked,
    SequenceForm.plain,
    lambda said: str(said["name"]),
    begin,
    undo=end,
)
