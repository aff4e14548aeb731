// The panels beside the picture: the weight, the loss, the layers, the words.

const part = (id) => document.getElementById(id);

// The weight that is looked at, and the row that is sent through; null for none.
let chosen = null;
let probe = null;

function write(id, text) {
  if (part(id).textContent !== text) part(id).textContent = text;
}

function showCounters() {
  const now = net.history.at(-1);
  write("epochs", String(net.epochs));
  write("steps", String(net.steps));
  write("known", now.known === null ? "nan" : short(now.known));
  if (data.unseen.length) write("unseen", now.unseen === null ? "nan" : short(now.unseen));
}

// w ← w - η·∂L/∂w in symbols, in numbers, and what comes out.
function showChosen(gradient) {
  const none = chosen === null;
  part("forget").hidden = none;
  part("weight-slider").disabled = part("weight-number").disabled = none;
  part("weight").value = none ? "" : String(chosen);
  if (none) {
    write(
      "rule",
      say(
        "Click an edge, or a neuron for its bias: its weight can then be dragged, up or down.",
      ),
    );
    return;
  }
  const { name } = net.places[chosen];
  const [w, g, eta] = [net.w[chosen], gradient[chosen], settings.rate];
  const slider = part("weight-slider");
  slider.max = Math.max(4, Math.ceil(Math.abs(w)));
  slider.min = -slider.max;
  slider.value = w;
  slider.setAttribute("aria-label", say("{name}, its weight", { name }));
  part("weight-number").setAttribute("aria-label", say("{name}, as a number", { name }));
  if (document.activeElement !== part("weight-number"))
    part("weight-number").value = Number(w.toPrecision(6));
  const penalty =
    settings.l2 > 0
      ? say(" ({part} of it by L2)", { part: short(2 * settings.l2 * w) })
      : "";
  const sum = `w ← w - η·∂L/∂w = ${long(w)} - ${repr(eta)}·(${long(g)}) = ${long(w - eta * g)}`;
  const update = short(net.update[chosen]);
  write(
    "rule",
    say("{sum}. ∂L/∂w is that of all known rows{penalty}; the last update was {update}.", {
      sum,
      penalty,
      update,
    }),
  );
}

function long(x) {
  return Number.isFinite(x) ? String(Number(x.toPrecision(5))) : repr(x);
}

function listWeights() {
  const options = [
    new Option(say("none"), ""),
    ...net.places.map(({ name }, k) => new Option(name, String(k))),
  ];
  part("weight").replaceChildren(...options);
}

// Mean |∂L/∂w| by layer: bars from 1e-10 to 1, each with its number.
function showLayers(gradient) {
  const sums = net.shape.slice(1).map(() => [0, 0]);
  net.places.forEach(({ layer }, k) => {
    sums[layer][0] += Math.abs(gradient[k]);
    sums[layer][1] += 1;
  });
  const list = part("layers");
  while (list.children.length > sums.length) list.lastChild.remove();
  while (list.children.length < sums.length) {
    const item = element("li", "", list);
    item.append(`layer${list.children.length - 1}`);
    element("span", "", element("div", "bar", item));
    element("b", "", item);
  }
  sums.forEach(([sum, count], layer) => {
    const mean = sum / count;
    const share = Math.max(0, Math.min(1, (Math.log10(mean) + 8) / 9));
    const item = list.children[layer];
    item.querySelector("span").style.width = `${100 * (Number.isNaN(share) ? 0 : share)}%`;
    item.lastChild.textContent = mean.toExponential(2);
  });
}

