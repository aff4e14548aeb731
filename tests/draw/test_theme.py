"""Colours: words can be read on them, and sign and size can be told."""

import itertools

import pytest

from tinygrad_edu import language
from tinygrad_edu.draw.theme import (
    DARK,
    FONT,
    LIGHT,
    THEMES,
    font,
    largest_of,
    line_width,
    strength,
    theme_named,
)

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=list(THEMES))
SHARES = [i / 20 for i in range(-20, 21)]


def luminance(colour):
    """Return the relative luminance of #rrggbb, after WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@BOTH
def test_words_can_be_read_on_every_fill(theme):
    for share in SHARES:
        assert contrast(theme.text, theme.fill(share, 1.0)) >= 4.5, share
    for colour in (theme.text, theme.faint):
        assert contrast(colour, theme.background) >= 4.5


@BOTH
def test_lines_can_be_seen_on_the_background(theme):
    for colour in (theme.positive_line, theme.negative_line, theme.faint):
        assert contrast(colour, theme.background) >= 3


@BOTH
def test_greyscale_tells_signs_and_neighbouring_lines_apart(theme):
    assert contrast(theme.positive, theme.negative) >= 1.8
    assert contrast(theme.positive_line, theme.negative_line) >= 1.8
    for i in range(len(theme.lines)):
        assert contrast(theme.line_colour(i), theme.background) >= 3
        assert contrast(theme.line_colour(i), theme.line_colour(i + 1)) >= 1.8


@BOTH
def test_a_larger_number_has_more_colour(theme):
    def distance(colour):
        return sum(
            abs(int(colour[i : i + 2], 16) - int(theme.neutral[i : i + 2], 16))
            for i in (1, 3, 5)
        )

    for sign in (1, -1):
        sizes = [distance(theme.fill(sign * i / 10, 1.0)) for i in range(11)]
        assert all(a < b for a, b in itertools.pairwise(sizes))
    assert theme.fill(0.0, 1.0) == theme.neutral
    assert theme.fill(7.0, 7.0) == theme.positive
    assert theme.fill(-7.0, 7.0) == theme.negative


@BOTH
def test_sign_is_told_by_colour(theme):
    assert theme.line(2.0) == theme.positive_line
    assert theme.line(-2.0) == theme.negative_line
    assert theme.line(0.0) == theme.faint


@BOTH
@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_has_a_colour_of_its_own(theme, number):
    # Not that of 0, nor that of the largest.
    assert theme.fill(number, 1.0) == theme.strange
    assert theme.line(number) == theme.strange_line
    assert contrast(theme.text, theme.strange) >= 4.5
    assert contrast(theme.strange_line, theme.background) >= 3


@BOTH
def test_the_words_of_a_step_can_be_read_and_told_apart(theme):
    roles = (theme.old, theme.local, theme.upstream)
    assert len(set(roles)) == 3
    for colour in roles:
        assert contrast(colour, theme.background) >= 4.5
        assert contrast(colour, theme.neutral) >= 4.5


@BOTH
def test_eight_classes_have_eight_colours(theme):
    assert len({theme.class_colour(i) for i in range(8)}) == 8


def test_what_is_not_finite_has_a_place_on_the_scale():
    assert strength(float("nan"), 1.0) == 0
    assert strength(float("-inf"), 1.0) == 1
    assert largest_of([float("nan"), float("inf"), -2.0]) == 2
    assert largest_of([]) == 0
    assert line_width(float("inf"), 0.0) == 6.0


def test_a_hundredth_shows_a_tenth():
    assert strength(0.01, 1.0) == pytest.approx(0.1)


def test_a_theme_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no theme 'pink'"):
        theme_named("pink")


NO_NAMES = [["light"], {}, None, 3]


@pytest.mark.parametrize("theme", NO_NAMES)
def test_a_theme_that_is_no_name_is_refused(theme):
    with pytest.raises(ValueError, match="There is no theme"):
        theme_named(theme)


def test_chinese_fonts_are_named_where_chinese_is_spoken():
    assert font() == FONT
    with language("zh"):
        assert font().startswith("Helvetica,Arial,Noto Sans CJK SC,")
        assert "Microsoft YaHei" in font()
        assert font().endswith(",sans-serif")
