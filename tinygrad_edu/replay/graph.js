// A graph that computes itself: numbers by position, parents first, the root last.

const root = parents.length - 1;

function forward(v) {
  fill(v);
  return v;
}

function partials(v) {
  return operators.map((operator, node) =>
    operator === null ? [] : operator.partials(v[node], ...operands(v, node)),
  );
}

function backward(v) {
  const local = partials(v);
  const grad = v.map(() => 0);
  grad[root] = 1;
  for (let node = root; node >= 0; node--) {
    for (const [i, parent] of parents[node].entries()) {
      const contribution = local[node][i] * grad[node];
      grad[parent] += contribution;
    }
  }
  return grad;
}

function undefinedAt(v) {
  return fill([...v]);
}

// Computes the interiors; from the first on that Python would refuse they are NaN.
// Returns what is wrong there, if anything is.
function fill(v) {
  let problem = null;
  operators.forEach((operator, node) => {
    if (operator === null) return;
    v[node] = NaN;
    if (problem !== null) return;
    const args = operands(v, node);
    try {
      const z = operator.forward(...args);
      operator.partials(z, ...args);
      v[node] = z;
    } catch (error) {
      if (!(error instanceof Undefined)) throw error;
      problem = { node, sentence: sentence(operator, parents[node], args) };
    }
  });
  return problem;
}

function operands(v, node) {
  return parents[node].map((parent) => v[parent]);
}

function sentence(operator, operands, args) {
  const places = operator.names.map(
    (name, i) => `${name} = ${repr(args[i])}${labels[operands[i]]}`,
  );
  const inside = operator.contains(...args);
  const words = inside ? operator.overflowWords : operator.undefinedWords;
  return words.join(places.join(", "));
}