// The loss by epoch; known rows by a solid line, unseen ones by a dashed line.
function showCurve() {
  const canvas = part("curve");
  const pen = fitted(canvas);
  const { width, height } = canvas;
  const size = Math.max(
    12,
    0.85 * parseFloat(getComputedStyle(document.documentElement).fontSize),
  );
  const font = size * (window.devicePixelRatio || 1);
  const losses = net.history.flatMap(({ known, unseen }) => [known, unseen]);
  const logs = losses
    .filter((x) => x !== null && x > 0 && Number.isFinite(x))
    .map(Math.log10);
  if (logs.length === 0) return;
  let [low, high] = [Math.min(...logs), Math.max(...logs)];
  if (high - low < 0.1) [low, high] = [low - 0.05, high + 0.05];
  const ends = [high, low].map((x) => short(10 ** x));
  pen.font = `${font}px ${getComputedStyle(document.body).fontFamily}`;
  const left = font + Math.max(...ends.map((text) => pen.measureText(text).width));
  const last = Math.max(1, net.epochs);
  const x = (epoch) => left + (epoch / last) * (width - left - font / 2);
  const y = (loss) =>
    font + ((high - Math.log10(loss)) / (high - low)) * (height - 2.6 * font);
  pen.fillStyle = pen.strokeStyle = data.theme.text;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  ends.forEach((text, i) => pen.fillText(text, left - font / 3, y(10 ** [high, low][i])));
  pen.textBaseline = "bottom";
  pen.fillText(say("epoch {epoch}", { epoch: net.epochs }), width - font / 3, height);
  pen.lineWidth = 1;
  pen.strokeRect(left, font / 2, width - left - 1, height - 1.8 * font);
  for (const [kind, dash] of [
    ["known", []],
    ["unseen", [font / 2, font / 3]],
  ]) {
    pen.beginPath();
    pen.setLineDash(dash);
    pen.lineWidth = font / 6;
    pen.strokeStyle =
      kind === "known" ? data.theme.positive_line : data.theme.negative_line;
    for (const point of net.history)
      if (point[kind] > 0 && Number.isFinite(point[kind]))
        pen.lineTo(x(point.epoch), y(point[kind]));
    pen.stroke();
  }
  pen.setLineDash([]);
}

// For who does not see the canvases and the picture.
function describe(gradient) {
  const now = net.history.at(-1);
  const parts = {
    epoch: net.epochs,
    known: short(now.known ?? NaN),
    unseen: short(now.unseen ?? NaN),
  };
  const words = data.unseen.length
    ? say(
        "Epoch {epoch}: the loss of known rows is {known}, of unseen rows {unseen}.",
        parts,
      )
    : say("Epoch {epoch}: the loss of known rows is {known}.", parts);
  part("curve").setAttribute("aria-label", say("The curve of the loss. {words}", { words }));
  const learnt = learntRows();
  const right = learnt.filter(isRight).length;
  if (isPlane) {
    const unseen = data.unseen.length
      ? say(" and {count} unseen ones", { count: data.unseen.length })
      : "";
    const words = say(
      "A map of {one} and {other} with {known} known rows{unseen}; {right} of the known " +
        "ones lie where the network says their class.",
      {
        one: data.features[0],
        other: data.features[1],
        known: learnt.length,
        unseen,
        right,
      },
    );
    map.setAttribute("aria-label", words);
  }
  const weight =
    chosen === null
      ? say("No weight is chosen.")
      : say("{name} is {weight}, its gradient {gradient}.", {
          name: net.places[chosen].name,
          weight: long(net.w[chosen]),
          gradient: long(gradient[chosen]),
        });
  const neurons = say("{shape} neurons, {count} weights. {weight}", {
    shape: net.shape.join(say(", then ")),
    count: net.w.length,
    weight,
  });
  write("picture-words", neurons);
  picture.setAttribute("aria-label", say("The network. {words}", { words: weight }));
  return words;
}

function isRight(row) {
  respondTo(row.x, net.a);
  return classOf([...net.a.slice(-outputs)]) === classOf(row.t);
}

function showLegends(largest, kind, numbers) {
  const what = {
    weight: say("weights"),
    gradient: say("gradients ∂L/∂w"),
    update: say("last update"),
  }[kind];
  const sentences = [
    say(
      "Edges: {what}, the widest {largest}; blue and solid is positive, orange and " +
        "dashed negative.",
      { what, largest: short(largest) },
    ),
  ];
  if (isPlane)
    sentences.push(
      say(" In a neuron: what it gives over the plane, striped where that is negative."),
    );
  if (numbers) sentences.push(say(" Below it: {numbers}.", { numbers }));
  write("edge-legend", sentences.join(""));
}

function buildMapLegend() {
  const legend = part("map-legend");
  data.classes.slice(0, Math.max(2, outputs)).forEach((name, k) => {
    const item = element("span", "", legend);
    const canvas = element("canvas", "", item);
    canvas.width = canvas.height = 56;
    canvas.setAttribute("aria-hidden", "true");
    const pen = canvas.getContext("2d");
    pen.fillStyle = classColour(k);
    pen.beginPath();
    drawShape(pen, k, 28, 28, 20);
    pen.fill();
    item.append(` ${name}`);
  });
  if (data.unseen.length) element("span", "", legend).textContent = say("hollow: unseen");
  const [one, other] = ranges.map(([low, high], i) =>
    say("{name}: {low} to {high}", {
      name: data.features[i],
      low: short(low),
      high: short(high),
    }),
  );
  element("span", "", legend).textContent = say("{one}, {other}", { one, other });
}
