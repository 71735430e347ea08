"""Keep Python's collector from searching what never becomes garbage."""

import gc

# The default, 700, is made for small programs: one batch of 10,000 rows would be searched a hundred times.
NEW_OBJECTS = 50_000


def load_at_ease() -> None:
    """Call before code is loaded, and ``settle`` behind it: what is loaded stays, and searching it meanwhile takes time."""
    gc.disable()


def settle() -> None:
    """Call when a long-running process has loaded its code: that is then never searched again, and the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)
    gc.enable()
