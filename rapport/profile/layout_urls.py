"""Addresses where administrators lay out the customer page."""

from django.urls import path

from rapport.profile import layout_views as views

app_name = "layouts"
urlpatterns = [
    path("layouts/", views.overview, name="list"),
    path("layouts/<int:layout_id>/undo/", views.undo, name="undo"),
    path("layouts/<slug:role>/<slug:kind>/", views.arrange, name="arrange"),
    path("layouts/<slug:role>/<slug:kind>/standard/", views.standard, name="standard"),
    path("layouts/<slug:role>/<slug:kind>/preview/", views.preview, name="preview"),
]
