"""How far a training is, in words."""

import pytest

from tinygrad_edu.training.progress import progress_bar


def test_what_is_not_shown_writes_nothing(capsys):
    with progress_bar(3, shown=False) as bar:
        bar.set_postfix_str("loss 1")
        bar.update(1)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("epochs", [1, 3])
def test_what_is_shown_ends_with_all_epochs_and_the_last_words(capsys, epochs):
    with progress_bar(epochs, shown=True) as bar:
        for epoch in range(epochs):
            bar.set_postfix_str(f"loss {epoch}")
            bar.update(1)
    told = capsys.readouterr().err
    assert f"{epochs}/{epochs}" in told
    assert f"loss {epochs - 1}" in told
