"""Feedback: codes, clocks, stories, figures, and which body a case belongs to. All of it pure."""
