"""The time between two columns, for constraints."""

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import models


class TimeSpan(models.Func):
    """The half-open range between two moments."""

    function = "tstzrange"
    output_field: ClassVar[DateTimeRangeField] = DateTimeRangeField()


class DaySpan(models.Func):
    """The half-open range between two days."""

    function = "daterange"
    output_field: ClassVar[DateRangeField] = DateRangeField()
