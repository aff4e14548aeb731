"""The command line: `options` reads it, and each job has a file."""
