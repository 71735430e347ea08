"""Read who holds which post today, which are vacant, and who comes next."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from rapport.people.models import User
from rapport.people.post import Post, Term

SOON = timedelta(days=60)


@dataclass(frozen=True)
class Held:
    """A post on one day: its term, if any, and the next one."""

    post: Post
    term: Term | None
    after: Term | None
    day: date

    @property
    def acting(self) -> User | None:
        """The holder, or the deputy of one who can't sign in any more; None when nobody can."""
        able = [one for one in (self.term.holder, self.term.deputy) if one and one.is_active] if self.term else []
        return able[0] if able else None

    @property
    def stands_in(self) -> bool:
        """Whether the deputy does it, because the holder is gone."""
        return self.term is not None and self.acting not in {None, self.term.holder}

    @property
    def ends_soon(self) -> bool:
        """Whether nobody is named for the time after a term that ends in the next 60 days."""
        ends = self.term.until if self.term else None
        return ends is not None and self.after is None and ends - self.day <= SOON


def posts_on(day: date, *, reader: User) -> list[Held]:
    """Every post in its order, in two queries."""
    terms = Term.objects.select_related("holder", "deputy").order_by("since")
    found = Post.objects.visible_to(reader).prefetch_related(Prefetch("terms", terms))
    order = Post.Kind.values
    return sorted((held(post, day) for post in found), key=lambda one: (order.index(one.post.kind), one.post.about))


def held(post: Post, day: date) -> Held:
    terms = list(post.terms.all())
    now = next((term for term in terms if term.runs_on(day)), None)
    return Held(post, now, next((term for term in terms if term.since > day), None), day)


def vacancies(day: date, *, reader: User) -> list[Post]:
    """The posts that nobody fills on this day."""
    return [one.post for one in posts_on(day, reader=reader) if one.acting is None]
