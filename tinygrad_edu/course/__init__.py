"""Exercises that answer: right, or which mistake it is; hints; what is done so far.

Each lesson has one file with its exercises. `exercise` says what one holds, `reading`
how an answer is read, `judging` how it is compared, `desk` what a notebook calls.
"""

from tinygrad_edu.course.desk import check, hint, progress, use

__all__ = ["check", "hint", "progress", "use"]
