"""Measurements, one question a file; `python -m benchmarks` lists them. They use the public names only."""
