"""Addresses of templates and signatures."""

from django.urls import path

from rapport.letters import template_views as views

app_name = "letter_templates"
urlpatterns = [
    path("templates/", views.templates, name="list"),
    path("templates/new/", views.add, name="add"),
    path("templates/<int:template_id>/", views.change, name="change"),
    path("templates/<int:template_id>/retirement/", views.retirement, name="retirement"),
    path("signatures/", views.signatures, name="signatures"),
]
