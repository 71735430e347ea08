"""The one box: suggestions while one types, the page with everything, and the choice of a customer in a form."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from rapport.customers.find import Hit, Why, find_customers
from rapport.lib.names import fold
from rapport.people.access import SignedInRequest, needs
from rapport.search.find_interactions import Mention, find_interactions, unread_since
from rapport.search.marks import Piece, marked, snippet
from rapport.search.why import why as reasons
from rapport.ui.navigation import Link, shell_of

SUGGESTED, MENTIONED, ON_PAGE = 8, 3, 30
LONGEST = 200


@dataclass(frozen=True)
class Row:
    """A found customer as it is written: the name, and the address or number that made it match."""

    hit: Hit
    name: list[Piece]
    matched: list[Piece]


@dataclass(frozen=True)
class Saying:
    mention: Mention
    subject: list[Piece]
    snippet: list[Piece]

    @property
    def word(self) -> str:
        """What the timeline is to show first: the words as they stand there."""
        return next((piece.text for piece in (*self.subject, *self.snippet) if piece.hit), "")


@needs("search.find")
@require_safe
def find(request: SignedInRequest) -> HttpResponse:
    """Everything that the words may mean: in the palette the first few, on the page all groups."""
    text = words_of(request)
    small = request.htmx and not request.htmx.history_restore_request
    customers = find_customers(request.user, text, limit=SUGGESTED if small else ON_PAGE)
    mentions = find_interactions(request.user, text, limit=MENTIONED if small else ON_PAGE) if text else []
    sayings = [Saying(one, marked(one.subject, text), snippet(one.text, text)) for one in mentions]
    shown = {
        "text": text,
        "customers": [row(hit, text) for hit in customers],
        "mentions": [one for one in sayings if one.mention.customer_id or not small],
        "actions": [] if small else doors(request, text),
        "unread_since": None if small else unread_since(),
    }
    response = render(request, "search/find.html#suggestions" if small else "search/find.html", shown)
    patch_vary_headers(response, ["HX-Request"])
    return response


def row(hit: Hit, text: str) -> Row:
    matched = marked(hit.matched, text) if hit.why is not Why.NAME else []
    return Row(hit, marked(hit.name, text), matched)


def doors(request: SignedInRequest, text: str) -> list[Link]:
    """What can be done or opened whose title holds the words."""
    shell = shell_of(request)
    links = [*shell.actions, *(link for door in shell.doors for link in door.links), *shell.menu]
    words = fold(text).split()
    return [link for link in links if words and all(word in fold(str(link.title)) for word in words)]


@needs("search.find")
@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """Customers to choose one of in a form, by what was typed into its field; ``without`` leaves one out."""
    text = words_of(request)
    hits = find_customers(request.user, text, limit=SUGGESTED + 1)
    left_out = request.GET.get("without", "")
    found = [row(hit, text) for hit in hits if str(hit.customer_id) != left_out][:SUGGESTED]
    return render(request, "search/find.html#choices", {"customers": found, "text": text})


@needs("search.find")
@require_safe
def why(request: SignedInRequest) -> HttpResponse:
    """Why what the words mean is not where it was looked for, as far as the reader may know."""
    text = words_of(request)
    shown = {"text": text, "answers": reasons(text, reader=request.user) if text else []}
    return render(request, "search/why.html", shown)


def words_of(request: SignedInRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
