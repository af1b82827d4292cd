"""The channels: how messages come in from a platform and how replies are shown on it."""
