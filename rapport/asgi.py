"""What the web server runs."""

import os

from django.core.asgi import get_asgi_application

from rapport.lib.memory import settle
from rapport.ui.bodies import Bounded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")

application = Bounded(get_asgi_application(), uploads=("/imports/", "/mail/files/", "/calendars/files/", "/letters/"))
settle()
