import datetime as _dt
import zoneinfo as _zoneinfo

UTC = _dt.timezone.utc


def tzutc():
    return UTC


def tzlocal():
    return _dt.datetime.now().astimezone().tzinfo or UTC


def tzoffset(name, offset):
    return _dt.timezone(offset if isinstance(offset, _dt.timedelta) else _dt.timedelta(seconds=offset), name or "")


def gettz(name=None):
    if not name:
        return tzlocal()
    try:
        return _zoneinfo.ZoneInfo(name)
    except (_zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
