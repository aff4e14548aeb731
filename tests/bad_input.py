"""Every public callable with every kind of bad argument: what the rule is.

A call works; or it raises one of the package's errors, a TypeError or a ValueError, by
a `raise` of the package's own and not in Python's words, which says what was given and
what is wanted. What is not for the caller to mend (a file that is not there, a module
that is not installed) is an OSError or an ImportError. Nothing is half-changed.
"""

import dis
import inspect
import math
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from pathlib import Path

import tinygrad_edu
from tinygrad_edu import MLP, SGD, Adam, AdamW, Value, data, draw, nn, optim, replay
from tinygrad_edu.ranges import said
from tinygrad_edu.training import fit

HOME = Path(tinygrad_edu.__file__).parent
ROOMS = (tinygrad_edu, nn, optim, data, draw, optim.schedules, replay)


def public_callables():
    """Return what users call: functions and classes, and the methods of classes."""
    found = {}
    for room in ROOMS:
        for name in getattr(room, "__all__", None) or dir(room):
            thing = getattr(room, name)
            is_error = inspect.isclass(thing) and issubclass(thing, Exception)
            is_ours = getattr(thing, "__module__", "").startswith("tinygrad_edu")
            is_public = is_ours and not name.startswith("_") and not is_error
            if callable(thing) and is_public:
                found[f"{thing.__module__}.{thing.__qualname__}"] = thing
    methods = {}
    for name, thing in found.items():
        if inspect.isclass(thing):
            for key, method in vars(thing).items():
                if inspect.isfunction(method) and not key.startswith("_"):
                    methods[f"{name}.{key}"] = method
            if inspect.isfunction(getattr(thing, "__call__", None)):  # noqa: B004
                methods[f"{name}.__call__"] = thing.__call__
    made = {f"{name}.__call__": schedule for name, schedule in SCHEDULES.items()}
    return {**found, **methods, **made}


SCHEDULES = {
    "constant": optim.schedules.constant(0.1),
    "step": optim.schedules.step(0.1, 2, 0.5),
    "linear": optim.schedules.linear(0.1, 5),
    "cosine": optim.schedules.cosine(0.1, 5),
}


#: Things of every kind and size, by what they are called; each is made anew.
BAD = {
    "None": lambda: None,
    "True": lambda: True,
    "nan": lambda: math.nan,
    "inf": lambda: math.inf,
    "-0.0": lambda: -0.0,
    "-1": lambda: -1,
    "0": lambda: 0,
    "2.5": lambda: 2.5,
    "1e300": lambda: 1e300,
    "too long to be written": lambda: 10**5000,
    "no float": lambda: -(10**400),
    "no floats in a list": lambda: [10**400, -(10**5000)],
    "no floats in rows": lambda: [[10**5000, 10**400]] * 3,
    "complex": lambda: 1j,
    "text": lambda: "nothing",
    "no text": lambda: "",
    "bytes": lambda: b"bytes",
    "hostile text": lambda: '<script>"&\\\n\x00{}%s',
    "empty list": lambda: [],
    "a number in a list": lambda: [1.0],
    "lists of unlike lengths": lambda: [[1.0], [1.0, 2.0]],
    "a None in a list": lambda: [None],
    "a text in a list": lambda: ["a"],
    "a nan in a list": lambda: [math.nan],
    "dict": lambda: {"a": 1},
    "set": lambda: {1, 2},
    "object": object,
    "generator": lambda: (x for x in [1.0, 2.0]),
    "function": lambda: lambda *_: None,
    "class": lambda: int,
    "NumPy scalar": lambda: import_module("numpy").float64(0.5),
    "NumPy integer": lambda: import_module("numpy").int64(3),
    "NumPy array": lambda: import_module("numpy").array([0.5, 1.5]),
    "empty array": lambda: import_module("numpy").zeros((0, 2)),
    "Value": lambda: Value(0.5),
    "interior": lambda: Value(0.5) * 2,
    "model": lambda: MLP(2, [1], seed=0),
}


