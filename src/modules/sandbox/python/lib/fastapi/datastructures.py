from starlette.datastructures import *  # noqa: F403
