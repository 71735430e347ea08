"""Addresses of merging and taking back."""

from django.urls import path

from rapport.identity import merge_views as views

app_name = "identity_merge"
urlpatterns = [
    path("customers/<int:customer_id>/merge/", views.pair, name="pair"),
    path("customers/<int:customer_id>/merges/", views.merges, name="merges"),
    path("merges/<int:merge_id>/undo/", views.undo, name="undo"),
]
