"""The router's consumers: one subscriber and one worker thread for each tier, on one broker connection.

Kafka may be away when a process starts: it waits and tries again, and says so on /readyz.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat

from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from hub.facts.terms import Tier
from hub.kafka.subscriber import Process, TierState, subscribe
from hub.log import fault, logger

_START_WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(slots=True)
class Consuming:
    """Starts, reports and stops the subscribers. `process` gives each tier its own batch function."""

    bootstrap: str
    process: Callable[[Tier], Process]
    batch: int
    tiers: tuple[Tier, ...] = tuple(Tier)
    states: dict[Tier, TierState] = field(default_factory=dict)
    _brokers: dict[Tier, KafkaBroker] = field(default_factory=dict)

    async def run(self) -> None:
        """Start every tier, each on a connection of its own, as soon as Kafka answers."""
        await asyncio.gather(*(self._start(tier) for tier in self.tiers))

    async def _start(self, tier: Tier) -> None:
        for wait in chain(_START_WAITS_S, repeat(_START_WAITS_S[-1])):
            broker = KafkaBroker(self.bootstrap, logger=None, apply_types=False, allow_auto_create_topics=False)
            self.states[tier] = subscribe(broker, tier, self.process(tier), batch=self.batch)
            try:
                await broker.start()
            except (KafkaError, OSError) as error:
                logger().warning("kafka_away", tier=tier, fault=fault(error))
                await broker.stop()
                await asyncio.sleep(wait)
            else:
                self._brokers[tier] = broker
                return

    async def stop(self) -> None:
        """Leave the groups; a batch under way is finished by its own thread and known as a repeat afterwards."""
        brokers = list(self._brokers.values())
        self._brokers.clear()
        await asyncio.gather(*(broker.stop() for broker in brokers))

    async def decides(self) -> bool:
        """Whether no tier is putting batches back, for whatever reason: PostgreSQL, keys, schemas."""
        return not any(state.faults for state in self.states.values())

    async def answers(self) -> bool:
        """Whether Kafka answers on every tier."""
        if set(self._brokers) != set(self.tiers):
            return False
        return all(await asyncio.gather(*(broker.ping(timeout=2.0) for broker in self._brokers.values())))

    def faults(self) -> Mapping[Tier, int]:
        """Batches put back in a row, by tier."""
        return {tier: state.faults for tier, state in self.states.items()}
