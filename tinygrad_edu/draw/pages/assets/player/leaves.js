// The numbers that a reader changes: a slider and a field for each leaf, a nudge, and
// gradient descent by hand.

const leaves = [...graph.recorded];
const leafRows = new Map();

function isLeaf(i) {
  return data.nodes[i].formula === null && !data.nodes[i].constant;
}

// `changed` is called at each move, `settled` when the hand lets go, with words.
function startLeaves(changed, settled) {
  const list = document.getElementById("leaves");
  const choice = document.getElementById("nudged");
  data.nodes.forEach((node, i) => {
    if (!isLeaf(i)) return;
    leafRows.set(i, addRow(list, node, i, changed, settled));
    choice.add(new Option(node.name, i));
  });
  on("nudge", () => nudge(Number(choice.value), changed, settled));
  on("descend", () => descend(changed, settled));
  on("reset", () => {
    graph.recorded.forEach((x, i) => setLeaf(i, x));
    changed();
    settled(say("All leaves have the numbers again that they were recorded with."));
  });
  document.getElementById("numbers").hidden = leafRows.size === 0;
}

function on(id, action) {
  document.getElementById(id).addEventListener("click", action);
}

function addRow(list, node, i, changed, settled) {
  const row = document.createElement("li");
  const input = (type, what) => {
    const element = document.createElement("input");
    const title = say("{one}, {other}", { one: node.name, other: what });
    Object.assign(element, { type, title });
    element.setAttribute("aria-label", title);
    return element;
  };
  const tick = input("checkbox", say("moved by a step of gradient descent"));
  const slider = input("range", say("slider"));
  const field = input("number", say("number"));
  tick.checked = node.ticked;
  slider.step = field.step = "any";
  const name = document.createElement("span");
  name.textContent = node.short;
  row.append(tick, name, slider, field);
  list.append(row);
  slider.addEventListener("input", () => {
    setLeaf(i, rounded(Number(slider.value), slider.max / 200), slider);
    changed();
  });
  field.addEventListener("input", () => {
    if (field.value === "" || !Number.isFinite(Number(field.value))) return;
    setLeaf(i, Number(field.value), field);
    changed();
  });
  for (const element of [slider, field]) {
    element.addEventListener("change", () => {
      settled(say("{name} is {number}.", { name: node.name, number: number(leaves[i]) }));
      // Let go at its end, a slider reaches further.
      if (Math.abs(leaves[i]) >= Number(slider.max)) setLeaf(i, leaves[i]);
    });
  }
  leafRows.set(i, { row, tick, slider, field });
  setLeaf(i, leaves[i]);
  return leafRows.get(i);
}

// Gives a leaf its number, and shows it in all its controls but the one in use.
function setLeaf(i, x, inUse = null) {
  if (!leafRows.has(i)) return;
  leaves[i] = x;
  const { slider, field } = leafRows.get(i);
  if (slider !== inUse) {
    const reach = Math.max(Number(slider.max), reachOf(x));
    if (slider.min !== String(-reach)) Object.assign(slider, { min: -reach, max: reach });
    slider.value = x;
  }
  if (field !== inUse) field.value = Number.isFinite(x) ? String(Number(x.toPrecision(6))) : "";
}

// Twice as far as the number: 1, 2, 5, 10, 20, ...
function reachOf(x) {
  if (!Number.isFinite(x) || Math.abs(x) <= 0.5) return 1;
  const power = 10 ** Math.floor(Math.log10(2 * Math.abs(x)));
  return [1, 2, 5, 10].find((digit) => digit * power >= 2 * Math.abs(x)) * power;
}

function rounded(x, grain) {
  return Number((Math.round(x / grain) * grain).toPrecision(12));
}

// Small numbers of their own: h of a nudge, η of a step.
function chosenNumber(id) {
  const x = Number(document.getElementById(id).value);
  return Number.isFinite(x) ? x : 0;
}

function rootOf(numbers) {
  return graph.undefinedAt(numbers) === null ? graph.forward([...numbers]).at(-1) : NaN;
}

function nudge(i, changed, settled) {
  const h = chosenNumber("h");
  const before = rootOf(leaves);
  const told = graph.undefinedAt(leaves) === null;
  const gradient = told ? graph.backward(graph.forward([...leaves]))[i] : NaN;
  const from = leaves[i];
  setLeaf(i, from + h);
  changed();
  const root = data.nodes.at(-1).said;
  settled(
    say(
      "{name}: {before} → {after}. The gradient {gradient} predicts that {root} moves " +
        "by {predicted}; it moves by {actual}.",
      {
        name: data.nodes[i].name,
        before: number(from),
        after: number(from + h),
        gradient: number(gradient),
        root,
        predicted: number(gradient * h),
        actual: number(rootOf(leaves) - before),
      },
    ),
  );
}

function descend(changed, settled) {
  if (graph.undefinedAt(leaves) !== null) return;
  const rate = chosenNumber("rate");
  const before = rootOf(leaves);
  const gradients = graph.backward(graph.forward([...leaves]));
  for (const [i, { tick }] of leafRows) {
    if (tick.checked) setLeaf(i, leaves[i] - rate * gradients[i]);
  }
  changed();
  const root = data.nodes.at(-1).said;
  settled(
    say("Each ticked leaf moved by −η · its grad; {root}: {before} → {after}.", {
      root,
      before: number(before),
      after: number(rootOf(leaves)),
    }),
  );
}
