"""Addresses of forecasts, targets, rates and of how right we were."""

from django.urls import path

from rapport.sales import calibration_views, forecast_views, rate_views, target_views

urlpatterns = [
    path("forecast/", forecast_views.forecast, name="forecast"),
    path("forecast/likely/", forecast_views.likely, name="likely"),
    path("forecast/changes/", forecast_views.changes, name="changes"),
    path("deals/<int:deal_id>/outlook/", forecast_views.outlook, name="outlook"),
    path("forecast/right/", calibration_views.calibration, name="calibration"),
    path("pipelines/stages/<int:stage_id>/learned/", calibration_views.take_learned, name="take_learned"),
    path("targets/", target_views.targets, name="targets"),
    path("targets/copy/", target_views.copy, name="copy_targets"),
    path("rates/", rate_views.rates, name="rates"),
    path("rates/new/", rate_views.add_rate, name="add_rate"),
    path("rates/import/", rate_views.import_rates, name="import_rates"),
    path("rates/currency/", rate_views.books, name="books"),
    path("rates/<int:rate_id>/delete/", rate_views.drop_rate, name="drop_rate"),
]
