// The page: controls, keys, the loop of a run, and the address that keeps the state.

const kinds = {
  rows: { read: (x) => whole(x, 1, data.known.length) },
  batch: { read: (x) => whole(x, 1, data.known.length) },
  seed: { read: (x) => whole(x, 0, 999999) },
  rate: { read: (x) => (x > 0 ? x : null) },
  l2: { read: (x) => (x >= 0 ? x : null) },
  activation: { words: data.activations, rebuilds: true },
  depth: { words: Object.keys(data.shapes), rebuilds: true },
  edges: { words: ["weight", "gradient", "update"] },
};
kinds.rows.rebuilds = kinds.seed.rebuilds = true;

function whole(x, low, high) {
  return Number.isInteger(x) ? Math.max(low, Math.min(high, x)) : null;
}

// A setting out of text; null where the text is none.
function read(name, text) {
  const { words, read: readNumber } = kinds[name];
  if (words !== undefined) return words.includes(text) ? text : null;
  const x = text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(x) ? readNumber(x) : null;
}

function set(name, text) {
  const value = read(name, text);
  if (value !== null) settings[name] = value;
  showSettings();
  writeAddress();
  if (value !== null && kinds[name].rebuilds) restart();
  else changed();
}

function showSettings() {
  for (const name of Object.keys(kinds)) part(name).value = settings[name];
  part("rate-slider").value = Math.log10(settings.rate);
  const shape = data.shapes[settings.depth];
  document.querySelector("h1").textContent = say("A network {shape} learns", {
    shape: shape.join("-"),
  });
  const isOwn = isModels(shape, settings.seed);
  write(
    "seed-note",
    isOwn
      ? say("the weights that the model came with")
      : say("weights drawn by Xavier's rule"),
  );
}

// The address holds what is not as it was at first, so that a link leads here.
function writeAddress() {
  const chosenOnes = Object.keys(kinds).filter((name) => settings[name] !== defaults[name]);
  const text = chosenOnes
    .map((name) => `${name}=${encodeURIComponent(settings[name])}`)
    .join("&");
  try {
    history.replaceState(null, "", `#${text}`);
  } catch {
    // A page in the frame of a notebook has no address of its own.
  }
}

function readAddress() {
  Object.assign(settings, defaults);
  for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
    const value = Object.hasOwn(kinds, name) ? read(name, text) : null;
    if (value !== null) settings[name] = value;
  }
}

// ------------------------------------------------------------------------- painting

let isRunning = false;
// Frames that were drawn of a run, and the changes that wait for one.
let frames = 0;
let waiting = false;

function paint() {
  const gradient = new Float64Array(net.w.length);
  if (lossAndGradient(learntRows(), gradient) === null) gradient.fill(NaN);
  const fields = isPlane ? computeFields() : null;
  const edges = { weight: net.w, gradient, update: net.update }[settings.edges];
  let view = { numbers: probed(), edges, layer: null, column: null };
  let kind = settings.edges;
  const given = say("what it gives for this row");
  let below = view.numbers[0] === null ? "" : given;
  let caption =
    probe === null
      ? ""
      : say("Sent through: the output is {answer}.", { answer: answerOf(view.numbers) });
  if (net.slow !== null) {
    const moment = momentOf(net.slow);
    view = slowView(net.slow, moment);
    kind = { forward: "weight", loss: "weight", backward: "gradient", update: "update" }[
      moment.phase
    ];
    below = {
      forward: given,
      loss: given,
      backward: say("∂L/∂ of what it gives"),
      update: "",
    }[moment.phase];
    caption = slowWords(net.slow, moment);
  }
  showLegends(paintEdges(view.edges, view.layer), kind, below);
  paintNeurons(fields, view.numbers, view.column);
  if (isPlane) paintMap(fields);
  showCounters();
  showCurve();
  showLayers(gradient);
  showChosen(gradient);
  write("alert", net.stopped);
  part("run").textContent = isRunning ? say("Pause") : say("Run");
  for (const id of ["run", "step", "epoch", "slow"]) part(id).disabled = net.stopped !== "";
  if (isRunning) return;
  const words = describe(gradient);
  write("caption", caption || (net.stopped ? "" : words));
}

// A number for each box, or null: those of the row that is sent through.
function probed() {
  const x = probe ?? (isPlane ? null : data.known[0].x);
  if (x === null) return drawn.boxes.map(() => null);
  respondTo(x, net.a);
  return [...x, ...net.a];
}

function answerOf(numbers) {
  const answer = numbers.slice(-outputs);
  const name = data.classes[classOf(answer)];
  return say("{answer}, which says {name}", { answer: answer.map(short).join(", "), name });
}

// Paints before the next frame; many changes at once are painted once.
function changed() {
  if (waiting || isRunning) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    paint();
  });
}

// One epoch for each frame; a hidden tab has no frames, and pauses.
function frame() {
  if (!isRunning) return;
  learnEpoch();
  frames += 1;
  if (net.stopped) isRunning = false;
  paint();
  if (isRunning) requestAnimationFrame(frame);
}

function run() {
  if (net.stopped) return;
  isRunning = !isRunning;
  net.slow = null;
  if (isRunning) requestAnimationFrame(frame);
  else paint();
}

