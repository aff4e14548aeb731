"""What the browser tests of the player share: graphs, and how to read a page."""

import pytest

from tinygrad_edu import MLP, Value, nn, play


def example(a=2.0, b=-3.0):
    """L = tanh(a·b + a), with a node that is used twice."""
    a, b = Value(a, label="a"), Value(b, label="b")
    e = a * b
    e.label = "e"
    loss = (e + a).tanh()
    loss.label = "L"
    return loss


def network():
    """The loss of a 2-2-2 network of sigmoids on one row; 35 nodes."""
    model = MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid", seed=0)
    inputs = [Value(0.5, label="x1"), Value(-1.0, label="x2")]
    loss = nn.mse(model(inputs), [0.0, 1.0])
    loss.label = "L"
    return loss


def large():
    """A graph of some 170 nodes and 350 edges, whose neurons are closed at first."""
    model = MLP(3, [8, 8, 1], activation="tanh", seed=0)
    loss = (model([0.5, -1.0, 2.0]) - 1.0) ** 2
    loss.label = "L"
    return loss


def open_player(tab, root, path, *, moving=False, state="", **options):
    """Open the player of a root; without `moving` as for who wants no motion."""
    play(root, **options).save(path)
    tab.emulate_media(reduced_motion="no-preference" if moving else "reduce")
    tab.goto(f"{path.as_uri()}{state}")


def equation(tab):
    return tab.text_content("#equation")


def counter(tab):
    return tab.text_content("#counter")


def go(tab, position):
    """Move the slider, as a hand does."""
    tab.fill("#slider", str(position))


def last(tab):
    return int(tab.get_attribute("#slider", "max"))


def all_equations(tab):
    """Return the (counter, equation) of every position of the slider."""
    return tab.evaluate(
        """() => {
          const slider = document.getElementById("slider");
          const told = [];
          for (let i = 0; i <= Number(slider.max); i++) {
            slider.value = i;
            slider.dispatchEvent(new Event("input"));
            const words = ["counter", "equation"].map(
              (id) => document.getElementById(id).textContent);
            told.push(words);
          }
          return told;
        }"""
    )


def rows(tab, kind):
    """Return what the boxes show as "data" or "grad", by the position of the node."""
    return tab.evaluate(
        f"""() => Object.fromEntries([...document.querySelectorAll(".node")]
          .filter((node) => node.querySelector("text.{kind}"))
          .map((node) => [
            Number(node.id.replace("node", "")),
            node.querySelector("text.{kind}").textContent]))"""
    )


def backward_lines(root):
    """Return the lines of the backward pass, without their numbers."""
    lines = [repr(step).split(": ", 1)[1] for step in root.backward_steps()]
    root.zero_grad()
    return lines


def set_leaf(tab, name, number):
    """Type a number into the field of a leaf."""
    field = tab.get_by_label(f"{name}, number", exact=True)
    field.fill(str(number))
    field.press("Enter")
    field.blur()


def until(tab, condition):
    """Wait for a condition; Playwright's own way needs `eval`, which pages forbid."""
    for _ in range(200):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(50)
    pytest.fail(f"{condition} did not come true")
