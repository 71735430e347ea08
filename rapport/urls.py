"""Every address, room by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("rapport.installation.urls")),
    path("", include("rapport.home.welcome_urls")),
    path("", include("rapport.home.urls")),
    path("", include("rapport.timeline.queue_urls")),
    path("accounts/", include("allauth.urls")),
]
