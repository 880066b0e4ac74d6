"""The append-only ledger: every kind of entry in one list (`kinds`), how one is made, written and verified."""
