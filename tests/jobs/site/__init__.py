"""Real worker processes that do work made for tests, on a database of their own.

The app `tests.jobs.site` has one kind of work, `site.work` (see `work.py`). A worker that knows it is started with

    DJANGO_SETTINGS_MODULE=tests.jobs.site.settings GCIS_DATABASE_URL=... GCIS_BROKER_URL=... \\
        python manage.py worker --name host-a --lanes interactive,bulk,sweep --threads 2

in the folder of manage.py; `hosts.Host` does so. Whoever adds jobs needs no handler:
`services.add("site.work", "a key", uuid4(), args={"seconds": 1})`.
"""
