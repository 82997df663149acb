from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Functions = Table("Functions")


class FunctionModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
