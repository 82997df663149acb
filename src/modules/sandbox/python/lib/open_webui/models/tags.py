from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Tags = Table("Tags")


class TagModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
