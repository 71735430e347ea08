"""Addresses of the audit trail."""

from django.urls import path

from rapport.trail import views

app_name = "trail"
urlpatterns = [
    path("govern/audit/", views.trail, name="trail"),
    path("govern/audit/export/<str:form>/", views.export, name="export"),
    path("govern/audit/check/", views.check, name="check"),
    path("govern/audit/check/now/", views.ask_check, name="ask_check"),
]
