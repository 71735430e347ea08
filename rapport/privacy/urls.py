"""Addresses of privacy, idea by idea."""

from django.urls import URLPattern

app_name = "privacy"
urlpatterns: list[URLPattern] = []
