"""Stand-in for pytz, over zoneinfo."""

import datetime as _dt
import zoneinfo as _zoneinfo


class UnknownTimeZoneError(KeyError):
    pass


class AmbiguousTimeError(Exception):
    pass


class NonExistentTimeError(Exception):
    pass


class _Zone(_dt.tzinfo):
    """A zone with pytz's `localize` and `normalize`."""

    def __init__(self, name):
        self.zone = name
        self._zone = _zoneinfo.ZoneInfo(name)

    def utcoffset(self, moment, is_dst=None):
        return self._zone.utcoffset(moment.replace(tzinfo=self._zone)) if moment is not None else None

    def dst(self, moment, is_dst=None):
        return self._zone.dst(moment.replace(tzinfo=self._zone)) if moment is not None else None

    def tzname(self, moment, is_dst=None):
        return self._zone.tzname(moment.replace(tzinfo=self._zone)) if moment is not None else self.zone

    def fromutc(self, moment):
        return self._zone.fromutc(moment.replace(tzinfo=self._zone)).replace(tzinfo=self)

    def localize(self, moment, is_dst=False):
        if moment.tzinfo is not None:
            raise ValueError("Not naive datetime (tzinfo is already set)")
        return moment.replace(tzinfo=self, fold=0 if is_dst else moment.fold)

    def normalize(self, moment, is_dst=False):
        if moment.tzinfo is None:
            raise ValueError("Naive time - no tzinfo set")
        return moment.astimezone(self)

    def __str__(self):
        return self.zone

    def __repr__(self):
        return f"<DstTzInfo {self.zone!r}>"

    def __eq__(self, other):
        return isinstance(other, _Zone) and self.zone == other.zone

    def __hash__(self):
        return hash(self.zone)

    def __reduce__(self):
        return (timezone, (self.zone,))


class _UTC(_dt.tzinfo):
    zone = "UTC"

    def utcoffset(self, moment):
        return _dt.timedelta(0)

    dst = utcoffset

    def tzname(self, moment):
        return "UTC"

    def fromutc(self, moment):
        return moment.replace(tzinfo=self)

    def localize(self, moment, is_dst=False):
        return moment.replace(tzinfo=self)

    def normalize(self, moment, is_dst=False):
        return moment.astimezone(self)

    def __str__(self):
        return "UTC"

    def __repr__(self):
        return "<UTC>"

    def __reduce__(self):
        return (timezone, ("UTC",))


UTC = utc = _UTC()
_made = {}


def timezone(zone):
    if zone.upper() == "UTC":
        return utc
    if zone not in _made:
        try:
            _made[zone] = _Zone(zone)
        except (_zoneinfo.ZoneInfoNotFoundError, ValueError):
            raise UnknownTimeZoneError(zone) from None
    return _made[zone]


def FixedOffset(minutes):
    return _dt.timezone(_dt.timedelta(minutes=minutes))


def __getattr__(name):
    if name in ("all_timezones", "common_timezones"):
        return sorted(_zoneinfo.available_timezones())
    if name in ("all_timezones_set", "common_timezones_set"):
        return set(_zoneinfo.available_timezones())
    raise AttributeError(f"module 'pytz' has no attribute {name!r}")
