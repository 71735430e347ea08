"""Everything that differs between installations, read from the environment; loud when wrong."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from rapport.lib import installed, mail_providers, oauth


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        message = f"{name} must be a whole number, not {value!r}"
        raise ImproperlyConfigured(message)
    return int(value)


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


BASE = Path(__file__).resolve().parent
HOME = installed.home()
# Contents that belong to records; in the data folder, so that backups carry them.
FILES = HOME / "files"
# Folders below this one, and none else, can be watched for files to import.
DROP = Path(os.environ["RAPPORT_DROP"]).resolve() if os.environ.get("RAPPORT_DROP") else None
HOST = os.environ.get("RAPPORT_HOST", "127.0.0.1")
PORT = number("RAPPORT_PORT", 8000)
WEB_WORKERS = number("RAPPORT_WEB_WORKERS", 1)
DEBUG = False
SECRET_KEY = installed.secret_key(HOME)
ALLOWED_HOSTS = words("RAPPORT_ALLOWED_HOSTS", f"localhost,127.0.0.1,[::1],{HOST}" if HOST != "0.0.0.0" else "*")  # noqa: S104
# Behind a proxy that ends TLS, name the public address: it turns on secure cookies and trusted origins.
PUBLIC_URL = os.environ.get("RAPPORT_PUBLIC_URL", "").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = number("RAPPORT_SESSION_HOURS", 14 * 24) * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "rapport.ui",
    "rapport.people",
    "rapport.journal",
    "rapport.channels",
    "rapport.files",
    "rapport.drafts",
    "rapport.fields",
    "rapport.lists",
    "rapport.audit",
    "rapport.catalogue",
    "rapport.customers",
    "rapport.identity",
    "rapport.timeline",
    "rapport.consent",
    "rapport.agenda",
    "rapport.sales",
    "rapport.insight",
    "rapport.calendars",
    "rapport.bookings",
    "rapport.visits",
    "rapport.telephony",
    "rapport.mail",
    "rapport.web",
    "rapport.letters",
    "rapport.notices",
    "rapport.quotes",
    "rapport.handovers",
    "rapport.sequences",
    "rapport.search",
    "rapport.accounts",
    "rapport.market",
    "rapport.imports",
    "rapport.migration",
    "rapport.webhooks",
    "rapport.rules",
    "rapport.profile",
    "rapport.changes",
    "rapport.trail",
    "rapport.bulk",
    "rapport.privacy",
    "rapport.oversight",
    "rapport.home",
    "rapport.demo",
    "template_partials.apps.SimpleAppConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "ninja",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "rapport.ui.static.StaticMiddleware",
    "rapport.ui.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rapport.oversight.look_middleware.LookMiddleware",
    "rapport.people.reader.ReaderMiddleware",
    "rapport.home.first_run.FirstRunMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rapport.ui.whole.WholeMiddleware",
    "rapport.people.reader.HistoryMiddleware",
]
ROOT_URLCONF = "rapport.urls"
FLOW = "rapport.flow.NEXT"
PANELS = "rapport.panels.PANELS"
NAV = "rapport.nav.DOORS"
UNDO = "rapport.undo.WAYS_BACK"
LIVE_URL = "/live"
DRAFTS_URL = "/drafts/"
ASGI_APPLICATION = "rapport.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "rapport.ui.templatetags.ui",
                "rapport.ui.templatetags.sums",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rapport.ui.navigation.shell",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at ``url`` (a libpq URL or key-value string)."""
    given = conninfo_to_dict(url)
    options = {key: value for key, value in given.items() if key not in {"host", "port", "user", "password", "dbname"}}
    # Few, and patient: when hundreds of pages come back at once after a restart, they wait their turn.
    pool = {"min_size": 1, "max_size": number("RAPPORT_DATABASE_POOL", 4), "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": given.get("host", ""),
        "PORT": given.get("port", ""),
        "USER": given.get("user", ""),
        "PASSWORD": given.get("password", ""),
        "NAME": given.get("dbname", ""),
        "CONN_MAX_AGE": 0,
        # Without it the pool hands out dead connections after the database restarted.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "pool": pool} if os.environ.get("RAPPORT_POOLED") else options,
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": database(DATABASE_URL or installed.embedded_url(HOME))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str] = {}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
FORM_RENDERER = "rapport.ui.renderer.Renderer"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rapport.notices.signin_mail.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# Behind a proxy that says whom it speaks for: guesses are counted by that address, and sessions name it.
ALLAUTH_TRUSTED_PROXY_COUNT = number("RAPPORT_PROXIES", 1 if SECURE else 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Rapport"
# Browsers offer passkeys on plain http only for localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SOCIALACCOUNT_ADAPTER = "rapport.people.signin.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = installed.openid_providers()

# A service that takes mail over HTTP, for the accounts that name no server for sending; with what it is told.
MAIL_PROVIDER, ANYMAIL = mail_providers.chosen(os.environ)
# Mailboxes at these providers sign in by OAuth 2; none where no client is named.
MAIL_OAUTH = oauth.providers(os.environ)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
FORMAT_MODULE_PATH = "rapport.ui.formats"
LOCALE_PATHS = [BASE / "ui" / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("RAPPORT_TIME_ZONE", "UTC")
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "rapport.ui.static.Storage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
# Channels whose messages a driver fetches from the spool: sms, post.
DRIVERS = words("RAPPORT_DRIVERS", "")
# The jobs that the worker may run are those that flow.py names.
PROCRASTINATE_IMPORT_PATHS = ["rapport.flow"]
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = None
# Hosts and networks that may be asked over HTTP though they are not public: an intranet's calendar, say.
OUTBOUND_ALLOW = words("RAPPORT_OUTBOUND_ALLOW", "")
API_REQUESTS_A_MINUTE = number("RAPPORT_API_REQUESTS_A_MINUTE", 12_000)
# Failed sign-ins are counted here, for all processes together; with few entries, guesses at other addresses would push
# the count of one out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "rapport.lib.quiet.QuietFormatter",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("RAPPORT_LOG", "WARNING")},
}
