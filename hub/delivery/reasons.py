"""Why an attempt failed, and why a delivery is held or cancelled, in sentences."""

from __future__ import annotations

from enum import StrEnum

from hub.facts.terms import Unsent


class Fault(StrEnum):
    """Why one attempt did not deliver."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    BUSY = "busy"  # 408, 425, 429
    SERVER_ERROR = "server_error"  # 5xx
    UNAUTHORISED = "unauthorised"  # 401, 403
    GONE = "gone"  # 404, 410
    REDIRECTED = "redirected"  # 3xx: a redirect is never followed
    REFUSED = "refused"  # another 4xx
    MESSAGE_INVALID = "message_invalid"  # 400, 413, 422
    INSECURE_ADDRESS = "insecure_address"
    NO_ADDRESS = "no_address"
    HUB_FAULT = "hub_fault"


DECIDABLE = frozenset(
    {Unsent.ISP_NOT_IN_FORCE, Unsent.REGISTRATION_ENDED, Unsent.RECIPIENT_KEY_CHANGED, Unsent.NO_RECIPIENT_KEY}
)
"""What deciding anew answers."""

EXPLANATIONS: dict[Unsent, str] = {
    Unsent.ENDPOINT_REFUSED: "The recipient's endpoint refuses it, and there is no other channel.",
    Unsent.MESSAGE_INVALID: "The recipient's endpoint says the message is wrong, and there is no other channel.",
    Unsent.DEADLINE_MISSED: "It was not taken by its deadline, nor within the time that the hub goes on trying.",
    Unsent.ATTEMPTS_EXHAUSTED: "It was tried as often as the hub tries anything.",
    Unsent.NO_CHANNEL: "The recipient has no channel that this hub can deliver by and whose reader could open it.",
    Unsent.NO_RECIPIENT_KEY: "The recipient has no key to seal to.",
    Unsent.BY_OPERATOR: "An operator holds it.",
    Unsent.RETRACTED: "The source retracted it before it was sent.",
    Unsent.CORRECTED: "The source corrected the concern before it was sent.",
    Unsent.DECIDED_ANEW: "It was decided anew: what came of that is another delivery, or none.",
    Unsent.ISP_NOT_IN_FORCE: "The ISP that allowed it is no longer in force between source and recipient.",
    Unsent.REGISTRATION_ENDED: "The child's registration with the recipient has ended.",
    Unsent.RECIPIENT_KEY_CHANGED: "It is sealed to a key that the recipient no longer uses.",
}
