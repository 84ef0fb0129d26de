"""Benchmarks: they print ratios from one run on one machine and assert nothing."""
