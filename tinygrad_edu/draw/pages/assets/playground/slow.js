// Slow motion: one row forward, backward and through its update, on the picture.

function beginSlow() {
  const rows = learntRows();
  const row = rows[net.slowRows % rows.length];
  const [a, d] = [net.a, net.d].map((x) => new Float64Array(x.length));
  const g = new Float64Array(net.w.length);
  try {
    const loss = net.program.learn(net.w, row.x, row.t, a, d, g);
    net.slow = { moment: 0, row, number: data.known.indexOf(row), a, d, g, loss };
    net.slowRows += 1;
  } catch (error) {
    if (!(error instanceof Undefined)) throw error;
    stop(UNDEFINED, {});
  }
}

// The moments: columns forward, the loss, columns backward, the update.
function momentOf({ moment }) {
  const last = net.shape.length - 1;
  if (moment <= last) return { phase: "forward", column: moment };
  if (moment === last + 1) return { phase: "loss", column: last };
  if (moment <= 2 * last + 1) return { phase: "backward", column: 2 * last + 2 - moment };
  return { phase: "update", column: null };
}

function nextMoment() {
  if (net.stopped) return;
  if (net.slow === null) beginSlow();
  else if (momentOf(net.slow).phase === "update") net.slow = null;
  else {
    net.slow.moment += 1;
    if (momentOf(net.slow).phase === "update" && !move([net.slow.row])) net.slow = null;
    // A step of its own, and of no epoch.
    else if (momentOf(net.slow).phase === "update") net.reports.pop();
  }
}

function slowWords({ row, number, a, d, g, loss }, { phase, column }) {
  const activations = [...row.x, ...a];
  const last = net.shape.length - 1;
  const listed = (names, numbers) =>
    names.map((name, i) => `${name} = ${short(numbers[i])}`).join(", ");
  const answers = [...a.slice(-outputs)].map(short).join(", ");
  const target = row.t.map(short).join(", ");
  const layer = `layer${column - 1}`;
  if (phase === "forward" && column === 0)
    return say("Row {number} arrives: {inputs}; its target is {target}.", {
      number: number + 1,
      inputs: listed(data.features, row.x),
      target,
    });
  if (phase === "forward") {
    const words = say(
      "Forward through {layer}: each neuron sums w·x + b over its edges, and gives f of " +
        "it, with f = {activation}.",
      { layer, activation: activationOf(column) },
    );
    return words + (column === last ? say(" The output is {answers}.", { answers }) : "");
  }
  if (phase === "loss")
    return say(
      "The output {answers} meets the target {target}: the loss is {loss}. ∂L/∂output = " +
        "{gradients} starts the way back.",
      {
        answers,
        target,
        loss: short(loss),
        gradients: [...d.slice(-outputs)].map(short).join(", "),
      },
    );
  if (phase === "update")
    return say(
      "Update: w ← w - η·∂L/∂w for every weight, with η = {rate}, from this row alone.",
      { rate: repr(settings.rate) },
    );
  const words = say(
    "Backward through {layer}: an edge gets ∂L/∂w, what its neuron hands back times what " +
      "came along the edge; its width shows it.",
    { layer },
  );
  const adding =
    column > 1 ? say(" Each neuron before it adds up what its edges hand on.") : "";
  return words + adding + chosenWords(g, activations, column);
}

// δ·x for the weight that is looked at: δ is what its bias gets, x what came along.
function chosenWords(g, activations, column) {
  if (chosen === null || net.places[chosen].layer !== column - 1) return "";
  const { layer, neuron, input, name } = net.places[chosen];
  const delta = g[net.places.findIndex((_, k) => isBiasOf(k, column, neuron))];
  const x = input === null ? 1 : activations[boxIndex(layer, input)];
  const product = `${long(delta)}·(${long(x)}) = ${long(g[chosen])}`;
  return say(" For {name} that is {product}.", { name, product });
}

// What the picture shows in a moment: a number for each box, for each edge, what is lit.
function slowView(slow, { phase, column }) {
  const columnOf = drawn.boxes.map((box) => box.column);
  const activations = [...slow.row.x, ...slow.a];
  const gradients = [...slow.row.x.map(() => null), ...slow.d];
  const none = columnOf.map(() => null);
  if (phase === "forward")
    return {
      numbers: activations.map((x, k) => (columnOf[k] <= column ? x : null)),
      edges: net.w,
      layer: column - 1,
      column,
    };
  if (phase === "loss") return { numbers: activations, edges: net.w, layer: -1, column };
  if (phase === "backward")
    return {
      numbers: gradients.map((x, k) => (columnOf[k] >= column - 1 ? x : null)),
      edges: slow.g,
      layer: column - 1,
      column,
    };
  return { numbers: none, edges: net.update, layer: null, column: null };
}
