"""The command line: `options` reads it; `main_job`, `tasks` and `explain` do it."""
