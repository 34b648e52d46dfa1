import gcis.core.db
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("manifests", "0005_preview_links")]

    operations = [
        migrations.CreateModel(
            name="Dynamic",
            fields=[
                ("record", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("follows", models.CharField(max_length=60)),
                ("wanted", models.BigIntegerField(default=1)),
                ("done", models.BigIntegerField(default=0)),
                ("refreshed", models.DateTimeField(null=True)),
                ("seconds", models.FloatField(default=0)),
                ("found", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("fault", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="DynamicCursor",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
                ("looked", models.DateTimeField(db_default=gcis.core.db.DbNow())),
            ],
        ),
    ]
