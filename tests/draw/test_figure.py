"""A plot shows itself once, as a picture, whatever matplotlib is set to."""


def test_a_plot_is_a_picture_of_its_own_that_pyplot_does_not_know(matplotlib):
    from matplotlib import pyplot

    from tinygrad_edu.draw.figure import Plot

    before = pyplot.get_fignums()
    plot = Plot(figsize=(2, 1))
    plot.subplots().plot([0, 1], [0, 1])
    picture, shown = plot._repr_png_()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    # Width and height stand in the header: 192 dots to the inch, shown in 72 places.
    assert [int.from_bytes(picture[i : i + 4], "big") for i in (16, 20)] == [384, 192]
    assert shown == {"width": 144, "height": 72}
    assert pyplot.get_fignums() == before


def test_a_font_that_was_chosen_stays(matplotlib):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from tinygrad_edu.draw.figure import Plot, families

    plot = Plot(figsize=(2, 1))
    axis = plot.subplots()
    axis.set_title("chosen", fontfamily="DejaVu Serif")
    axis.set_xlabel("not chosen")
    FigureCanvasAgg(plot).draw()
    assert axis.title.get_fontfamily() == ["DejaVu Serif"]
    assert axis.xaxis.label.get_fontfamily() == families()


def test_only_fonts_that_are_installed_are_asked_for(matplotlib):
    from matplotlib.font_manager import fontManager

    from tinygrad_edu.draw.figure import families

    assert set(families()) <= set(fontManager.get_font_names())
    assert "DejaVu Sans" in families()
