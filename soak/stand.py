"""The installation that one bad day after the other happens to; a day that ends badly is its last."""

from contextlib import ExitStack

from soak.checks import settled
from soak.deeds import Import
from soak.place import Place, installation


class Stand:
    def __init__(self) -> None:
        self.open = ExitStack()
        self.stands: Place | None = None
        self.before: Import | None = None

    def place(self) -> Place:
        if self.stands is None:
            self.stands = self.open.enter_context(installation())
        return self.stands

    def people(self) -> Import:
        """Customers for what is done to a whole result."""
        if self.before is None:
            self.before = Import(self.place(), "before")
            self.before.begin()
            self.before.finish()
            settled(self.place())
        return self.before

    def fall(self) -> None:
        """Stop it and see that nothing is left over."""
        self.stands = self.before = None
        self.open.close()