#: Valid arguments, by callable and parameter, or by parameter alone.
SPECIAL = {
    ("grad", "output"): lambda w: w.root,
    ("grad", "inputs"): lambda w: [w.leaf],
    ("hessian", "output"): lambda w: w.root,
    ("hessian", "inputs"): lambda w: [w.leaf],
    ("jacobian", "outputs"): lambda w: [w.root],
    ("jacobian", "inputs"): lambda w: [w.leaf],
    ("record", "outputs"): lambda w: w.root,
    ("record", "inputs"): lambda w: [w.leaf],
    ("check_gradients", "function"): lambda w: lambda x: x * x,
    ("check_gradients", "inputs"): lambda w: [2.0],
    ("draw_curve", "function"): lambda w: lambda x: x * x,
    ("dot", "inputs"): lambda w: [1.0, 2.0],
    ("largest", "values"): lambda w: [1.0, 2.0],
    ("cross_entropy", "logits"): lambda w: [1.0, 2.0],
    ("cross_entropy", "targets"): lambda w: 1,
    ("binary_cross_entropy", "logits"): lambda w: [1.0, 2.0],
    ("binary_cross_entropy", "targets"): lambda w: [1.0, 0.0],
    ("attend", "values"): lambda w: w.rows,
    ("attention_weights", "query"): lambda w: w.rows[0],
    ("attention_weights", "keys"): lambda w: w.rows,
    ("unroll", "cell"): lambda w: nn.RNNCell(2, 2, seed=0),
    ("Dataset", "features"): lambda w: w.rows,
    ("Dataset", "targets"): lambda w: [1, 0, 1],
    ("Dataset", "feature_names"): lambda w: ["x", "y"],
    ("Dataset", "class_names"): lambda w: ["no", "yes"],
    ("Dataset", "source"): lambda w: "made here",
    ("Sequential", "layers"): lambda w: nn.Linear(2, 1),
    ("Unflatten", "shape"): lambda w: 2,
    ("continue_symbols", "model"): lambda w: nn.CharRNN(3, seed=0),
    ("mse", "targets"): lambda w: [0.0, 1.0],
    ("step", "start"): lambda w: 0.1,
    ("__call__", "inputs"): lambda w: [0.5, -1.0],
    ("__call__", "epoch"): lambda w: 1,
    ("__call__", "numbers"): lambda w: 0.5,
    ("__call__", "args"): lambda w: 0.5,
    ("value_and_gradient", "numbers"): lambda w: 0.5,
    ("graph", "args"): lambda w: 0.5,
    ("array_source", "batched"): lambda w: "leaf",
    ("function", "world"): lambda w: "numpy",
    ("Neuron", "nin"): lambda w: 2,
}

USUAL = {
    "activation": lambda w: "tanh",
    "by": lambda w: 0.1,
    "cell": lambda w: "rnn",
    "context": lambda w: 4,
    "count": lambda w: 3,
    "data": lambda w: 2.0,
    "end": lambda w: 0,
    "every": lambda w: 2,
    "factor": lambda w: 0.5,
    "features": lambda w: w.rows,
    "hidden_size": lambda w: 2,
    "high": lambda w: 1.0,
    "history": lambda w: _history(),
    "in_channels": lambda w: 1,
    "index": lambda w: 0,
    "input_size": lambda w: 2,
    "inputs": lambda w: w.rows,
    "kernel_size": lambda w: 2,
    "keys": lambda w: w.rows,
    "leaf": lambda w: w.leaf,
    "learning_rate": lambda w: 0.1,
    "length": lambda w: 3,
    "longest": lambda w: 4,
    "low": lambda w: -1.0,
    "max_norm": lambda w: 1.0,
    "model": lambda w: w.model,
    "nin": lambda w: 2,
    "node": lambda w: w.leaf,
    "nout": lambda w: 2,
    "nouts": lambda w: [2, 1],
    "numbers": lambda w: [0, 1],
    "others": lambda w: data.make_xor(),
    "out_channels": lambda w: 1,
    "output": lambda w: Value(1.0),
    "outputs": lambda w: [1.0, 2.0],
    "parameters": lambda w: w.model.parameters(),
    "path": lambda w: w.folder / "written.json",
    "picture": lambda w: w.root,
    "queries": lambda w: w.rows,
    "rate": lambda w: 0.1,
    "root": lambda w: w.root,
    "rows": lambda w: w.rows,
    "scores": lambda w: [1.0, -1.0],
    "sequence": lambda w: w.rows,
    "signs": lambda w: [1, -1],
    "size": lambda w: 2,
    "start": lambda w: 0.1,
    "symbols": lambda w: [1],
    "target": lambda w: 1,
    "targets": lambda w: w.targets,
    "test": lambda w: 1.0,
    "text": lambda w: "ab",
    "texts": lambda w: ["ab", "ba"],
    "train": lambda w: data.make_xor(),
    "values": lambda w: [1.0, 2.0],
    "weights": lambda w: [1.0, 2.0],
    "x": lambda w: 1.0,
    "y": lambda w: 2.0,
}


