"""Addresses of privacy, idea by idea."""

from django.urls import include, path

from rapport.privacy import dictionary_views, incident_views, obligation_views, register_views, retain_views

app_name = "privacy"
urlpatterns = [
    path("", include("rapport.privacy.desk_urls")),
    path("govern/data/", dictionary_views.dictionary_page, name="dictionary"),
    path("govern/data/file/", dictionary_views.dictionary_file, name="dictionary_file"),
    path("govern/data/<slug:table>/", dictionary_views.dictionary_table, name="dictionary_table"),
    path("govern/data/<slug:table>/<str:column>/", dictionary_views.dictionary_column, name="dictionary_column"),
    path("govern/processing/", register_views.register, name="register"),
    path("govern/processing/file/", register_views.register_file, name="register_file"),
    path("govern/processing/new/", register_views.add_activity, name="add_activity"),
    path("govern/processing/<int:activity_id>/", register_views.activity, name="activity"),
    path("govern/processing/<int:activity_id>/edit/", register_views.edit_activity, name="edit_activity"),
    path("govern/retention/", retain_views.retention, name="retention"),
    path("govern/retention/<slug:kept_kind>/", retain_views.retention_rule, name="retention_rule"),
    path("govern/retention/<slug:kept_kind>/now/", retain_views.retain_now, name="retain_now"),
    path("govern/obligations/", obligation_views.obligations, name="obligations"),
    path("govern/obligations/new/", obligation_views.add_obligation, name="add_obligation"),
    path("govern/obligations/<int:obligation_id>/", obligation_views.obligation, name="obligation"),
    path("govern/obligations/<int:obligation_id>/edit/", obligation_views.edit_obligation, name="edit_obligation"),
    path(
        "govern/obligations/<int:obligation_id>/review/", obligation_views.review_obligation, name="review_obligation"
    ),
    path("govern/obligations/<int:obligation_id>/evidence/", obligation_views.add_evidence, name="add_evidence"),
    path(
        "govern/obligations/<int:obligation_id>/evidence/<int:evidence_id>/", obligation_views.evidence, name="evidence"
    ),
    path("govern/incidents/", incident_views.incidents, name="incidents"),
    path("govern/incidents/new/", incident_views.add_incident, name="add_incident"),
    path("govern/incidents/<int:incident_id>/", incident_views.incident, name="incident"),
    path("govern/incidents/<int:incident_id>/edit/", incident_views.edit_incident, name="edit_incident"),
    path("govern/incidents/<int:incident_id>/steps/", incident_views.add_incident_step, name="add_incident_step"),
    path("govern/incidents/<int:incident_id>/affected/", incident_views.find_affected, name="find_affected"),
    path("govern/incidents/<int:incident_id>/decision/", incident_views.decide_incident, name="decide_incident"),
    path("govern/incidents/<int:incident_id>/told/", incident_views.authority_told, name="authority_told"),
    path("govern/incidents/<int:incident_id>/letters/", incident_views.write_to_affected, name="write_to_affected"),
    path(
        "govern/incidents/<int:incident_id>/letters/progress/", incident_views.incident_letters, name="incident_letters"
    ),
    path("govern/incidents/<int:incident_id>/letters/<slug:party>/", incident_views.notification, name="notification"),
    path("govern/incidents/<int:incident_id>/end/", incident_views.end_incident, name="end_incident"),
]
