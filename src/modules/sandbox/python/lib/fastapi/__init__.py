"""Stand-in for fastapi: names that tools import. There is no server to add routes to."""

from starlette import status  # noqa: F401
from starlette.background import BackgroundTasks  # noqa: F401
from starlette.datastructures import UploadFile  # noqa: F401
from starlette.requests import Request  # noqa: F401
from starlette.responses import Response  # noqa: F401

from .exceptions import HTTPException  # noqa: F401

__version__ = "0.123.0"


def _parameter(default=None, **_):
    return default


Body = Cookie = File = Form = Header = Path = Query = _parameter


def Depends(dependency=None, *, use_cache=True):
    return dependency


Security = Depends


class APIRouter:
    """Decorators that leave the function as it is."""

    def __init__(self, *args, **kwargs):
        self.routes = []

    def _route(self, *args, **kwargs):
        return lambda function: function

    get = post = put = patch = delete = options = head = websocket = middleware = exception_handler = on_event = api_route = _route

    def include_router(self, *args, **kwargs):
        pass

    add_api_route = add_middleware = mount = include_router


class FastAPI(APIRouter):
    def __init__(self, *args, **kwargs):
        super().__init__()
        from starlette.datastructures import State

        self.state = State()
