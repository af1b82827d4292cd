"""The bench: how often the bot is right, what slips of typing cost it, how fast it is."""
