from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "gcis.jobs"
    label = "jobs"
