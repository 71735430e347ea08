"""Addresses of meetings."""

from django.urls import path

from rapport.calendars import feed_views, outside_views, own_views, views

app_name = "calendars"
urlpatterns = [
    path("profile/calendar/", feed_views.feed, name="feed"),
    path("profile/calendar/off/", feed_views.feed_off, name="feed_off"),
    path("calendar/<slug:secret>.ics", feed_views.given_out, name="given_out"),
    path("calendars/", outside_views.calendars, name="calendars"),
    path("calendars/files/", outside_views.bring, name="bring"),
    path("calendars/readings/<int:reading_id>/", outside_views.reading, name="reading"),
    path("calendars/subscribe/", outside_views.subscribe, name="subscribe"),
    path("calendars/<int:calendar_id>/", outside_views.calendar, name="calendar"),
    path("calendars/<int:calendar_id>/test/", outside_views.test, name="test_calendar"),
    path("calendars/<int:calendar_id>/read/", outside_views.read, name="read_calendar"),
    path("calendars/<int:calendar_id>/unsubscribe/", outside_views.unsubscribe, name="unsubscribe"),
    path("calendars/own/", own_views.own, name="own"),
    path("calendars/own/connect/", own_views.connect, name="connect"),
    path("calendars/own/sync/", own_views.sync, name="sync"),
    path("calendars/own/disconnect/", own_views.disconnect, name="disconnect"),
    path("calendars/own/<int:own_entry_id>/", own_views.choose, name="choose"),
    path("meetings/", views.mine, name="mine"),
    path("meetings/new/", views.new, name="new"),
    path("meetings/guests/", views.choose, name="guests"),
    path("meetings/<int:meeting_id>/", views.meeting, name="meeting"),
    path("meetings/<int:meeting_id>/edit/", views.edit, name="edit"),
    path("meetings/<int:meeting_id>/held/", views.held, name="held"),
    path("meetings/<int:meeting_id>/cancel/", views.cancel, name="cancel"),
    path("meetings/<int:meeting_id>/restore/", views.restore, name="restore"),
]
