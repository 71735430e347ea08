"""The addresses of the organisation's own fields."""

from django.urls import path

from rapport.fields import views

app_name = "fields"
urlpatterns = [
    path("fields/", views.fields, name="list"),
    path("fields/add/", views.add, name="add"),
    path("fields/<int:field_id>/", views.field, name="field"),
    path("fields/<int:field_id>/retirement/", views.retirement, name="retirement"),
    path("fields/<int:field_id>/place/", views.place, name="place"),
]
