"""The addresses of booking links and of what was booked."""

from django.urls import path

from rapport.bookings import public_views, views

app_name = "bookings"
urlpatterns = [
    path("book/<str:booking_slug>/", public_views.choose, name="choose"),
    path("booked/<str:booking_token>/", public_views.mine, name="mine"),
    path("booked/<str:booking_token>/move/", public_views.move, name="move"),
    path("booked/<str:booking_token>/cancel/", public_views.cancel, name="cancel"),
    path("booking-links/", views.links, name="links"),
    path("booking-links/new/", views.new, name="new"),
    path("booking-links/<int:booking_link_id>/", views.link, name="link"),
    path("booking-links/<int:booking_link_id>/edit/", views.edit, name="edit"),
]
