"""Parameters at which something happens."""

from tinygrad_edu import Value


class Trap(Value):
    """A parameter at which someone presses Ctrl-C."""

    __slots__ = ("armed",)

    @property
    def data(self):
        return self._data

    @data.setter
    def data(self, number):
        self._data = number
        if self.armed:
            self.armed = False
            raise KeyboardInterrupt
