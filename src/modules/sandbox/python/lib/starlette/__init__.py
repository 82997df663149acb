"""Stand-in for starlette: request and response objects that tools create or read."""

__version__ = "0.48.0"
