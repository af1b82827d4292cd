"""Reports: when each is due, who is reminded when, and how it stands. All of it pure."""
