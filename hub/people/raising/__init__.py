"""Raising a concern from a page: the questions of a good referral, kept sealed until they go through the bridge."""