function pause() {
  isRunning = false;
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden || !isRunning) return;
  pause();
  paint();
});

function restart() {
  pause();
  begin();
  chosen = null;
  listWeights();
  buildPicture();
  changed();
}

// -------------------------------------------------------------------------- controls

const actions = {
  run,
  step: () => once(learnBatch),
  epoch: () => once(learnEpoch),
  slow: () => once(nextMoment, true),
  reset: restart,
};
const keys = { " ": "run", s: "step", e: "epoch", m: "slow", r: "reset" };

function once(learn, isSlow = false) {
  pause();
  if (!isSlow) net.slow = null;
  learn();
  changed();
}

for (const [id, action] of Object.entries(actions))
  part(id).addEventListener("click", action);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") return close();
  const name = event.target.tagName;
  if (["INPUT", "SELECT", "TEXTAREA"].includes(name)) return;
  // On a button or a summary the space bar does what it does everywhere.
  if (event.key === " " && ["BUTTON", "SUMMARY"].includes(name)) return;
  const action = keys[event.key.toLowerCase()];
  if (action === undefined || part(action).disabled) return;
  event.preventDefault();
  actions[action]();
});

function close() {
  choose(null);
  send(null);
  net.slow = null;
  changed();
}

for (const name of Object.keys(kinds))
  part(name).addEventListener("change", (event) => set(name, event.target.value));
part("rate-slider").addEventListener("input", (event) => {
  set("rate", String(Number((10 ** event.target.value).toPrecision(2))));
});
addEventListener("hashchange", () => {
  readAddress();
  showSettings();
  restart();
});

// A weight that is chosen, and moved by hand.
function choose(k) {
  chosen = k;
  changed();
}

function moveChosen(x) {
  if (chosen === null || !Number.isFinite(x)) return;
  pause();
  net.slow = null;
  net.w[chosen] = x;
  changed();
}

part("weight").addEventListener("change", (event) => {
  choose(event.target.value === "" ? null : Number(event.target.value));
});
part("weight-slider").addEventListener("input", (event) =>
  moveChosen(Number(event.target.value)),
);
part("weight-number").addEventListener("input", (event) => {
  if (event.target.value.trim() !== "") moveChosen(Number(event.target.value));
});
part("forget").addEventListener("click", close);

let drag = null;
picture.addEventListener("pointerdown", (event) => {
  const k = weightAt(...within(picture, event));
  choose(k);
  if (k === null) return;
  drag = { y: event.clientY, w: net.w[k] };
  picture.setPointerCapture(event.pointerId);
});
picture.addEventListener("pointermove", (event) => {
  if (drag === null) {
    picture.classList.toggle("over", weightAt(...within(picture, event)) !== null);
    return;
  }
  const distance = drag.y - event.clientY;
  if (Math.abs(distance) > 2) moveChosen(drag.w + distance / 60);
});
for (const name of ["pointerup", "pointercancel"])
  picture.addEventListener(name, () => {
    drag = null;
  });
picture.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const nudge = { "+": 0.05, "-": -0.05 }[event.key];
  if (step !== undefined) {
    const count = net.places.length;
    choose(chosen === null ? 0 : (chosen + step + count) % count);
  } else if (nudge !== undefined && chosen !== null) moveChosen(net.w[chosen] + nudge);
  else return;
  event.preventDefault();
});

function within(target, event) {
  const box = target.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

// A row that is sent through: a place of the map, or numbers.
function send(x) {
  probe = x;
  net.slow = null;
  probeFields.forEach((field, i) => {
    if (document.activeElement !== field)
      field.value = x === null ? "" : Number(x[i].toPrecision(4));
  });
  changed();
}

const probeFields = data.features.map((name) => {
  const label = element("label", "", part("probe"));
  label.append(name);
  const field = element("input", "", label);
  field.type = "number";
  field.step = "any";
  field.addEventListener("input", () => {
    const numbers = probeFields.map((other) =>
      other.value.trim() === "" ? 0 : Number(other.value),
    );
    if (numbers.every(Number.isFinite)) send(numbers);
  });
  return field;
});

map.addEventListener("pointerdown", (event) => sendPlace(event));
map.addEventListener("pointermove", (event) => {
  if (event.buttons) sendPlace(event);
});

function sendPlace(event) {
  const [x, y] = within(map, event);
  const shares = [x / map.clientWidth, 1 - y / map.clientHeight];
  send(shares.map((share, i) => ranges[i][0] + share * (ranges[i][1] - ranges[i][0])));
}

// --------------------------------------------------------------------------- beginning

for (const name of ["activation", "depth"])
  part(name).replaceChildren(...kinds[name].words.map((word) => new Option(word, word)));
part("rows").max = part("batch").max = data.known.length;
if (!isPlane) part("plane").remove();
if (isPlane) buildMapLegend();
if (!data.unseen.length) {
  part("unseen-counter").remove();
  part("unseen-legend").remove();
}
const narrow = matchMedia("(max-width: 760px)");
const unfold = () => (part("settings").open = !narrow.matches);
narrow.addEventListener("change", unfold);
unfold();
new ResizeObserver(() => {
  layOut();
  changed();
}).observe(picture);
readAddress();
showSettings();
restart();
