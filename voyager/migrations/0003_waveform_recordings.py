"""Rows of a recording belong together, and their power is relative to their own noise.

No row was stored before: the table gets its first product with this release.
"""

import datetime as dt

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voyager", "0002_instruments")]

    operations = [
        migrations.AddField(
            model_name="waveformspectrum",
            name="recording_utc",
            field=models.DateTimeField(
                default=dt.datetime(1977, 9, 5, tzinfo=dt.UTC),
                help_text="First frame of the recording that the row is a part of (UTC): a run of frames without a pause.",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="waveformspectrum",
            name="power_db",
            field=models.JSONField(
                help_text="Mean power per bin, dB relative to the noise of the same frames between 1 and 5 kHz."
            ),
        ),
        migrations.AlterField(
            model_name="waveformspectrum",
            name="ridge_hz",
            field=models.FloatField(
                null=True,
                help_text="Where the recording's strongest line outside interference is in this row, Hz.",
            ),
        ),
        migrations.AlterField(
            model_name="waveformspectrum",
            name="ridge_sigma",
            field=models.FloatField(
                null=True,
                help_text="Significance of that line in the whole recording, after the trials factor.",
            ),
        ),
    ]
