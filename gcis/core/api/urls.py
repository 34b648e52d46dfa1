"""What describes the API itself, under `/api/v1/`."""

from django.urls import path

from gcis.core.api.docs import DocsView, SchemaView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
