"""Models in files: `architecture` turns a model into data, `files` writes and reads."""

from tinygrad_edu.saving.files import load, save

__all__ = ["load", "save"]
