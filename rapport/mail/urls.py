"""Addresses of mail files, their ledger, and of what a mail holds."""

from django.urls import path

from rapport.mail import views

app_name = "mail"
urlpatterns = [
    path("mail/files/", views.files, name="files"),
    path("mail/files/new/", views.new, name="new"),
    path("mail/files/<int:mail_file_id>/", views.show, name="file"),
    path("mail/files/<int:mail_file_id>/progress/", views.progress, name="progress"),
    path("mail/files/<int:mail_file_id>/stop/", views.stop, name="stop"),
    path("mail/files/<int:mail_file_id>/resume/", views.resume, name="resume"),
    path("mail/ledger/", views.ledger, name="ledger"),
    path("interactions/<int:interaction_id>/mail/", views.whole, name="whole"),
    path("interactions/<int:interaction_id>/mail/earlier/", views.earlier, name="earlier"),
    path("interactions/<int:interaction_id>/mail/html/", views.html, name="html"),
    path("interactions/<int:interaction_id>/mail/attachments/<int:position>/", views.attachment, name="attachment"),
]
