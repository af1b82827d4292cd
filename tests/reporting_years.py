"""Simulated years of reporting: officials, outages, crashes and clocks that jump, on a real queue.

One seed is one history. The model keeps its own account of what each person must have been told,
from the notices alone, and compares it with what the platform got.
"""
