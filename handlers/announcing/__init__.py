"""Announcements: how one is worded and shown, the same in the preview and when it is sent. Pure."""
