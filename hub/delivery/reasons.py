"""Why an attempt failed: a closed list, for logs."""

from __future__ import annotations

from enum import StrEnum


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
    CLOSED_NETWORK = "closed_network"  # this machine, or a private network that no setting allows
    HUB_FAULT = "hub_fault"
