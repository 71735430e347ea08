"""Secrets are sealed, and open only with their key."""

import pytest

from rapport.lib.sealed import SealError, seal, unseal


def test_a_secret_opens_with_its_key():
    assert unseal(seal("päss wörd", key="k"), key="k") == "päss wörd"


def test_a_secret_is_not_readable_in_what_is_kept_and_never_sealed_alike():
    first, second = seal("hunter2", key="k"), seal("hunter2", key="k")
    assert b"hunter2" not in first
    assert first != second


@pytest.mark.parametrize("changed", [lambda kept: (kept, "other"), lambda kept: (kept[:-4] + b"AAAA", "k")])
def test_another_key_or_changed_bytes_open_nothing(changed):
    kept, key = changed(seal("hunter2", key="k"))
    with pytest.raises(SealError):
        unseal(kept, key=key)
