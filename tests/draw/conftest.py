"""How wide words are in a real font, for tests of pictures."""

import pytest


@pytest.fixture(scope="session")
def width_in_font(matplotlib):
    """Return a function (text, size, bold) -> width in DejaVu Sans, a wide font."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    def measure(text, size, bold=False):
        font = FontProperties(
            family="DejaVu Sans", size=size, weight="bold" if bold else "normal"
        )
        width, _, _ = TextToPath().get_text_width_height_descent(text, font, False)
        return width

    return measure
