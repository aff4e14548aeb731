"""How large, how long and how often interrupted: what holds all the same.

`python tests/test_limits.py` does it in full: Ctrl-C at every bytecode of a step and of
`backward`, at each seventh of `save` and some of `fit`, a chain of 10,000,000 nodes;
minutes and 5 GB.
"""

import copy
import gc
import io
import math
import pickle
import sys
import tempfile
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import redirect_stderr
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from tinygrad_edu import (
    MLP,
    Adam,
    Value,
    dot,
    fit,
    load,
    nn,
    optim,
    record,
    save,
    total,
)

pytestmark = pytest.mark.machine

#: In CI only one in so many bytecodes is interrupted.
ONE_IN = 41


def interrupted_at(count, work):
    """Run some work, and press Ctrl-C before its bytecode of that number.

    Returns:
        Whether it was pressed: the work has as many bytecodes.
    """
    left = count

    def press(frame, event, argument):
        nonlocal left
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left < 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return press

    before = sys.gettrace()
    sys.settrace(press)
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return left < 0


def at_each(make, holds, one_in):
    """Interrupt fresh work at one in so many bytecodes; return how many there were."""
    # The first run imports, and compiles what is compiled once.
    make()[0]()
    places = 0
    while True:
        work, things = make()
        pressed = interrupted_at(places * one_in, work)
        gc.enable()
        assert holds(*things), places * one_in
        if not pressed:
            return places
        places += 1


def interrupt_step(one_in):
    def make():
        parameters = [Value(1.0), Value(-2.0)]
        optimiser = Adam(parameters, 0.1)
        parameters[0].grad, parameters[1].grad = 0.5, -0.25
        return optimiser.step, (optimiser,)

    after = make()[1][0]
    before = copy.deepcopy(after)
    after.step()

    def state(optimiser):
        numbers = [p.data for p in optimiser.parameters]
        return numbers, [list(kind) for kind in optimiser.memory], optimiser.steps

    def holds(optimiser):
        return state(optimiser) in (state(before), state(after))

    return at_each(make, holds, one_in)


def interrupt_backward(one_in):
    def make():
        x = Value(0.5)
        root = (x * x + x).tanh() * x
        return root.backward, (root, x)

    def holds(root, x):
        # The numbers are as they were, and the next pass is right.
        t = math.tanh(0.75)
        value = root.data
        root.zero_grad()
        root.backward()
        return (value, x.grad) == pytest.approx(
            (t * 0.5, t + 0.5 * (1 - t * t) * 2.0), abs=1e-15
        )

    return at_each(make, holds, one_in)


def interrupt_save(one_in, folder):
    path = Path(folder, "model.json")
    save(MLP(1, [1], seed=0), path)
    old = path.read_bytes()
    save(MLP(1, [1], seed=1), path)
    new = path.read_bytes()

    def make():
        path.write_bytes(old)
        return (lambda: save(MLP(1, [1], seed=1), path)), ()

    def holds():
        load(path)
        return path.read_bytes() in (old, new)

    return at_each(make, holds, one_in)


def interrupt_fit(one_in):
    rows = [[i / 7, (i * 3 % 5) / 5] for i in range(12)]
    targets = [x * y for x, y in rows]
    options = {"epochs": 2, "batch_size": 4, "engine": "replay", "progress": False}

    def make():
        model, histories = MLP(2, [3, 1], "tanh", seed=0), []
        work = partial(fit, model, rows, targets, **options)
        return (lambda: histories.append(work())), (model, histories)

    before = [p.data for p in make()[1][0].parameters()]

    def holds(model, histories):
        # Before it begins, while it looks at its arguments, Ctrl-C is the caller's.
        return histories or [p.data for p in model.parameters()] == before

    return at_each(make, holds, one_in)


def test_a_training_ends_and_not_the_program_wherever_ctrl_c_comes():
    assert interrupt_fit(240 * ONE_IN) > 5


def test_a_step_is_whole_or_not_at_all_wherever_ctrl_c_comes():
    assert interrupt_step(ONE_IN) > 5


def test_backward_is_right_again_wherever_ctrl_c_came():
    assert interrupt_backward(ONE_IN) > 5


