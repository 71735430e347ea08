"""The same mail file brought eight times in one moment: each mail stands once, and every file is accounted for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.mail.intake import Strangers
from rapport.mail.models import Mail, MailFile
from rapport.mail.run import COUNTS, run
from rapport.mail.start import brought, start
from rapport.mail.tests.letters import letter, mbox
from rapport.timeline.models import Interaction, Tally

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("K10")]
MAILS = 60


def test_the_same_mail_file_eight_times_at_once_is_taken_in_once(tmp_path, settings):
    settings.HOME = tmp_path
    content = mbox(*(letter(n, sender=f"Marta <marta{n % 7}@x.example>", hours=n) for n in range(MAILS)))

    def bring(number):
        try:
            path = tmp_path / f"{number}.mbox"
            path.write_bytes(content)
            brought_in = brought(path, path.name, Strangers.FOUND, by=None, at=timezone.now())
            return run(start(brought_in, at=timezone.now(), defer=False).pk).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        files = MailFile.objects.filter(pk__in=list(people.map(bring, range(8))))
    assert all(sum(getattr(one, name) for name in COUNTS) == one.messages == MAILS for one in files)
    assert sum(one.taken for one in files) == MAILS
    assert (Interaction.objects.count(), Mail.objects.count(), Customer.objects.count()) == (MAILS, MAILS, 7)
    assert sum(Tally.objects.values_list("count", flat=True)) == MAILS
