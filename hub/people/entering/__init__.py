"""The ways in: an organisation's identity provider, or a passkey by invitation."""
