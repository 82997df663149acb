"""The users that routes depend on; here the user of the call."""

from open_webui._user import current
from open_webui.models.users import UserModel


def _user(*args, **kwargs):
    user = current.get()
    return UserModel(**{k: v for k, v in user.items() if k != "valves"}) if user else None


get_verified_user = get_admin_user = get_current_user = _user


def decode_token(token):
    raise RuntimeError("Tokens of the server cannot be read by tools and functions")


create_token = decode_token
