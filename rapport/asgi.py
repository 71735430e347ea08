"""What the web server runs."""

import os

from django.core.asgi import get_asgi_application

from rapport.lib.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")

application = get_asgi_application()
settle()
