"""A command starts without what only few of them need, and with what its surroundings ask for."""

import os
import subprocess
import sys

HEAVY = ("clevercsv", "openpyxl", "rapport.lib.tables", "ibis")
START = """
import sys
import django
django.setup()
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_what_reads_tables_is_loaded_when_a_table_is_read():
    told = subprocess.run([sys.executable, "-c", START, *HEAVY], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


def test_behind_tls_browsers_are_told_never_to_come_without_it(tmp_path):
    told = "import django; django.setup(); from django.conf import settings; print(settings.SECURE_HSTS_SECONDS)"
    seconds = []
    for address in ("https://crm.example.org", "http://crm.example.org"):
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "rapport.settings", "RAPPORT_PUBLIC_URL": address}
        done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
        seconds.append(int(done.stdout))
    assert seconds == [31_536_000, 0]
