"""A plot shows itself once, as a picture, whatever matplotlib is set to."""


def test_a_plot_is_a_picture_of_its_own_that_pyplot_does_not_know(matplotlib):
    from matplotlib import pyplot

    from tinygrad_edu.draw.figure import Plot

    before = pyplot.get_fignums()
    plot = Plot(figsize=(2, 1))
    plot.subplots().plot([0, 1], [0, 1])
    picture = plot._repr_png_()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    # Width and height stand in the header: 90 dots to the inch.
    assert [int.from_bytes(picture[i : i + 4], "big") for i in (16, 20)] == [180, 90]
    assert pyplot.get_fignums() == before
