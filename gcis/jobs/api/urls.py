"""Work and its batches, under `/api/v1/`."""

from django.urls import path

from gcis.jobs.api import batches, jobs

urlpatterns = [
    path("jobs", jobs.Jobs.as_view(), name="api-jobs"),
    path("jobs/<uuid:pk>", jobs.OneJob.as_view(), name="api-job"),
    path("jobs/<uuid:pk>/retry", jobs.Retry.as_view(), name="api-job-retry"),
    path("jobs/<uuid:pk>/cancel", jobs.Cancel.as_view(), name="api-job-cancel"),
    path("batches", batches.Batches.as_view(), name="api-batches"),
    path("batches/<uuid:pk>", batches.OneBatch.as_view(), name="api-batch"),
    path("batches/<uuid:pk>/close", batches.Close.as_view(), name="api-batch-close"),
    path("batches/<uuid:pk>/cancel", batches.Cancel.as_view(), name="api-batch-cancel"),
    path("batches/<uuid:pk>/retry-failures", batches.RetryFailures.as_view(), name="api-batch-retry-failures"),
]
