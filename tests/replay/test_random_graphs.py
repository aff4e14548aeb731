"""Random graphs, replayed everywhere: as the engine has them, and as PyTorch does."""

import math

import pytest
from plans import Plan


def expected_of(torch, plan):
    """Return outputs and slopes of the mean root by PyTorch, and check the engine's.

    The slopes of a shared leaf are spread over the rows: those of the rows alone.
    """
    from torch_operators import call

    leaves = [torch.tensor(c, requires_grad=True) for c in zip(*plan.rows)]

    def constant(x):
        return torch.full((plan.row_count,), x)

    nodes = plan.run(leaves, constant, call)
    outputs = [nodes[i].tolist() for i in plan.outputs]
    root = nodes[plan.root]
    slopes = [torch.zeros(plan.row_count)] * len(leaves)
    if root.requires_grad:
        found = torch.autograd.grad(root.sum(), leaves, allow_unused=True)
        slopes = [
            torch.zeros_like(x) if s is None else s for x, s in zip(leaves, found)
        ]
    slopes = [s.tolist() for s in slopes]
    for r, row in enumerate(plan.nodes):
        assert [row[i].data for i in plan.outputs] == close([z[r] for z in outputs])
        row[plan.root].backward()
        engine = [leaf.grad for leaf in row[: plan.leaf_count]]
        assert engine == close([s[r] for s in slopes])
    return outputs, slopes


def close(numbers):
    size = max([1.0, *map(abs, numbers)])
    return pytest.approx(numbers, rel=1e-9, abs=1e-10 * size)


@pytest.mark.parametrize("chunk", range(8))
def test_random_graphs_give_on_floats_what_pytorch_gives(torch, chunk):
    for seed in range(chunk * 40, chunk * 40 + 40):
        plan = Plan(seed)
        outputs, slopes = expected_of(torch, plan)
        several, single = plan.recording(plan.outputs), plan.recording([plan.root])
        for r, row in enumerate(plan.rows):
            assert several(*row) == close([z[r] for z in outputs]), seed
            value, gradient = single.value_and_gradient(*row)
            assert [value, *gradient] == close([outputs[0][r], *[s[r] for s in slopes]])


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("chunk", range(8))
def test_random_graphs_give_on_arrays_what_pytorch_gives(torch, world, chunk, request):
    make = request.getfixturevalue(f"{world}_array")
    length = 3 if world == "jax" else 40
    for seed in range(chunk * 40, chunk * 40 + length):
        plan = Plan(seed)
        outputs, slopes = expected_of(torch, plan)
        columns = list(zip(*plan.rows))
        arguments = [
            make(list(column)) if flag else column[0]
            for flag, column in zip(plan.is_batched, columns)
        ]
        found = plan.recording(plan.outputs)(*arguments, world=world)
        count = plan.row_count if any(plan.is_batched) else 1
        for z, wanted in zip(found, outputs):
            assert [float(x) for x in z] == close(wanted[:count]), seed
        value, gradient = plan.recording([plan.root]).value_and_gradient(
            *arguments, world=world
        )
        assert [float(value)] == close([math.fsum(outputs[0]) / plan.row_count]), seed
        for flag, slope, wanted in zip(plan.is_batched, gradient, slopes):
            mean = [s / plan.row_count for s in wanted]
            if flag:
                assert [float(s) for s in slope] == close(mean), seed
            else:
                assert [float(slope)] == close([math.fsum(mean)]), seed
