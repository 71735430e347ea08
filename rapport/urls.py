"""Every address, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from rapport.identity import views as identity
from rapport.people import views as people
from rapport.profile import views as profile
from rapport.search import views as search
from rapport.timeline import views as timeline
from rapport.ui.failure import failed

handler500 = failed
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("rapport.installation.urls")),
    path("", include("rapport.customers.urls")),
    path("", include("rapport.lists.urls")),
    path("", include("rapport.home.welcome_urls")),
    path("", include("rapport.home.urls")),
    path("customers/new/", identity.new, name="new-customer"),
    path("customers/similar/", identity.similar, name="similar-customers"),
    path("customers/<int:customer_id>/", profile.page, name="customer"),
    path("customers/<int:customer_id>/peek/", profile.peek, name="customer-peek"),
    path("", include("rapport.profile.urls")),
    path("", include("rapport.profile.layout_urls")),
    path("", include("rapport.timeline.urls")),
    path("live", timeline.live, name="live"),
    path("", include("rapport.timeline.queue_urls")),
    path("", include("rapport.identity.merge_urls")),
    path("", include("rapport.identity.duplicate_urls")),
    path("", include("rapport.agenda.urls")),
    path("", include("rapport.notices.urls")),
    path("", include("rapport.catalogue.urls")),
    path("", include("rapport.sales.urls")),
    path("", include("rapport.insight.urls")),
    path("", include("rapport.quotes.urls")),
    path("", include("rapport.accounts.urls")),
    path("", include("rapport.market.urls")),
    path("", include("rapport.handovers.urls")),
    path("", include("rapport.calendars.urls")),
    path("", include("rapport.visits.urls")),
    path("", include("rapport.bookings.urls")),
    path("", include("rapport.sequences.urls")),
    path("", include("rapport.telephony.urls")),
    path("", include("rapport.imports.urls")),
    path("", include("rapport.migration.urls")),
    path("", include("rapport.mail.urls")),
    path("", include("rapport.letters.urls")),
    path("", include("rapport.letters.template_urls")),
    path("", include("rapport.consent.urls")),
    path("", include("rapport.people.urls")),
    path("", include("rapport.privacy.urls")),
    path("", include("rapport.oversight.urls")),
    path("", include("rapport.fields.urls")),
    path("", include("rapport.changes.urls")),
    path("", include("rapport.trail.urls")),
    path("", include("rapport.drafts.urls")),
    path("", include("rapport.bulk.urls")),
    path("", include("rapport.search.urls")),
    path("", include("rapport.webhooks.urls")),
    path("", include("rapport.rules.urls")),
    path("", include("rapport.web.urls")),
    path("", include("rapport.demo.urls")),
    path("customers/choose/", search.choose, name="find-customers"),
    # Asked before allauth's own, which let everybody give themselves any address and any company account.
    path("accounts/email/", people.as_it_is, name="account-email"),
    path("accounts/3rdparty/", people.as_it_is, name="account-connections"),
    path("accounts/sessions/", people.as_it_is, name="account-sessions"),
    path("accounts/", include("allauth.urls")),
    path("api/", include("rapport.api")),
]
