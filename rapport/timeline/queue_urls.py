"""Addresses of the queue; top-level names, because every room may lead there."""

from django.urls import path

from rapport.timeline import queue_views as views

urlpatterns = [
    path("unassigned/", views.unassigned, name="unassigned"),
    path("unassigned/<int:interaction_id>/assign/", views.assigned, name="unassigned-assign"),
    path("unassigned/<int:interaction_id>/adopt/", views.adopted, name="unassigned-adopt"),
    path("customers/<int:customer_id>/amount/", views.amount, name="customer-amount"),
]
