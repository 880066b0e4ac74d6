"""Kafka at the two ends: topics, the subscriber of each tier, and the relay of the outbox."""
