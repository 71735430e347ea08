"""The addresses of search."""

from django.urls import path

from rapport.search import views

app_name = "search"
urlpatterns = [path("search/", views.find, name="find"), path("search/why/", views.why, name="why")]