OWNERS = {
    "Value": lambda w: w.leaf,
    "Module": lambda w: w.model,
    "Optimiser": lambda w: w.optimiser,
    "SGD": lambda w: w.optimiser,
    "Adam": lambda w: Adam(w.model.parameters()),
    "AdamW": lambda w: AdamW(w.model.parameters()),
    "Dataset": lambda w: data.make_xor(),
    "Vocabulary": lambda w: data.Vocabulary(["ab"]),
    "Dropout": lambda w: nn.Dropout(0.5, seed=0),
    "Recording": lambda w: replay.record(w.leaf * 3.0, [w.leaf]),
    "Replayed": lambda w: replay.replayed(lambda x: w.leaf * x),
    "TrainingFilm": lambda w: draw.TrainingFilm(w.model),
    "Page": lambda w: draw.play(w.root),
    "GraphPicture": lambda w: draw.draw_dot(w.root),
}


class World:
    """Valid arguments for every callable, and what must not be half-changed."""

    def __init__(self, folder):
        self.model = MLP(2, [2, 1], seed=0)
        self.leaf = Value(2.0, "leaf")
        self.root = self.leaf * 3.0
        self.optimiser = SGD(self.model.parameters(), 0.1, momentum=0.5)
        self.rows = [[0.5, -1.0], [1.0, 2.0], [0.0, 0.3]]
        self.targets = [1.0, 0.0, 1.0]
        self.folder = folder

    def state(self):
        """Return all numbers that a refused call must leave alone."""
        nodes = [*self.model.parameters(), self.leaf, self.root]
        numbers = [(repr(node.data), repr(node.grad), node.label) for node in nodes]
        memory = [self.optimiser.memory, self.optimiser.steps]
        return numbers, repr(memory), self.rows, self.targets

    def arguments(self, name, parameter):
        """Return a valid argument, or the default of the parameter."""
        if (name, parameter.name) in SPECIAL:
            return SPECIAL[name, parameter.name](self)
        if parameter.default is not parameter.empty:
            return parameter.default
        return USUAL[parameter.name](self)

    def owner(self, name):
        """Return the object whose method of that name is called."""
        if name in OWNERS:
            return OWNERS[name](self)
        positional, named = arguments_for(self, getattr(nn, name), name)
        return getattr(nn, name)(*positional, **named)


#: What is not called, and why.
EXEMPT = {
    "GraphPicture": "graphviz's own class, with its checks",
    "Step": "made by backward_steps, never by a user",
    "Page": "made by play and playground",
    "show": "opens a browser",
    "ranges": "the checks themselves",
    "update": "called by the step of an optimiser, never by a user",
    "_op": "micrograd's, read by nobody",
    "options": "graphviz's own",
    "requires_grad": "whatever is given is answered",
}


#: Classes that a function of the table makes: their methods are called.
MADE = {"Recording": "record", "Replayed": "replayed"}


#: Parameters whose argument may be a function.
CALLED = {"cell", "function", "initialiser", "loss", "metric", "model", "optimiser"}

#: The bytecodes of `raise`.
RAISES = {dis.opmap["RAISE_VARARGS"], dis.opmap["RERAISE"]}

