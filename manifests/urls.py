"""Addresses of Presentation documents. Identifiers may hold slashes: the fixed last segment ends them."""

from django.urls import path

from manifests.views import CanvasView, CollectionView, ManifestView

urlpatterns = [
    path("canvas/<uuid:canvas>", CanvasView.as_view(), name="canvas"),
    path("3/<path:identifier>/manifest", ManifestView.as_view(), {"version": 3}, name="manifest-3"),
    path("3/<path:identifier>/collection", CollectionView.as_view(), {"version": 3}, name="collection-3"),
    path("2/<path:identifier>/manifest", ManifestView.as_view(), {"version": 2}),
    path("2/<path:identifier>/collection", CollectionView.as_view(), {"version": 2}),
    path("<path:identifier>/manifest", ManifestView.as_view(), name="manifest"),
    path("<path:identifier>/collection", CollectionView.as_view(), name="collection"),
]
