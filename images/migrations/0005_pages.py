from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('images', '0004_recipes'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='pages',
            field=models.PositiveIntegerField(default=1),
        ),
    ]
