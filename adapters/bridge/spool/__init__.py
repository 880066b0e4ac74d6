"""Sealed events on disk, from "accepted" until Kafka has them: kept, locked, published."""
