"""Models in files: `architecture` turns a model into data, `files` writes and reads.

How a file is written, `whole` or not at all, pictures and pages share.
"""

from tinygrad_edu.saving.files import load, save

__all__ = ["load", "save"]
