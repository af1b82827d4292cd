"""The words: everything the bot may say, where it comes from, and how it is read and checked."""
