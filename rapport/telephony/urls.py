"""Addresses of the telephone."""

from django.urls import path

from rapport.telephony import views

app_name = "telephony"
urlpatterns = [
    path("telephone/now/", views.now, name="now"),
    path("telephone/extension/", views.extension, name="extension"),
    path("telephone/<int:call_id>/", views.call, name="call"),
    path("telephone/<int:call_id>/note/", views.noted, name="note"),
    path("telephone/<int:call_id>/who/", views.who, name="who"),
    path("telephone/<int:call_id>/away/", views.away, name="away"),
]
