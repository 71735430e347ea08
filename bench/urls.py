"""The addresses of Rapport and one page more: an empty one, the reference for all others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from rapport.people.access import needs
from rapport.urls import urlpatterns as rooms


@needs("home.view_day")
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/page.html")


urlpatterns = [*rooms, path("bench/empty/", empty)]
