"""Addresses of the privacy desk: requests, holds."""

from django.urls import path

from rapport.privacy import desk_views, hold_views

urlpatterns = [
    path("govern/privacy/", desk_views.desk, name="desk"),
    path("govern/privacy/requests/new/", desk_views.new, name="new_request"),
    path("govern/privacy/requests/<int:request_id>/", desk_views.one, name="request"),
    path("govern/privacy/requests/<int:request_id>/whose/", desk_views.whose, name="whose"),
    path("govern/privacy/requests/<int:request_id>/<str:deed>/", desk_views.deed, name="deed"),
    path("govern/privacy/holds/", hold_views.holds, name="holds"),
    path("govern/privacy/holds/<int:hold_id>/end/", hold_views.end, name="end_hold"),
    path("customers/<int:customer_id>/hold/", hold_views.put, name="hold"),
]
