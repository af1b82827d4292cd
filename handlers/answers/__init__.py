"""Puts entries into words: every sentence is content or catalogue, nothing is made up here."""
