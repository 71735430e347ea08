"""What the tests of consent share."""

import pytest

from rapport.consent.policy import PolicyRule


@pytest.fixture
def any_time(db):
    """No rule of the contact policy: tests run at night, too, and send a lot."""
    PolicyRule.objects.all().delete()
