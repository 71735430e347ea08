"""Addresses of notices, follows and reminders."""

from django.urls import path

from rapport.notices import reminder_views, signin_views, views

app_name = "notices"
urlpatterns = [
    # Asked before allauth's own, which knows nothing of whether mail can leave.
    path("accounts/password/reset/", signin_views.forgotten, name="forgotten"),
    path("notices/", views.list_page, name="list"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/newest/", views.newest_ones, name="newest"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:notice_id>/", views.open_notice, name="open"),
    path("notices/<int:notice_id>/mark/", views.mark, name="mark"),
    path("profile/notices/", views.wishes, name="wishes"),
    path("profile/notices/preview/", views.preview, name="preview"),
    path("follows/", views.follows, name="follows"),
    path("customers/<int:customer_id>/follow/", views.follow_customer, name="follow"),
    path("reminders/", reminder_views.reminders, name="reminders"),
    path("reminders/new/", reminder_views.new, name="remind"),
    path("reminders/<int:reminder_id>/later/", reminder_views.later, name="later"),
    path("reminders/<int:reminder_id>/close/", reminder_views.close_reminder, name="close_reminder"),
    path("reminders/<int:reminder_id>/reopen/", reminder_views.reopen_reminder, name="reopen_reminder"),
]
