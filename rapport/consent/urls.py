"""Addresses of consents, purposes and suppressions."""

from django.urls import path

from rapport.consent import (
    complaint_views,
    consent_views,
    policy_views,
    provider_views,
    public_views,
    purpose_views,
    views,
)

app_name = "consent"
urlpatterns = [
    path("consents/", consent_views.register, name="register"),
    path("consents/<int:consent_id>/", consent_views.word, name="word"),
    path("customers/<int:customer_id>/consents/", consent_views.of_customer, name="of_customer"),
    path("customers/<int:customer_id>/consents/new/", consent_views.note, name="note"),
    path("customers/<int:customer_id>/objection/", consent_views.objection, name="objection"),
    path("contact-policy/", policy_views.policy, name="policy"),
    path("contact-policy/draft/", policy_views.begin, name="begin_policy"),
    path("contact-policy/<int:policy_id>/", policy_views.version, name="policy_version"),
    path("contact-policy/<int:policy_id>/table/", policy_views.table, name="policy_table"),
    path("contact-policy/<int:policy_id>/approve/", policy_views.approval, name="approve_policy"),
    path("contact-policy/<int:policy_id>/drop/", policy_views.away, name="drop_policy"),
    path("customers/<int:customer_id>/marks/", consent_views.marks, name="marks"),
    path("customers/<int:customer_id>/complaint/", complaint_views.complaint, name="complaint"),
    path("purposes/", purpose_views.purposes, name="purposes"),
    path("purposes/new/", purpose_views.new, name="new_purpose"),
    path("purposes/<int:purpose_id>/", purpose_views.purpose, name="purpose"),
    path("purposes/<int:purpose_id>/switch/", purpose_views.switch, name="switch_purpose"),
    path("my-mail/<str:link>/", public_views.preferences, name="preferences"),
    path("my-mail/<str:link>/stop/", public_views.unsubscribe, name="unsubscribe"),
    path("my-mail/<str:confirmation>/yes/", public_views.confirm, name="confirm"),
    path("mail-provider/news/", provider_views.news, name="provider_news"),
    path("suppressions/", views.suppressions, name="suppressions"),
    path("suppressions/new/", views.add, name="add"),
    path("suppressions/<int:suppression_id>/lift/", views.lift, name="lift"),
]
