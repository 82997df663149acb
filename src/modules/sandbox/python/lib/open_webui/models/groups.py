from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Groups = Table("Groups")


class GroupModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
