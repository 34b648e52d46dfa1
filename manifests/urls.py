"""Addresses of Presentation documents. Identifiers may hold slashes: the fixed last segment ends them."""

from django.urls import URLPattern, path

from manifests.annotation_views import AnnotationCollectionView, AnnotationPageView, AnnotationView
from manifests.part_views import CanvasView, RangeView
from manifests.version_views import CollectionVersionView, ManifestVersionView
from manifests.versions import VERSIONS
from manifests.views import CollectionView, ManifestView


def _of_version(number: int) -> list[URLPattern]:
    """What is fetched in one version; before the neutral addresses, for an identifier may be as long as these."""
    chosen = {"version": number}
    return [
        path(f"{number}/annotations/<uuid:key>", AnnotationPageView.as_view(), chosen, name=f"annotations-{number}"),
        path(f"{number}/layers/<uuid:key>", AnnotationCollectionView.as_view(), chosen, name=f"layer-{number}"),
        path(f"{number}/<path:identifier>/manifest/versions/<str:digest>", ManifestVersionView.as_view(), chosen),
        path(f"{number}/<path:identifier>/collection/versions/<str:digest>", CollectionVersionView.as_view(), chosen),
        path(f"{number}/<path:identifier>/manifest", ManifestView.as_view(), chosen, name=f"manifest-{number}"),
        path(f"{number}/<path:identifier>/collection", CollectionView.as_view(), chosen, name=f"collection-{number}"),
    ]


urlpatterns = [
    path("canvas/<uuid:key>", CanvasView.as_view(), name="canvas"),
    path("range/<uuid:key>", RangeView.as_view(), name="range"),
    path("annotation/<uuid:key>", AnnotationView.as_view(), name="annotation"),
    *(pattern for version in VERSIONS for pattern in _of_version(version.number)),
    path("<path:identifier>/manifest", ManifestView.as_view(), name="manifest"),
    path("<path:identifier>/collection", CollectionView.as_view(), name="collection"),
]
