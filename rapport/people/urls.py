"""Addresses of people: oneself, colleagues, teams and the organisation."""

from django.urls import path

from rapport.people import duty_views, house_views, role_views, unit_views, users_views, views

app_name = "people"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/tokens/", views.tokens, name="tokens"),
    path("profile/tokens/<int:token_id>/revoke/", views.revoke, name="revoke"),
    path("people/", users_views.users, name="users"),
    path("people/add/", users_views.add, name="add"),
    path("people/<int:user_id>/", users_views.user, name="user"),
    path("people/<int:user_id>/activation/", users_views.activation, name="activation"),
    path("people/<int:user_id>/password/", users_views.password, name="password"),
    path("people/roles/", role_views.roles, name="roles"),
    path("people/roles/add/", role_views.add, name="add_role"),
    path("people/roles/<slug:role_key>/", role_views.role, name="role"),
    path("people/roles/<slug:role_key>/drop/", role_views.drop, name="drop_role"),
    path("people/chart/", unit_views.show, name="chart"),
    path("people/units/add/", unit_views.add_unit, name="add_unit"),
    path("people/units/<int:unit_id>/", unit_views.unit, name="unit"),
    path("people/units/<int:unit_id>/drop/", unit_views.drop_unit, name="drop_unit"),
    path("people/positions/add/", unit_views.add_position, name="add_position"),
    path("people/positions/<int:position_id>/", unit_views.position, name="position"),
    path("people/positions/<int:position_id>/drop/", unit_views.drop_position, name="drop_position"),
    path("people/posts/", duty_views.posts, name="posts"),
    path("people/posts/add/", duty_views.add_post, name="add_post"),
    path("people/posts/<int:post_id>/", duty_views.post, name="post"),
    path("people/posts/<int:post_id>/end/", duty_views.end, name="end_term"),
    path("people/posts/<int:post_id>/drop/", duty_views.drop_post, name="drop_post"),
    path("people/domains/", duty_views.domains, name="domains"),
    path("people/domains/add/", duty_views.add_domain, name="add_domain"),
    path("people/domains/<int:domain_id>/", duty_views.domain, name="domain"),
    path("people/domains/<int:domain_id>/relieve/", duty_views.relieve, name="relieve"),
    path("people/domains/<int:domain_id>/drop/", duty_views.drop_domain, name="drop_domain"),
    path("people/teams/", house_views.teams, name="teams"),
    path("people/teams/<int:team_id>/", house_views.team, name="team"),
    path("people/organisation/", house_views.organisation, name="organisation"),
    path("people/organisation/entities/add/", house_views.add_entity, name="add_entity"),
    path("people/organisation/entities/<int:entity_id>/", house_views.entity, name="entity"),
    path("people/organisation/addresses/", house_views.addresses, name="addresses"),
    path("people/organisation/brands/add/", house_views.add_brand, name="add_brand"),
    path("people/organisation/brands/<int:brand_id>/", house_views.brand, name="brand"),
]
