"""Simulated years of reporting: crashes, outages, storms, clocks that jump, people who leave."""
