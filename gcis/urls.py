"""The whole URL space on one page (DESIGN §5)."""

from django.contrib import admin
from django.urls import include, path

from gcis import health, viewer_files
from gcis.metrics import views as metrics
from manifests import pages

urlpatterns = [
    path("", pages.home, name="gallery"),
    path("view/<path:identifier>", pages.view, name="view"),
    path("iiif/", include("images.urls")),
    path("presentation/", include("manifests.urls")),
    path("preview/", include("manifests.preview_urls")),
    path("viewers/<str:folder>/<str:name>", viewer_files.viewer_file, name="viewer-file"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("gcis.core.api.urls")),
    path("api/v1/", include("gcis.events.api")),
    path("api/v1/", include("gcis.jobs.api.urls")),
    path("api/v1/", include("redirects.api")),
    path("api/v1/", include("images.api.urls")),
    path("api/v1/", include("manifests.api.urls")),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
]
