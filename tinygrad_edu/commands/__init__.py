"""What `python -m tinygrad_edu` can do, one job to a file."""
