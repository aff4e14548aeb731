"""The peers of a recorded step: the same networks as arrays, written by hand.

Each function returns a step: a call moves the weights along the gradient of the mean
cross-entropy of a batch, in float64. `images` has one row of 64 pixels for each, and
`classes` the number of its digit.
"""

import numpy

RATE = 0.1


def weights(kind):
    """Return the arrays of a network: a perceptron, "mlp", or "conv"."""
    generator = numpy.random.default_rng(0)
    shapes = [(64, 16), (16,), (16, 10), (10,)]
    if kind == "conv":
        shapes = [(9, 4), (4,), (64, 10), (10,)]
    return [0.1 * generator.standard_normal(shape) for shape in shapes]


# ------------------------------------------------------------------------------ NumPy


def softmax_slope(logits, classes):
    """Return ∂L/∂logits of the mean cross-entropy."""
    slope = numpy.exp(logits - logits.max(1, keepdims=True))
    slope /= slope.sum(1, keepdims=True)
    slope[numpy.arange(len(classes)), classes] -= 1.0
    slope /= len(classes)
    return slope


def numpy_mlp(images, classes):
    w1, b1, w2, b2 = weights("mlp")

    def step():
        nonlocal w1, b1, w2, b2
        hidden = numpy.tanh(images @ w1 + b1)
        slope = softmax_slope(hidden @ w2 + b2, classes)
        back = slope @ w2.T * (1.0 - hidden * hidden)
        w2 = w2 - RATE * (hidden.T @ slope)
        b2 = b2 - RATE * slope.sum(0)
        w1 = w1 - RATE * (images.T @ back)
        b1 = b1 - RATE * back.sum(0)

    return step


def numpy_conv(images, classes):
    kernels, b1, w2, b2 = weights("conv")
    count = len(images)
    # Where the four numbers of each pooled square are found among the places.
    corners = numpy.arange(64).reshape(4, 2, 4, 2).transpose(1, 3, 0, 2).reshape(4, 16)
    padded = numpy.pad(images.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    view = numpy.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
    places = view.reshape(count, 64, 9)[:, corners].transpose(1, 0, 2, 3)

    def step():
        nonlocal kernels, b1, w2, b2
        windows = places.reshape(-1, 9)
        maps = numpy.maximum(windows @ kernels + b1, 0.0).reshape(4, -1)
        pooled = maps.max(0)
        logits = pooled.reshape(count, 64) @ w2 + b2
        slope = softmax_slope(logits, classes)
        back = ((maps == pooled) & (maps > 0)) * (slope @ w2.T).reshape(-1)
        back = back.reshape(-1, 4)
        w2 = w2 - RATE * (pooled.reshape(count, 64).T @ slope)
        b2 = b2 - RATE * slope.sum(0)
        kernels = kernels - RATE * (windows.T @ back)
        b1 = b1 - RATE * back.sum(0)

    return step


# ---------------------------------------------------------------------------- PyTorch


def torch_step(torch, kind, images, classes):
    torch.set_num_threads(1)
    double = {"dtype": torch.float64}
    if kind == "mlp":
        layers = [
            torch.nn.Linear(64, 16, **double),
            torch.nn.Tanh(),
            torch.nn.Linear(16, 10, **double),
        ]
    else:
        layers = [
            torch.nn.Unflatten(1, (1, 8, 8)),
            torch.nn.Conv2d(1, 4, 3, padding=1, **double),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Flatten(),
            torch.nn.Linear(64, 10, **double),
        ]
    network = torch.nn.Sequential(*layers)
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE)
    x, t = torch.tensor(images), torch.tensor(classes)

    def step():
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(x), t).backward()
        optimiser.step()

    return step


# -------------------------------------------------------------------------------- JAX


def jax_step(jax, kind, images, classes):
    x, t = jax.numpy.asarray(images), jax.numpy.asarray(classes)
    arrays = [jax.numpy.asarray(array) for array in weights(kind)]

    def mlp(w1, b1, w2, b2):
        return jax.numpy.tanh(x @ w1 + b1) @ w2 + b2

    def conv(kernels, b1, w2, b2):
        maps = jax.lax.conv_general_dilated(
            x.reshape(-1, 1, 8, 8),
            kernels.T.reshape(4, 1, 3, 3),
            (1, 1),
            [(1, 1), (1, 1)],
        )
        maps = jax.nn.relu(maps + b1[:, None, None])
        pooled = jax.lax.reduce_window(
            maps, -numpy.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID"
        )
        return pooled.reshape(-1, 64) @ w2 + b2

    def loss(arrays):
        logits = (mlp if kind == "mlp" else conv)(*arrays)
        chosen = jax.numpy.take_along_axis(logits, t[:, None], 1)[:, 0]
        return (jax.nn.logsumexp(logits, axis=1) - chosen).mean()

    @jax.jit
    def move(arrays):
        slopes = jax.grad(loss)(arrays)
        return [array - RATE * slope for array, slope in zip(arrays, slopes)]

    def step():
        nonlocal arrays
        arrays = move(arrays)
        arrays[0].block_until_ready()

    return step
