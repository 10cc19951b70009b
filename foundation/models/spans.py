"""The time between two columns, for constraints."""

from typing import ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models


class TimeSpan(models.Func):
    """The half-open range between two moments."""

    function = "tstzrange"
    output_field: ClassVar[DateTimeRangeField] = DateTimeRangeField()
