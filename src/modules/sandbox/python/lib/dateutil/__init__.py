"""Stand-in for python-dateutil: parser, relativedelta and tz. There is no rrule and no easter."""

__version__ = "2.9.0"
