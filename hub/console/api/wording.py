"""What the HTTP API takes and gives, as its OpenAPI page shows it; and errors that never repeat what was sent."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from hub.facts.terms import Caveat, Layer, Tier

LayerWord = Annotated[str, Field(json_schema_extra={"enum": [layer.word for layer in Layer]})]


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("instant", "must be text such as 2026-03-09T08:45:00Z")
    return value


def _clean(value: str) -> str:
    kept = unicodedata.normalize("NFC", value).strip()
    kinds = {unicodedata.category(character) for character in kept}
    if kinds & {"Cc", "Cf", "Co", "Cs"} or not any(kind.startswith("L") for kind in kinds):
        raise PydanticCustomError("name", "must be a name")
    return kept


class ReceiptIn(BaseModel):
    """A receipt to post."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [{"layer": "acted", "at": "2026-03-09T08:31:00Z", "by": "A. Fraser, safeguarding lead"}]
        },
    )

    layer: Literal["collected", "opened", "acted"] = Field(
        description="How far it came: collected by your system, opened by a named person, or acted on."
    )
    at: Annotated[AwareDatetime, BeforeValidator(_text)] = Field(
        description="When, with its offset. One in the future is read as now; one before the delivery came is refused."
    )
    by: Annotated[str, Field(max_length=200), AfterValidator(_clean)] | None = Field(
        default=None, repr=False, description="Who: needed from `opened` on. Kept sealed."
    )

    acknowledged: Annotated[list[Caveat], Field(max_length=len(Caveat))] = Field(
        default_factory=list,
        description="Codes of the delivery's `handling` that whoever opened it or acted knows of. With `by`.",
    )

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.by is None and (self.acknowledged or self.layer != "collected"):
            raise PydanticCustomError("by_missing", "by is needed: who opened it or acted")
        return self

    @property
    def reached(self) -> Layer:
        """The layer as a fact."""
        return Layer[self.layer.upper()]


class ReceiptOut(BaseModel):
    """A receipt that stands."""

    delivery_id: UUID
    layer: LayerWord = Field(description="The highest layer so far; a late lower receipt never lowers it.")
    new: bool = Field(description="False: this receipt was there already, and nothing changed.")


class InboxItem(BaseModel):
    """One delivery, without content."""

    delivery_id: UUID
    type: str = Field(description="CloudEvents type, e.g. uk.concernhub.disclosure.v1.")
    tier: Tier
    received_at: datetime
    due_by: datetime = Field(description="When help must have arrived: `by`, or earlier by the time that its tier has.")
    by: datetime | None = Field(description="The deadline of the rule itself; null where it has none.")
    layer: LayerWord = Field(description="The highest layer so far.")


class InboxPage(BaseModel):
    """Newest first. `next`: pass it as `after` for the following page; null on the last."""

    deliveries: list[InboxItem]
    next: UUID | None


class CloudEvent(BaseModel):
    """CloudEvents 1.0. `data` holds what may be shown, item by item under `items`; of a notice, ids and a reason.

    Its `handling`, if there, lists how the source wants it handled: each caveat's `code`, which a receipt acknowledges,
    and a `sentence` for whoever reads.
    """

    specversion: Literal["1.0"]
    id: UUID = Field(description="The delivery's id.")
    source: str
    type: str
    time: datetime
    datacontenttype: str
    dueby: datetime = Field(description="When help must have arrived, as `due_by` in the list.")
    data: dict[str, Any]


class WebhookKey(BaseModel):
    """A key that webhooks are signed with."""

    key_id: str
    public_key: str = Field(description="Standard Webhooks form: whpk_ and the Ed25519 public key in base64.")


class WebhookKeys(BaseModel):
    """Current key first."""

    keys: list[WebhookKey]


class Fault(BaseModel):
    """What is wrong with one field. Nothing that was sent is repeated."""

    field: str
    fault: str


class ErrorOut(BaseModel):
    """An error."""

    error: str = Field(description="A code: unauthorised, not_found, invalid, too_large, too_many, unavailable, ...")
    message: str
    faults: list[Fault] = Field(default_factory=list)


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "literal_error": "must be one of collected, opened and acted",
    "enum": "must hold codes of `handling`",
    "list_type": "must be a list",
    "too_long": "holds too many entries",
    "string_type": "must be text",
    "string_too_long": "is too long",
    "string_too_short": "is too short",
    "timezone_aware": "must have an offset, such as Z",
    "datetime_from_date_parsing": "must be an instant such as 2026-03-09T08:45:00Z",
    "datetime_parsing": "must be an instant such as 2026-03-09T08:45:00Z",
    "instant": "must be text such as 2026-03-09T08:45:00Z",
    "name": "must be a name: with a letter in it, and without control characters",
    "by_missing": "is needed: who opened it or acted",
    "json_invalid": "is not JSON",
    "uuid_parsing": "must be a UUID",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}
_FIELDS = frozenset({"layer", "at", "by", "acknowledged", "limit", "after", "delivery_id"})


def read_faults(errors: list[Any]) -> list[Fault]:
    """Faults in plain words from pydantic's errors: known field names and known sentences only."""
    found = []
    for error in errors[:10]:
        named = next((str(step) for step in reversed(error["loc"]) if step in _FIELDS), "body")
        field = "by" if error["type"] == "by_missing" else named
        found.append(Fault(field=field, fault=_SENTENCES.get(error["type"], "is not valid")))
    return found
