from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Tools = Table("Tools")


class ToolModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
