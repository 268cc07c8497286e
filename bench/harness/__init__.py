"""What bench/run measures and how: a module per workload, a table per module."""
