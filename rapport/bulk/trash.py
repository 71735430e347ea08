"""What can be done to much that lies in the trash: bring it back."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.bulk.action import Action, Batch, Outcome, Records, Taken, Undone, no_words
from rapport.bulk.forms import NothingForm
from rapport.customers.bring_back import bring_back
from rapport.customers.discard import throw_away
from rapport.customers.trash import Trashed
from rapport.customers.trash_listing import TRASH_LIST


def restore(batch: Batch) -> Outcome:
    there = dict(Trashed.objects.filter(pk__in=batch.ids).values_list("customer_id", "pk"))
    back = bring_back(there, by=batch.by, at=batch.at)
    too_old = {there[pk]: _("It has lain in the trash for more than thirty days.") for pk in there.keys() - back}
    return Outcome(changed=len(back), refused=too_old, back={"customers": back})


def unrestore(undone: Undone) -> Taken:
    gone = throw_away(undone.kept["customers"], by=undone.by, at=undone.at)
    left = set(undone.kept["customers"]) - set(gone)
    return Taken(len(gone), dict.fromkeys(left, _("Deleted or merged by somebody else since.")))


TRASH = Records(
    TRASH_LIST,
    actions=(
        Action(
            "restore",
            gettext_lazy("Restore"),
            "restore",
            "customers.delete_customer",
            NothingForm.asked,
            NothingForm.plain,
            no_words,
            restore,
            undo=unrestore,
        ),
    ),
    sample=lambda one: str(one.customer),
)
