"""Addresses of mail files, their ledger, and of what a mail holds."""

from django.urls import path

from rapport.mail import mailbox_views, views

app_name = "mail"
urlpatterns = [
    path("mail/files/", views.files, name="files"),
    path("mail/files/new/", views.new, name="new"),
    path("mail/files/<int:mail_file_id>/", views.show, name="file"),
    path("mail/files/<int:mail_file_id>/progress/", views.progress, name="progress"),
    path("mail/files/<int:mail_file_id>/stop/", views.stop, name="stop"),
    path("mail/files/<int:mail_file_id>/resume/", views.resume, name="resume"),
    path("mail/mailboxes/", mailbox_views.mailboxes, name="mailboxes"),
    path("mail/mailboxes/new/", mailbox_views.add, name="add_mailbox"),
    path("mail/mailboxes/allowed/", mailbox_views.allowed, name="allowed"),
    path("mail/mailboxes/<int:mailbox_id>/", mailbox_views.show, name="mailbox"),
    path("mail/mailboxes/<int:mailbox_id>/edit/", mailbox_views.edit, name="edit_mailbox"),
    path("mail/mailboxes/<int:mailbox_id>/test/", mailbox_views.test, name="test_mailbox"),
    path("mail/mailboxes/<int:mailbox_id>/sync/", mailbox_views.sync, name="sync_mailbox"),
    path("mail/mailboxes/<int:mailbox_id>/folders/", mailbox_views.folders, name="folders"),
    path("mail/mailboxes/<int:mailbox_id>/retire/", mailbox_views.retire, name="retire_mailbox"),
    path("mail/mailboxes/<int:mailbox_id>/allow/", mailbox_views.allow_us, name="allow"),
    path("interactions/<int:interaction_id>/mail/privacy/", mailbox_views.privacy, name="privacy"),
    path("mail/ledger/", views.ledger, name="ledger"),
    path("interactions/<int:interaction_id>/mail/", views.whole, name="whole"),
    path("interactions/<int:interaction_id>/mail/earlier/", views.earlier, name="earlier"),
    path("interactions/<int:interaction_id>/mail/html/", views.html, name="html"),
    path("interactions/<int:interaction_id>/mail/attachments/<int:position>/", views.attachment, name="attachment"),
]
