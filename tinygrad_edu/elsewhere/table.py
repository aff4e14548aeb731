"""Names of micrograd, PyTorch, Keras, scikit-learn and JAX, and what is said of them.

Code in a sentence stands in backticks, and the tests run it.
"""

from __future__ import annotations

#: A keyword as others call it, and as it is called here, wherever we have it.
KEYWORDS = {
    "criterion": "loss",
    "eps": "epsilon",
    "in_features": "nin",
    "initializer": "initialiser",
    "loss_fn": "loss",
    "lr": "learning_rate",
    "n_epochs": "epochs",
    "num_epochs": "epochs",
    "optimizer": "optimiser",
    "out_features": "nout",
    "params": "parameters",
    "random_state": "seed",
    "test_size": "test_fraction",
    "validation_data": "validation",
    "validation_split": "validation_fraction",
    "verbose": "progress",
}

#: Keywords that mean nothing here, or something else; of a function that has none such.
KEYWORDS_NOT_HERE = {
    "amsgrad": "Adam is that of the paper, without AMSGrad.",
    "as_frame": "A data set holds lists: `dataset.features` and `dataset.targets`.",
    "beta1": "Give both: `Adam(parameters, betas=(0.9, 0.999))`.",
    "beta2": "Give both: `Adam(parameters, betas=(0.9, 0.999))`.",
    "dampening": "The velocity of `SGD` is not dampened.",
    "device": "A Value lives in Python. On other devices runs what `record` wrote.",
    "dtype": "A Value holds a Python float, which has 64 bits.",
    "hidden_layer_sizes": "Inputs first, then every width: `MLP(2, [16, 16, 1])`.",
    "maximize": "An optimiser makes a loss small: give it `-v`.",
    "metrics": "There is one: `fit(model, X, y, metric=nn.accuracy, epochs=1)`.",
    "momentum": "It is the optimiser's: `partial(SGD, momentum=0.9)`, as `optimiser`.",
    "n_iter": "Rows are seen so many times: `fit(model, X, y, epochs=1)`.",
    "nesterov": "It is the optimiser's: `partial(SGD, momentum=0.9, nesterov=True)`.",
    "max_iter": "Rows are seen so many times: `fit(model, X, y, epochs=1)`.",
    "return_X_y": "A data set gives both: `X, y = load_iris()`.",
    "shuffle": "Rows are shuffled in every epoch. In another order they go through a "
    "loop of one's own, with `optimiser.step()`.",
    "weight_decay": "It is the optimiser's: `partial(AdamW, weight_decay=0.01)`; or "
    "give `l2`, whose gradient is 2·l2·p.",
}

#: Of `requires_grad`, as an attribute and as an argument.
ALWAYS_A_GRADIENT = (
    "Every Value gets a gradient; `v.detach()` is a leaf that passes none on."
)
_ONE_NUMBER = (
    "A Value is one number: `v * w`. A row times a column is `dot(weights, inputs)`."
)
_METHOD = "It is a method of each number: `{0}`."
_LOGITS = "it takes logits, so that the model ends without a sigmoid or a softmax."
_LOSSES = {
    "MSELoss": "A loss is a function: `nn.mse(outputs, targets)`.",
    "L1Loss": "A loss is a function: `nn.l1(outputs, targets)`.",
    "HuberLoss": "A loss is a function: `nn.huber(outputs, targets)`.",
    "SmoothL1Loss": "A loss is a function: `nn.huber(outputs, targets)`.",
    "HingeEmbeddingLoss": "A loss is a function: `nn.hinge(scores, signs)`.",
    "CrossEntropyLoss": "A loss is a function: `nn.cross_entropy(logits, 0)`.",
    "NLLLoss": f"Take `nn.cross_entropy(logits, 0)`; {_LOGITS}",
    "BCELoss": f"Take `nn.binary_cross_entropy(logits, targets)`; {_LOGITS}",
    "BCEWithLogitsLoss": "A loss is a function: "
    "`nn.binary_cross_entropy(logits, targets)`.",
}
_ACTIVATIONS = {
    theirs: "An activation is known by its name, as in "
    f'`MLP(2, [8, 1], activation="{ours}")` or `nn.Activation("{ours}")`, and is a '
    f"method of each number: `v.{ours}()`."
    for theirs, ours in {
        "ELU": "elu",
        "GELU": "gelu",
        "LeakyReLU": "leaky_relu",
        "ReLU": "relu",
        "SiLU": "silu",
        "Sigmoid": "sigmoid",
        "Softplus": "softplus",
        "Tanh": "tanh",
    }.items()
}