#: Those of Python that the package raises.
PLAIN_ERRORS = (TypeError, ValueError, OverflowError, IndexError)

#: Python's own words, graphviz's and NumPy's that say it all.
OWN_WORDS = (
    "expected str, bytes or os.PathLike object, not",
    "argument should be a str object or an os.PathLike object",
    "embedded null byte",
    "unknown format: ",
    "The truth value of an array with more than one element is ambiguous",
    "The truth value of an empty array is ambiguous",
)


def calls(folder):
    """Yield (callable, parameter, bad argument, a function that makes the call)."""
    for path, thing in public_callables().items():
        *_, first, name = path.split(".")
        if {name, first} & EXEMPT.keys() or name in MADE:
            continue
        said_name = f"{first}.{name}" if name == "__call__" else name
        for parameter in inspect.signature(thing).parameters.values():
            if parameter.name in ("self", *EXEMPT):
                continue
            for kind in BAD:
                yield (
                    said_name,
                    parameter.name,
                    kind,
                    partial(call, folder, thing, first, name, parameter.name, kind),
                )


def arguments_for(world, thing, name, given=(), bad=None, first=None):
    """Return arguments, by position and by name; `given` holds the bad one."""
    positional, named = [], {}
    for parameter in inspect.signature(thing).parameters.values():
        if parameter.name == "self":
            positional.append(world.owner(first))
        if parameter.name in ("self", *EXEMPT):
            continue
        if parameter.name == bad:
            (argument,) = given
        elif parameter.kind == parameter.VAR_KEYWORD:
            continue
        else:
            argument = world.arguments(name, parameter)
        if parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            named[parameter.name] = argument
        else:
            positional.append(argument)
    return positional, named


def call(folder, thing, first, name, bad, kind):
    """Make a call with one bad argument; return it, the error, and if all is whole."""
    world = World(folder)
    argument = BAD[kind]()
    positional, named = arguments_for(world, thing, name, [argument], bad, first)
    if name == "fit":
        named |= {"progress": False} if bad != "progress" else {}
        named["epochs"] = 1 if bad != "epochs" else argument
    before = world.state()
    try:
        thing(*positional, **named)
    except Exception as error:
        return argument, error, world.state() == before
    return argument, None, True


def complaint(parameter, argument, error, unchanged):
    """Return what is wrong with how a bad argument was met, or None."""
    if error is None:
        return None
    if not unchanged:
        return "half-changed"
    if isinstance(error, (OSError, ImportError)):
        return None
    ours = type(error).__module__ == "tinygrad_edu.errors"
    if not ours and not isinstance(error, PLAIN_ERRORS):
        return f"raises {type(error).__name__}"
    if callable(argument) and parameter in CALLED:
        # What it raises, or fails to give, is its writer's.
        return None
    if not _is_raised_by_us(error.__traceback__):
        if any(words in str(error) for words in OWN_WORDS):
            return None
        return "Python's own words"
    words = str(error)
    if words and _is_empty(argument):
        # Nothing was given, and the words say that something is needed.
        return None
    told = [said(argument)[:20], type(argument).__name__]
    if isinstance(argument, (str, Value)):
        told.append(str(argument)[:20])
    with suppress(TypeError):
        # A list is told by the element that does not fit, or by its length.
        told += [said(part)[:20] for part in argument]
    if callable(argument):
        told.append("function")
    counts = any(letter.isdigit() for letter in words)
    if not counts and not any(word and word in words for word in told):
        return "does not say what was given"
    return None


def _is_empty(argument):
    try:
        return len(argument) == 0
    except TypeError:
        return False


def _is_raised_by_us(place):
    # By a `raise`, and not while its words are put together.
    while place.tb_next is not None:
        place = place.tb_next
    code = place.tb_frame.f_code
    is_ours = Path(code.co_filename).is_relative_to(HOME)
    return is_ours and code.co_code[place.tb_lasti] in RAISES


@cache
def _history():
    return fit(MLP(2, [1]), [[0.5, 1.0]], [1.0], epochs=2, progress=False)
