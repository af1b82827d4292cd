"""Conversations, properties, real browsers and real crashes."""
