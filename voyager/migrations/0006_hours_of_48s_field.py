"""The table of the hours computed from 48 s rows, filled from the rows that are stored."""

from datetime import UTC, datetime
from typing import Any

import django.db.models.deletion
import numpy as np
from django.db import migrations, models
from django.db.models import Max, Min

from deepspace.reading import read_columns
from voyager.science.hourly import hourly

TIME = "timestamp_utc"
NAMES = ("b_nt", "br_nt", "bt_nt", "bn_nt")


def fill(apps: Any, schema_editor: Any) -> None:
    """Means of each hour, a year at a time. An hour names the newest ingestion of its year."""
    rows, hours = (
        apps.get_model("voyager", name).objects.using(schema_editor.connection.alias)
        for name in ("MagneticField", "FieldHour")
    )
    averages = rows.filter(cadence_s=48)
    ends = averages.aggregate(first=Min(TIME), last=Max(TIME))
    if ends["first"] is None:
        return
    for year in range(ends["first"].year, ends["last"].year + 1):
        of_year = averages.filter(
            timestamp_utc__gte=datetime(year, 1, 1, tzinfo=UTC),
            timestamp_utc__lt=datetime(year + 1, 1, 1, tzinfo=UTC),
        )
        blocks = list(read_columns(of_year, TIME, NAMES))
        if not blocks:
            continue
        newest = of_year.aggregate(ingestion_id=Max("ingestion_id"), ingested_at=Max("ingested_at"))
        found = hourly(*(np.concatenate(column) for column in zip(*blocks, strict=True)))
        hours.bulk_create(
            [
                hours.model(
                    timestamp_utc=start.replace(tzinfo=UTC),
                    averages=count,
                    source="computed",
                    **newest,
                    **{name: None if np.isnan(nt) else nt for name, nt in zip(NAMES, mean, strict=True)},
                )
                for start, count, mean in zip(
                    found.start_utc.tolist(), found.records.tolist(), found.mean.tolist(), strict=True
                )
            ],
            batch_size=5000,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("deepspace", "0002_run_of_a_batch"),
        ("voyager", "0005_one_cadence_at_a_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="FieldHour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="Upstream the row comes from, e.g. jpl_horizons.", max_length=32
                    ),
                ),
                ("ingested_at", models.DateTimeField(help_text="When the row was last written (UTC).")),
                ("timestamp_utc", models.DateTimeField(help_text="Start of the hour (UTC).")),
                ("averages", models.PositiveIntegerField(help_text="48 s averages that begin in the hour.")),
                ("b_nt", models.FloatField(help_text="Mean of their field strengths, nT.")),
                (
                    "br_nt",
                    models.FloatField(help_text="Mean radial component (away from the Sun), nT.", null=True),
                ),
                (
                    "bt_nt",
                    models.FloatField(
                        help_text="Mean tangential component (solar rotation axis x R), nT.", null=True
                    ),
                ),
                ("bn_nt", models.FloatField(help_text="Mean normal component, nT.", null=True)),
                (
                    "ingestion",
                    models.ForeignKey(
                        help_text="Log row of the batch that wrote the row; its payloads are the archived bytes.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deepspace.ingestionlog",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "magnetic field, hours computed here",
                "db_table": "voyager1_magnetic_field_hours",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("timestamp_utc",), name="voyager1_magnetic_field_hours_key"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
