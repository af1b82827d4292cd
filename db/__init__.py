"""The memory: what must survive a crash, in plain functions over a connection."""
