// The network and its training: the rules are Python's, the loop is `fit`'s.

// What is chosen; the address of the page can hold it.
const defaults = {
  rows: data.known.length,
  batch: Math.min(data.batch, data.known.length),
  seed: 0,
  rate: data.rate,
  l2: data.l2,
  activation: data.activation,
  depth: String(data.depth),
  edges: "weight",
};
const settings = { ...defaults };

// Made anew by `begin`: see there.
let net = null;

// Numbers from 0 to 1 that a seed decides (mulberry32, by T. Ettinger, in the public domain).
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

// Seed 0 has the weights that the model came with; another draws by Xavier's rule.
function firstWeights(shape, seed) {
  if (isModels(shape, seed)) return Float64Array.from(data.weights);
  const random = generator(seed);
  const weights = [];
  shape.slice(1).forEach((width, layer) => {
    const bound = Math.sqrt(6 / (shape[layer] + width));
    for (let neuron = 0; neuron < width; neuron++) {
      for (let i = 0; i < shape[layer]; i++) weights.push(bound * (2 * random() - 1));
      weights.push(0);
    }
  });
  return Float64Array.from(weights);
}

function isModels(shape, seed) {
  return seed === 0 && String(shape) === String(data.shapes[data.depth]);
}

// Where each number of w stands: its layer, its neuron, and its input; none is a bias.
function placesOf(shape) {
  const places = [];
  shape.slice(1).forEach((width, layer) => {
    for (let neuron = 0; neuron < width; neuron++) {
      for (let input = 0; input <= shape[layer]; input++) {
        const isBias = input === shape[layer];
        const end = isBias ? "b" : `w${input}`;
        const name = `layer${layer}.neuron${neuron}.${end}`;
        places.push({ layer, neuron, input: isBias ? null : input, name });
      }
    }
  });
  return places;
}

function begin() {
  const shape = data.shapes[settings.depth];
  const w = firstWeights(shape, settings.seed);
  const neurons = shape.slice(1).reduce((sum, width) => sum + width, 0);
  net = {
    shape,
    program: programs[settings.activation][settings.depth],
    places: placesOf(shape),
    w,
    g: new Float64Array(w.length),
    update: new Float64Array(w.length),
    a: new Float64Array(neurons),
    d: new Float64Array(neurons),
    random: generator(settings.seed + 1),
    order: [...learntRows()],
    position: 0,
    reports: [],
    epochs: 0,
    steps: 0,
    history: [],
    stopped: "",
    slow: null,
    slowRows: 0,
  };
  net.history.push(measured());
}

// L = mean loss + λ Σ w² of some rows; sets g to its gradient.
function differentiate(rows, g, lambda = settings.l2) {
  const { program, w, a, d } = net;
  g.fill(0);
  let loss = 0;
  for (const row of rows) loss += program.learn(w, row.x, row.t, a, d, g);
  let squares = 0;
  for (let i = 0; i < w.length; i++) {
    g[i] = g[i] / rows.length + 2 * lambda * w[i];
    squares += w[i] * w[i];
  }
  // Where λ is 0, squares may be infinite.
  return loss / rows.length + (lambda > 0 ? lambda * squares : 0);
}

const UNDEFINED = say(
  "An operator of the model or of its loss is undefined for a row of this batch: there " +
    "`fit` raises a DomainError. The weights are those before that step.",
);

// The same, or null where an operator is undefined.
function lossAndGradient(rows, g = net.g, lambda = settings.l2) {
  try {
    return differentiate(rows, g, lambda);
  } catch (error) {
    if (!(error instanceof Undefined)) throw error;
    return null;
  }
}

// The mean loss of rows, from which nothing is learnt; null where there are none.
function lossOf(rows) {
  if (rows.length === 0) return null;
  return lossAndGradient(rows, new Float64Array(net.w.length), 0);
}

// Where not all rows are learnt from, some of every kind are.
const sample = shuffled([...data.known], generator(1));

function learntRows() {
  return settings.rows === data.known.length ? data.known : sample.slice(0, settings.rows);
}

function measured() {
  const known = lossAndGradient(learntRows(), new Float64Array(net.w.length));
  return { epoch: net.epochs, known, unseen: lossOf(data.unseen) };
}

// One step of gradient descent: w ← w - η·∂L/∂w, or none where a number is not finite.
function move(rows) {
  const { w, g, update, places } = net;
  const loss = lossAndGradient(rows);
  if (loss === null) return stop(UNDEFINED, {});
  const words = {
    loss: repr(loss),
    epoch: net.epochs + 1,
    batch: net.reports.length + 1,
    step: net.steps + 1,
    rate: repr(settings.rate),
  };
  if (!Number.isFinite(loss)) return stop(data.lossWords, words);
  const next = w.map((x, i) => x - settings.rate * g[i]);
  const bad = next.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    const label = `label='${places[bad].name}'`;
    const parameter = `Value(data=${repr(w[bad])}, grad=${repr(g[bad])}, ${label})`;
    return stop(data.stepWords, { ...words, parameter, number: repr(next[bad]) });
  }
  for (let i = 0; i < w.length; i++) {
    update[i] = next[i] - w[i];
    w[i] = next[i];
  }
  net.steps += 1;
  net.reports.push([loss, rows.length]);
  return true;
}

// The next batch; after the last of them the epoch is over.
function learnBatch() {
  if (net.stopped) return false;
  if (net.position === 0) shuffled(net.order, net.random);
  const rows = net.order.slice(net.position, net.position + settings.batch);
  if (!move(rows)) return false;
  net.position += settings.batch;
  if (net.position >= net.order.length) {
    net.position = 0;
    net.epochs += 1;
    const sum = net.reports.reduce((total, [loss, count]) => total + loss * count, 0);
    const known = sum / net.order.length;
    net.history.push({ epoch: net.epochs, known, unseen: lossOf(data.unseen) });
    net.reports = [];
    // Every other epoch is enough for the curve; of 401 the first and the last stay.
    if (net.history.length > 400) net.history = net.history.filter((_, i) => i % 2 === 0);
  }
  return true;
}

function learnEpoch() {
  const before = net.epochs;
  while (net.epochs === before && learnBatch());
}

function shuffled(rows, random) {
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  return rows;
}

function stop(sentence, words) {
  net.stopped = say(sentence, words);
  return false;
}
