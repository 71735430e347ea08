"""Django's own commands, for developers; they need DATABASE_URL or an embedded database that runs."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    execute_from_command_line(sys.argv)
