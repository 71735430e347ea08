"""Addresses of privacy, idea by idea."""

from django.urls import path

from rapport.privacy import dictionary_views

app_name = "privacy"
urlpatterns = [
    path("govern/data/", dictionary_views.dictionary_page, name="dictionary"),
    path("govern/data/file/", dictionary_views.dictionary_file, name="dictionary_file"),
    path("govern/data/<slug:table>/", dictionary_views.dictionary_table, name="dictionary_table"),
    path("govern/data/<slug:table>/<str:column>/", dictionary_views.dictionary_column, name="dictionary_column"),
]
