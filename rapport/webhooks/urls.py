"""The addresses of web requests that come in and go out."""

from django.urls import path

from rapport.webhooks import arrive_views, subscription_views, views

app_name = "webhooks"
urlpatterns = [
    path("hooks/<str:key>", arrive_views.arrive, name="arrive"),
    path("web-requests/", views.sources, name="sources"),
    path("web-requests/add/", views.add, name="add"),
    path("web-requests/<int:source_id>/", views.source, name="source"),
    path("web-requests/<int:source_id>/activity/", views.activity, name="activity"),
    path("web-requests/<int:source_id>/again/", views.again, name="again"),
    path("web-requests/arrivals/<int:arrival_id>/", views.arrival, name="arrival"),
    path("web-requests/subscriptions/add/", subscription_views.add_subscription, name="add_subscription"),
    path("web-requests/subscriptions/<int:subscription_id>/", subscription_views.subscription, name="subscription"),
    path("web-requests/subscriptions/<int:subscription_id>/do/", subscription_views.do, name="do"),
    path("web-requests/deliveries/<int:delivery_id>/", subscription_views.delivery, name="delivery"),
    path("web-requests/deliveries/<int:delivery_id>/again/", subscription_views.redelivery, name="redelivery"),
]