def test_a_file_is_the_old_or_the_new_one_wherever_ctrl_c_comes(tmp_path):
    assert interrupt_save(10 * ONE_IN, tmp_path) > 20


def chain(length):
    x = Value(1.0)
    node = x
    for _ in range(length):
        node = node * 1.0
    node.backward()
    return x.grad


def test_a_dot_of_a_million_numbers():
    count = 1_000_000
    w, x = Value(2.0), Value(0.5)
    node = dot([w] * count, [x] * count)
    node.backward()
    assert (node.data, w.grad, x.grad) == (1e6, 5e5, 2e6)


def test_a_network_of_ten_thousand_layers():
    model = MLP(1, [1] * 10_000, "linear", initialiser="zeros", seed=0)
    for p in model.parameters():
        p.data = 1.0 if p.label.endswith("w0") else 0.0
    x = Value(3.0)
    y = model([x])
    y.backward()
    assert (y.data, x.grad, len(model.parameters())) == (3.0, 1.0, 20_000)
    assert copy.deepcopy(model).parameters()[-1].data == 0.0


def test_ten_thousand_steps_keep_no_memory():
    model = MLP(2, [3, 1], "tanh", seed=0)
    optimiser = Adam(model.parameters(), 0.001)

    def steps(count):
        for i in range(count):
            optimiser.zero_grad()
            ((model([0.5, i % 7]) - 1.0) ** 2).backward()
            optimiser.step()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    steps(100)
    tracemalloc.start()
    try:
        before = steps(100)
        after = steps(10_000)
    finally:
        tracemalloc.stop()
    assert after - before < 10_000


def task(seed):
    """Train in a thread or a process of its own: a function that can be pickled."""
    model = MLP(1, [3, 1], "tanh", seed=seed)
    rows = [[i / 20] for i in range(40)]
    schedule = optim.schedules.cosine(0.1, 5)
    fit(
        model,
        rows,
        [x * x for (x,) in rows],
        epochs=5,
        learning_rate=schedule,
        seed=seed,
        progress=False,
    )
    return [p.data for p in model.parameters()]


def test_threads_train_what_one_after_the_other_would():
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(task, range(4))) == list(map(task, range(4)))


def test_processes_hand_models_schedules_and_recordings_on():
    x = Value(3.0, label="x")
    things = [
        MLP(1, [2], seed=0),
        optim.schedules.step(0.8, 2, 0.5),
        record(x * x, [x]),
    ]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        model, schedule, recording = pool.map(copy.copy, things)
    assert [p.data for p in model.parameters()] == [
        p.data for p in things[0].parameters()
    ]
    assert schedule(2) == 0.4
    assert recording(5.0) == 25.0


def test_what_is_kept_can_be_pickled_and_copied():
    model = MLP(2, [2, 1], seed=0)
    rows = [[0.5, 1.0], [1.0, -1.0]]
    x = Value(2.0, "x")
    things = {
        "model": model,
        "history": fit(model, rows, [1.0, 0.0], epochs=2, progress=False),
        "optimiser": Adam(model.parameters()),
        "schedule": optim.schedules.linear(0.1, 5),
        "recording": record(x * x, [x]),
        "dropout": nn.Dropout(0.5, seed=0),
        "steps": list((x * x).backward_steps()),
    }
    for name, thing in things.items():
        for made in (pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing)):
            assert type(made) is type(thing), name
            # Functions show where they lie.
            assert name == "schedule" or repr(made) == repr(thing), name


def main():
    print(f"{interrupt_step(1):,} bytecodes of a step interrupted")
    print(f"{interrupt_backward(1):,} bytecodes of backward interrupted")
    with redirect_stderr(io.StringIO()):
        # Where each training ended is not told here.
        count = interrupt_fit(997)
    print(f"{count:,} bytecodes of fit interrupted")
    with tempfile.TemporaryDirectory() as folder:
        # Of 50,000, most are those of Python's own json.
        print(f"{interrupt_save(7, folder):,} bytecodes of save interrupted")
    assert chain(10_000_000) == 1.0
    print("a chain of 10,000,000 products, and its gradient")
    values = [Value(1.0)] * 10_000_000
    node = total(values)
    node.backward()
    assert values[0].grad == 1e7
    print("a sum of 10,000,000 values, and its gradient")


if __name__ == "__main__":
    main()
