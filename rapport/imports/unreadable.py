"""Say in the reader's language why a file can't be imported."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.imports.propose import ImportRefusedError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What the reading of tables says, word for word.
KNOWN: "dict[str, StrOrPromise]" = {
    "old Excel file (.xls): save it as .xlsx or .csv": gettext_lazy(
        "An old Excel file (.xls): save it as .xlsx or .csv."
    ),
    "the file is empty": gettext_lazy("The file is empty."),
    "the file holds no rows": gettext_lazy("The file holds no rows."),
    "the workbook unpacks to more than 8 GiB": gettext_lazy("The workbook unpacks to more than 8 GiB."),
    "the texts or the styles in the workbook are too large": gettext_lazy(
        "The texts or the styles in the workbook are too large. Save it as .csv."
    ),
    "more than 1,000 columns": gettext_lazy("The file has more than 1,000 columns."),
    "more than 1,048,576 rows in a sheet": gettext_lazy("A sheet says that it has more than 1,048,576 rows."),
}


def in_words(problem: Exception) -> str:
    """Why ``problem`` keeps the file from being read."""
    if isinstance(problem, ImportRefusedError):
        return str(problem)
    if isinstance(problem, FileNotFoundError):
        return _("The file is no longer on the server. Upload it again.")
    said = str(problem)
    return str(KNOWN[said]) if said in KNOWN else _("The file can't be read as a table: %(why)s") % {"why": said}
