"""The program's figures for Prometheus; none of them tells who or what was said."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
TAKEN = Counter(
    "motcua_messages", "Messages taken, by how that ended", ["channel", "result"], registry=REGISTRY
)
SENT = Counter(
    "motcua_deliveries",
    "Attempts to send, by how they ended",
    ["channel", "state"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "motcua_message_seconds",
    "From a message's arrival to its committed reply",
    ["channel"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
QUEUED = Gauge("motcua_queue", "Messages in the queue", ["channel", "state"], registry=REGISTRY)
LAG = Gauge("motcua_queue_lag_seconds", "Age of the oldest message that is due", registry=REGISTRY)
HEARD = Gauge(
    "motcua_channel_heard_timestamp_seconds",
    "When the platform last answered",
    ["channel"],
    registry=REGISTRY,
)
DATABASE = Gauge("motcua_database_up", "1 where the database answers", registry=REGISTRY)
HOLDS = Gauge("motcua_sender", "1 where this process sends, 0 where another may", registry=REGISTRY)
REMINDED = Counter("motcua_reminders_queued", "Reminders put into the queue", registry=REGISTRY)
EXPECTED = Gauge(
    "motcua_reminders_expected", "Notices of the last days that must be queued", registry=REGISTRY
)
MISSING = Gauge(
    "motcua_reminders_missing", "Notices of the last days that are not queued", registry=REGISTRY
)
TICK = Gauge(
    "motcua_reminders_tick_timestamp_seconds",
    "When reminders were last worked out",
    registry=REGISTRY,
)


def exposition() -> bytes:
    """Give all figures in the text format."""
    return generate_latest(REGISTRY)
