"""Finding the entry that answers a question: pure functions over an index built at load."""
