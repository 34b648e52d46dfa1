from django.db import migrations, models

import gcis.core.db


class Migration(migrations.Migration):
    dependencies = [("manifests", "0003_presentation")]

    operations = [
        migrations.CreateModel(
            name="MirrorHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                ("removed", models.BigIntegerField(default=0)),
                ("number", models.BigIntegerField(default=0)),
                ("seen", models.DateTimeField(db_default=gcis.core.db.DbNow())),
            ],
        ),
        migrations.CreateModel(
            name="MirrorSlot",
            fields=[
                ("publication", models.UUIDField(primary_key=True, serialize=False)),
                ("resource", models.UUIDField()),
                ("slot", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("resource", "slot"), name="mirror_slot_once")],
            },
        ),
    ]
