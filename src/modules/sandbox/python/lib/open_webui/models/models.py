from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Models = Table("Models")


class ModelModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None


class ModelForm(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