#: What a name means here where it is met: at the package, in a room, on an object.
NOT_HERE: dict[str, dict[str, str]] = {
    "tinygrad_edu": {
        "DataLoader": "`fit(model, X, y, batch_size=16, epochs=1)` makes the batches; "
        "in a loop of one's own a batch is a slice, such as `X[0:16]`.",
        "Dense": "Layers are in `nn`: `nn.Layer(2, 8)` or `nn.Linear(2, 8)`.",
        "GradientTape": "Every Value remembers how it was made: `v.backward()`.",
        "Linear": "Layers are in `nn`: `nn.Linear(2, 8)`.",
        "Parameter": "A parameter is a Value that a module holds: `Value(0.5)`.",
        "Sequential": "Layers are in `nn`: `nn.Sequential(nn.Linear(2, 8))`.",
        "Tensor": "Every number is a node of its own: `[Value(x) for x in row]`.",
        "Variable": "Every number is a node of its own: `Value(2.0)`.",
        "abs": "Python's own takes Values: `abs(v)`.",
        "array": "Every number is a node of its own: `[Value(x) for x in row]`.",
        "autograd": "`v.backward()` writes gradients, `grad(y, x)` returns one.",
        "cos": _METHOD.format("v.cos()"),
        "cuda": "A Value lives in Python. For other devices see `record`.",
        "device": "A Value lives in Python. For other devices see `record`.",
        "enable_grad": "Gradients are never switched off; just go on.",
        "exp": _METHOD.format("v.exp()"),
        "float32": "A Value holds a Python float, which has 64 bits.",
        "float64": "A Value holds a Python float, which has 64 bits.",
        "from_numpy": "`[Value(x) for x in row]` makes a node of each number.",
        "functional": "Losses and activations: `nn.mse`, `v.relu()`, `softmax`.",
        "inference_mode": "`model.predict(rows)` gives plain numbers and keeps no "
        "graph; `v.data` is one.",
        "jit": "`record(y, [x])` writes a graph down as one Python function.",
        "log": _METHOD.format("v.log()"),
        "manual_seed": "Give a seed where numbers are drawn, as in "
        "`MLP(2, [8, 1], seed=0)`; without one, `random.seed(0)` works.",
        "matmul": "A row times a column is `dot(weights, inputs)`; for a whole matrix "
        "`[dot(row, inputs) for row in matrix]`, or an object array of NumPy's.",
        "max": "The largest of several is `largest(values)`, of two `maximum(x, y)`.",
        "min": "The smaller of two is `minimum(x, y)`.",
        "no_grad": "A graph goes when nothing holds it. Write numbers by `p.data`; "
        "`model.predict(rows)` gives plain ones.",
        "ones": "`[Value(1.0) for _ in range(3)]` makes a row.",
        "pow": "Python's own operator takes Values: `v ** 2`.",
        "rand": "`[Value(random.random()) for _ in range(3)]` makes a row.",
        "randn": "`[Value(random.gauss(0, 1)) for _ in range(3)]` makes a row.",
        "relu": _METHOD.format("v.relu()"),
        "set_grad_enabled": "Gradients are never switched off. "
        "`model.predict(rows)` gives plain numbers.",
        "sigmoid": _METHOD.format("v.sigmoid()"),
        "sin": _METHOD.format("v.sin()"),
        "sqrt": _METHOD.format("v.sqrt()"),
        "stop_gradient": _METHOD.format("v.detach()"),
        "sum": "`total(values)` is one node; Python's own `sum(values)` works too.",
        "tanh": _METHOD.format("v.tanh()"),
        "tensor": "Every number is a node of its own: `[Value(x) for x in row]`.",
        "value_and_grad": "`record(y, [x]).value_and_gradient(3.0)` gives both.",
        "vmap": "`record(y, [x])` takes arrays, a number for each row of a batch.",
        "zeros": "`[Value(0.0) for _ in range(3)]` makes a row.",
    },
    "tinygrad_edu.nn": {
        **_ACTIVATIONS,
        **_LOSSES,
        "BatchNorm1d": "A row is normalised by itself: `nn.LayerNorm(4)`.",
        "BatchNorm2d": "A row is normalised by itself: `nn.LayerNorm(4)`.",
        "Dense": "It is `nn.Layer(2, 8)`, with an activation, or `nn.Linear(2, 8)`.",
        "GRU": "`nn.unroll(nn.GRUCell(2, 3), steps)` goes through a sequence.",
        "Identity": 'It is `nn.Activation("linear")`.',
        "LSTM": "`nn.unroll(nn.LSTMCell(2, 3), steps)` goes through a sequence.",
        "LogSoftmax": "It is a function: `log_softmax(values)`.",
        "ModuleList": "A list will do: a module finds the modules in its attributes.",
        "MultiheadAttention": "It is `nn.SelfAttention(4, 2)`.",
        "Parameter": "A parameter is a Value that a module holds: `Value(0.5)`.",
        "ParameterList": "A list will do: a module finds the Values in its attributes.",
        "RNN": "`nn.unroll(nn.RNNCell(2, 3), steps)` goes through a sequence.",
        "Softmax": "It is a function: `softmax(values)`.",
        "functional": "Losses and activations: `nn.mse`, `v.relu()`, `softmax`.",
        "init": 'Name it: `MLP(2, [8, 1], initialiser="he_normal")`.',
        "utils": "Gradients are cut by `clip_gradients(parameters, 1.0)`.",
    },
    "tinygrad_edu.optim": {
        "Adagrad": "There are `SGD`, `Adam` and `AdamW`; a subclass of "
        "`optim.Optimiser` that writes `update` is another.",
        "Adamax": "There are `SGD`, `Adam` and `AdamW`.",
        "LBFGS": "There are `SGD`, `Adam` and `AdamW`.",
        "NAdam": "There are `SGD`, `Adam` and `AdamW`.",
        "RMSprop": "There are `SGD`, `Adam` and `AdamW`, which takes over its idea.",
        "lr_scheduler": "A schedule is a function, and the learning rate of `fit`: "
        "`fit(model, X, y, learning_rate=optim.schedules.cosine(0.1, 9), epochs=1)`.",
    },
    "tinygrad_edu.data": {
        "DataLoader": "`fit(model, X, y, batch_size=16, epochs=1)` makes the batches; "
        "in a loop of one's own a batch is a slice, such as `X[0:16]`.",
        "StandardScaler": "`train, test = standardise(*dataset.split())` does both.",
        "TensorDataset": "Two lists will do: `fit(model, X, y, epochs=1)`.",
        "load_breast_cancer": "There are `load_iris`, `load_digits` and `load_names`.",
        "load_wine": "There are `load_iris`, `load_digits` and `load_names`.",
        "make_blobs": "There are `make_moons`, `make_circles` and `make_spirals`.",
        "random_split": "`train, test = dataset.split(test_fraction=0.3, seed=0)`.",
        "train_test_split": "`train, test = dataset.split(test_fraction=0.3, seed=0)`.",
    },
    "Value": {
        "T": "A Value is one number. A matrix of them is turned by `zip(*matrix)`.",
        "abs": "Python's own takes Values: `abs(v)`.",
        "add": "Python's own operator takes Values: `v + w`.",
        "arctan": "It is `v.atan()`.",
        "argmax": "A Value is one number. Of a list: `values.index(max(values))`.",
        "children": "What a node was made from are its `v.parents`.",
        "clamp": "It is `v.clip(0.0, 1.0)`.",
        "clone": "`v.detach()` is a leaf with the same number, `v * 1` a node of it.",
        "cpu": "A Value lives in Python already: `v.data` is its number.",
        "cuda": "A Value lives in Python. For other devices see `record`.",
        "device": "A Value lives in Python. For other devices see `record`.",
        "div": "Python's own operator takes Values: `v / w`.",
        "dot": "It is a function of two lists: `dot(weights, inputs)`.",
        "dtype": "A Value holds a Python float, which has 64 bits.",
        "float": "A Value holds a Python float: `v.data`.",
        "grad_fn": "The operator that made a node is its `v.op`.",
        "gradient": "It is `v.grad`.",
        "is_leaf": "A leaf was made from nothing: `not v.parents`.",
        "log10": "It is `v.log() / math.log(10)`.",
        "log2": "It is `v.log() / math.log(2)`.",
        "matmul": "A row times a column is `dot(weights, inputs)`.",
        "max": "The larger of two is `maximum(x, y)`, of several `largest(values)`.",
        "mean": "A Value is one number. The mean of several is `mean(values)`.",
        "min": "The smaller of two is `minimum(x, y)`.",
        "mul": "Python's own operator takes Values: `v * w`.",
        "name": "It is `v.label`.",
        "numpy": "Its number is `v.data`.",
        "pow": "Python's own operator takes Values: `v ** 2`.",
        "requires_grad": ALWAYS_A_GRADIENT,
        "requires_grad_": ALWAYS_A_GRADIENT,
        "reshape": "A Value is one number. Lists hold many.",
        "retain_grad": "Every node keeps its gradient: `v.grad`.",
        "shape": "A Value is one number. Lists hold many.",
        "size": "A Value is one number. Lists hold many.",
        "softmax": "It is a function of a list: `softmax(values)`.",
        "square": "Python's own operator takes Values: `v ** 2`.",
        "sub": "Python's own operator takes Values: `v - w`.",
        "sum": "A Value is one number. The sum of several is `total(values)`.",
        "to": "A Value lives in Python. For other devices see `record`.",
        "tolist": "Its number is `v.data`.",
        "value": "It is `v.data`.",
        "view": "A Value is one number. Lists hold many.",
        "zero_": "Assign the number: `v.data = 0.0`.",
        "__float__": "A Value is no float, which would drop the graph. Its number is "
        "`v.data`; functions are methods, such as `v.exp()`; a text is "
        '`f"{v:.3f}"`.',
        "__getitem__": "A Value is one number, and has no parts. Is it the output of a "
        "layer of one neuron? That gives a Value, and no list.",
        "__int__": "A Value is no int, which would drop the graph. Its number is "
        "`v.data`.",
        "__matmul__": _ONE_NUMBER,
        "__rmatmul__": _ONE_NUMBER,
        "__round__": "To round a Value would drop the graph. Round its number, "
        '`round(v.data, 3)`; a text is `f"{v:.3f}"`.',
    },
    "Module": {
        "add_module": "Assign the module to an attribute, or to a list in one.",
        "apply": "Go through them: `for p in model.parameters(): p.data = 0.0`.",
        "buffers": "What is no Value is no parameter; assign it to an attribute.",
        "children": "All that is inside: `model.named_modules()`.",
        "coef_": "Its parameters are `model.parameters()`.",
        "compile": "Loss and optimiser are told to `fit(model, X, y, epochs=1)`.",
        "cuda": "A model lives in Python. For other devices see `record`.",
        "device": "A model lives in Python. For other devices see `record`.",
        "evaluate": "`model.score(rows, targets)` is its accuracy.",
        "fit": "It is a function: `fit(model, X, y, epochs=1)`.",
        "forward": "A model is called: `model(inputs)`.",
        "get_weights": "`[p.data for p in model.parameters()]` are their numbers.",
        "load_state_dict": "`load(path, model)` puts the numbers of a file into it.",
        "load_weights": "`load(path, model)` puts the numbers of a file into it.",
        "modules": "All that is inside: `model.named_modules()`.",
        "named_children": "All that is inside: `model.named_modules()`.",
        "partial_fit": "`fit(model, X, y, epochs=1)` goes on from where it is.",
        "predict_proba": "`[softmax(row) for row in classifier.predict(rows)]` gives "
        "probabilities.",
        "register_buffer": "What is no Value is no parameter; assign it.",
        "register_parameter": "Assign the Value to an attribute; a module finds it.",
        "requires_grad_": "To train some parameters only, give the optimiser those: "
        "`SGD(model.layers[-1].parameters())`.",
        "save": "It is a function: `save(model, path)`.",
        "save_weights": "It is a function: `save(model, path)`.",
        "set_weights": "Assign each: `for p in model.parameters(): p.data = 0.0`.",
        "state_dict": "Its numbers by name: "
        "`{name: p.data for name, p in model.named_parameters()}`; "
        "`save(model, path)` and `load(path)` keep it in a file.",
        "summary": "`print(model)` says it in a line, and Jupyter shows it.",
        "to": "A model lives in Python. For other devices see `record`.",
        "trainable_weights": "Its parameters are `model.parameters()`.",
        "weights": "Its parameters are `model.parameters()`.",
    },
    "Optimiser": {
        "apply_gradients": "After `v.backward()` it is `optimiser.step()`.",
        "load_state_dict": "Its memory is `optimiser.memory`, and can be assigned.",
        "minimize": "Three lines: `optimiser.zero_grad()`, `v.backward()`, "
        "`optimiser.step()`.",
        "param_groups": "All parameters share `optimiser.learning_rate`, which can be "
        "assigned.",
        "params": "Its parameters are `optimiser.parameters`.",
        "state": "What it remembers is `optimiser.memory`.",
        "state_dict": "What it remembers is `optimiser.memory`.",
    },
    "History": {
        "epoch": "Each list has a number for each epoch: `len(history.losses)`.",
        "history": "It has lists: `history.losses`, `history.validation_losses`, "
        "`history.metrics`.",
        "loss": "It has one for each epoch: `history.losses`.",
        "plot": "It is a function: `plot_history(history)`.",
        "val_loss": "It has one for each epoch: `history.validation_losses`.",
        "__getitem__": "A history has lists: `history.losses`, "
        "`history.validation_losses`, `history.metrics`.",
    },
    "Dataset": {
        "DESCR": "Where it comes from is `dataset.source`.",
        "X": "Its rows are `dataset.features`.",
        "batch": "`fit(model, X, y, batch_size=16, epochs=1)` makes the batches.",
        "data": "Its rows are `dataset.features`.",
        "frame": "Its rows are `dataset.features`.",
        "images": "A row of `dataset.features` is an image, row by row.",
        "labels": "Its classes are `dataset.targets`.",
        "shape": "It has `len(dataset)` rows of `len(dataset.feature_names)`.",
        "shuffle": "`fit` shuffles the rows in every epoch, and `dataset.split()` "
        "draws its own.",
        "target": "Its classes are `dataset.targets`.",
        "target_names": "The names of its classes are `dataset.class_names`.",
        "y": "Its classes are `dataset.targets`.",
        "__getitem__": "A data set is no list. A row is `dataset.features[0]`, its "
        "class `dataset.targets[0]`; both lists are `X, y = dataset`.",
    },
}

