from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Messages = Table("Messages")


class MessageModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
