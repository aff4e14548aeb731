"""Replay: a graph recorded once and run many times, on floats and on arrays."""

from tinygrad_edu.replay.recording import Recording, record

__all__ = ["Recording", "record"]
