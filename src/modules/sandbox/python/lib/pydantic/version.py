from ._errors import VERSION  # noqa: F401
