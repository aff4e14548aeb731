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
      "Click an edge, or a neuron for its bias: its weight can then be dragged, up or down.",
    );
    return;
  }
  const { name } = net.places[chosen];
  const [w, g, eta] = [net.w[chosen], gradient[chosen], settings.rate];
  const slider = part("weight-slider");
  slider.max = Math.max(4, Math.ceil(Math.abs(w)));
  slider.min = -slider.max;
  slider.value = w;
  slider.setAttribute("aria-label", `${name}, its weight`);
  part("weight-number").setAttribute("aria-label", `${name}, as a number`);
  if (document.activeElement !== part("weight-number"))
    part("weight-number").value = Number(w.toPrecision(6));
  const penalty = settings.l2 > 0 ? ` (${short(2 * settings.l2 * w)} of it by L2)` : "";
  write(
    "rule",
    `w ← w - η·∂L/∂w = ${long(w)} - ${repr(eta)}·(${long(g)}) = ${long(w - eta * g)}. ` +
      `∂L/∂w is that of all known rows${penalty}; the last update was ${short(net.update[chosen])}.`,
  );
}

function long(x) {
  return Number.isFinite(x) ? String(Number(x.toPrecision(5))) : repr(x);
}

function listWeights() {
  const options = [
    new Option("none", ""),
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
  pen.fillText(`epoch ${net.epochs}`, width - font / 3, height);
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
  const unseen = data.unseen.length ? `, of unseen rows ${short(now.unseen ?? NaN)}` : "";
  const words = `Epoch ${net.epochs}: the loss of known rows is ${short(now.known ?? NaN)}${unseen}.`;
  part("curve").setAttribute("aria-label", `The curve of the loss. ${words}`);
  const learnt = learntRows();
  const right = learnt.filter(isRight).length;
  if (isPlane)
    map.setAttribute(
      "aria-label",
      `A map of ${data.features.join(" and ")} with ${learnt.length} known rows` +
        `${data.unseen.length ? ` and ${data.unseen.length} unseen ones` : ""}; ` +
        `${right} of the known ones lie where the network says their class.`,
    );
  const shape = net.shape.join(", then ");
  const weight =
    chosen === null
      ? "No weight is chosen."
      : `${net.places[chosen].name} is ${long(net.w[chosen])}, its gradient ${long(gradient[chosen])}.`;
  write("picture-words", `${shape} neurons, ${net.w.length} weights. ${weight}`);
  picture.setAttribute("aria-label", `The network. ${weight}`);
  return words;
}

function isRight(row) {
  respondTo(row.x, net.a);
  return classOf([...net.a.slice(-outputs)]) === classOf(row.t);
}

function showLegends(largest, kind, numbers) {
  const what = { weight: "weights", gradient: "gradients ∂L/∂w", update: "last update" }[
    kind
  ];
  write(
    "edge-legend",
    `Edges: ${what}, the widest ${short(largest)}; blue and solid is positive, orange and dashed negative.` +
      (isPlane
        ? " In a neuron: what it gives over the plane, striped where that is negative."
        : "") +
      (numbers ? ` Below it: ${numbers}.` : ""),
  );
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
  if (data.unseen.length) element("span", "", legend).textContent = "hollow: unseen";
  const [across, up] = ranges.map(([low, high]) => `${short(low)} to ${short(high)}`);
  element("span", "", legend).textContent =
    `${data.features[0]}: ${across}, ${data.features[1]}: ${up}`;
}
