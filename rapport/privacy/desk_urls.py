"""Addresses of the privacy desk: requests, holds, packs, erasures."""

from django.urls import path

from rapport.privacy import desk_views, erase_views, hold_views, pack_views

urlpatterns = [
    path("govern/privacy/", desk_views.desk, name="desk"),
    path("govern/privacy/requests/new/", desk_views.new, name="new_request"),
    path("govern/privacy/requests/<int:request_id>/", desk_views.one, name="request"),
    path("govern/privacy/requests/<int:request_id>/whose/", desk_views.whose, name="whose"),
    path("govern/privacy/requests/<int:request_id>/pack/", pack_views.new, name="order_pack"),
    path("govern/privacy/packs/<int:pack_id>/", pack_views.download, name="download_pack"),
    path("govern/privacy/requests/<int:request_id>/erasure/", erase_views.proposal, name="propose_erasure"),
    path("govern/privacy/requests/<int:request_id>/<str:deed>/", desk_views.deed, name="deed"),
    path("govern/privacy/erasures/<int:erasure_id>/", erase_views.erasure, name="erasure"),
    path("govern/privacy/erasures/<int:erasure_id>/confirm/", erase_views.confirmation, name="confirm_erasure"),
    path("govern/privacy/erasures/<int:erasure_id>/drop/", erase_views.away, name="drop_erasure"),
    path("govern/privacy/search/", erase_views.search, name="search_values"),
    path("govern/privacy/holds/", hold_views.holds, name="holds"),
    path("govern/privacy/holds/<int:hold_id>/end/", hold_views.end, name="end_hold"),
    path("customers/<int:customer_id>/hold/", hold_views.put, name="hold"),
]
