"""What the figures of the design are measured with: `python -m benchmarks.NAME`, on the machine that is meant."""