#: Names with one meaning: ours under another name, in a room.
SAME: dict[str, dict[str, str]] = {
    "tinygrad_edu.data": {"standardize": "standardise"},
    "tinygrad_edu.nn": {"initializers": "initialisers"},
    "tinygrad_edu.optim": {"Optimizer": "Optimiser"},
}

#: What is chosen by name, as others call it (without capitals and signs), and we.
CHOICES = {
    "chinese": "zh",
    "english": "en",
    "glorotnormal": "xavier_normal",
    "glorotuniform": "xavier_uniform",
    "identity": "linear",
    "kaimingnormal": "he_normal",
    "kaiminguniform": "he_uniform",
    "logistic": "sigmoid",
    "mae": "l1",
    "meanabsoluteerror": "l1",
    "meansquarederror": "mse",
    "swish": "silu",
    "zhcn": "zh",
    "中文": "zh",
}

#: What is not here, or means something else: in small letters, as it is written there.
CHOICES_NOT_HERE = {
    "bce": f"Take `nn.binary_cross_entropy`: {_LOGITS}",
    "binary_crossentropy": f"Take `nn.binary_cross_entropy`: {_LOGITS}",
    "categorical_crossentropy": f"Take `nn.cross_entropy`: {_LOGITS}",
    "rmsprop": "There are `SGD`, `Adam` and `AdamW`, which takes over its idea.",
    "softmax": "It is no function of one number: end with logits, and train with "
    "`nn.cross_entropy`, which has it built in.",
    "sparse_categorical_crossentropy": f"Take `nn.cross_entropy`: {_LOGITS}",
}
