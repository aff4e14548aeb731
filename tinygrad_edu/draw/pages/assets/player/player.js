// The player: at a position of the slider it shows what the story has told so far.

const part = (id) => document.getElementById(id);

let story = tellStory(leaves);
let hovered = null;
let predicting = false;
// The position whose result was asked for, while predicting.
let revealed = null;

const controls = {};

function stepNow() {
  return story.steps[controls.position()];
}

// ------------------------------------------------------------------------ one step

function show(position, moving) {
  stopTravel();
  const step = story.steps[position];
  const hidden = isHidden(position);
  if (!moving || hidden) {
    showArrived(step, hidden ? "?" : null);
    if (!dragging) arrive(step);
    return;
  }
  arrive(step);
  const before = { forward: "·", seed: "·", backward: signed(step.before ?? 0) }[step.kind];
  showArrived(step, before ?? null);
  picture.overlay.replaceChildren();
  part("equation").classList.add("waiting");
  travel(step, 1000 / speed(), (stage) => lightLoop(step, stage), () => showArrived(step, null));
}

function isHidden(position) {
  const { kind } = story.steps[position];
  return predicting && revealed !== position && (kind === "forward" || kind === "backward");
}

function showArrived(step, mask) {
  const known = knownAt(story, story.steps.indexOf(step));
  paintPicture(story, known, step, mask);
  for (const box of picture.boxes) box.element.classList.remove("giver", "receiver", "target");
  const receiver = boxOf(step.kind === "backward" ? step.parent : step.node ?? -1);
  const giver = step.kind === "backward" ? boxOf(step.node) : undefined;
  giver?.element.classList.add("giver");
  receiver?.element.classList.add(step.kind === "backward" ? "receiver" : "target");
  picture.overlay.replaceChildren();
  showPlates(step, mask);
  showEquation(step, mask);
  lightLoop(step, mask === "?" ? "travel" : "drop");
  describe(known, step, mask);
}

// What happens when a step has come to rest: its boxes are seen, and it is heard.
function arrive(step) {
  const seen = [step.parent, step.node].filter((i) => i !== undefined).map(boxOf);
  const boxes = seen.filter((box) => box !== undefined);
  if (boxes.length > 0) bringIntoView(boxes);
  makeReachable((boxes[0] ?? picture.boxes.at(-1)).element);
  announce();
}

function showEquation(step, mask) {
  const place = part("equation");
  place.classList.remove("waiting");
  place.replaceChildren(...equationOf(step, story).map(([text, role]) => {
    if (role === "result" && mask === "?") return revealButton();
    const words = document.createElement("span");
    words.className = role ?? "";
    words.textContent = text;
    return words;
  }));
  place.classList.toggle("long", place.textContent.length > 90);
  part("rule").textContent = reasonOf(step);
  part("wrong").textContent = story.wrong === null || step.kind === "undefined" ? "" : story.wrong.sentence;
}

function revealButton() {
  const button = document.createElement("button");
  Object.assign(button, { id: "reveal", textContent: "?", title: "Show the result" });
  button.setAttribute("aria-label", "Show the result");
  button.addEventListener("click", reveal);
  return button;
}

// Shows the result that is hidden; false if none is.
function reveal() {
  const position = controls.position();
  if (!isHidden(position)) return false;
  revealed = position;
  controls.refresh();
  part("next").focus();
  return true;
}

// Lights the line of the loop that runs: a part of a step has its line.
function lightLoop(step, stage) {
  const lines = { leave: "upstream =", travel: "contribution =", drop: "parent.grad +=" };
  const wanted = { seed: "self.grad +=", backward: lines[stage] }[step.kind] ?? "nothing";
  for (const line of part("loop").children) {
    line.classList.toggle("lit", line.textContent.trim().startsWith(wanted));
  }
}

// What a screen reader hears when the step has come to rest.
function announce() {
  const hidden = isHidden(controls.position());
  const words = equationOf(stepNow(), story).map(([text, role]) => {
    return hidden && role === "result" ? "what?" : text;
  });
  part("said").textContent = `${wordsAt(controls.position())}: ${words.join("")}`;
  part("slider").setAttribute("aria-valuetext", part("said").textContent);
  keepAddress();
}

function wordsAt(position) {
  const step = story.steps[position];
  const index = story.steps.slice(0, position).filter((each) => each.kind === step.kind).length + 1;
  if (step.kind === "forward") return `Forward ${index}/${story.inner.length}`;
  if (step.kind !== "backward") return { start: "Start", seed: "Seed", undefined: "Undefined" }[step.kind];
  return `Backward ${index}/${story.steps.filter((each) => each.kind === "backward").length}`;
}

function speed() {
  return Number(part("speed").value);
}

// ---------------------------------------------------------------- a number changed

let waiting = false;
// While a hand holds a slider, only what is seen changes; the rest follows on release.
let dragging = false;

// However fast the hand moves, once for each frame.
function changed() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    dragging = true;
    recompute();
    dragging = false;
  });
}

function recompute() {
  story = tellStory(leaves);
  revealed = null;
  showScale();
  controls.refresh();
}

function settled(words) {
  recompute();
  part("outcome").textContent = words;
}

function showScale() {
  const largest = largestOf((story.gradients ?? []).filter((_, i) => !data.nodes[i].constant));
  // To who predicts, the scale would tell the largest.
  const shares = largest > 0 && !predicting ? [-1, -0.25, 0, 0.25, 1] : [];
  part("scale").replaceChildren(...shares.map((share) => {
    const swatch = document.createElement("span");
    swatch.textContent = signed(share * largest);
    swatch.style.background = fillOf(share * largest, largest);
    swatch.classList.toggle("negative", share < 0);
    return swatch;
  }));
}

// ------------------------------------------------------------- pointing at a node

// Lights all that a box was made from, and tells its numbers.
function hover(box) {
  hovered = box;
  const lit = new Set(box === null ? [] : [picture.boxes.indexOf(box)]);
  const queue = [...lit];
  while (queue.length > 0) {
    const head = queue.pop();
    for (const arrow of picture.arrows) {
      if (arrow.head !== head || lit.has(arrow.tail)) continue;
      lit.add(arrow.tail);
      queue.push(arrow.tail);
    }
  }
  picture.boxes.forEach((each, i) => {
    each.element.classList.toggle("dim", box !== null && !lit.has(i));
    each.element.classList.toggle("focus", each === box);
  });
  for (const arrow of picture.arrows) {
    arrow.element.classList.toggle("dim", box !== null && !lit.has(arrow.head));
  }
  const position = controls.position();
  describe(knownAt(story, position), stepNow(), isHidden(position) ? "?" : null);
}

function describe(known, step, mask) {
  const about = part("about");
  about.classList.toggle("faint", hovered === null);
  about.textContent = hovered === null ? data.hint : wordsOf(hovered, known, step, mask);
  // A screen reader hears of a box what is shown of it.
  const kind = hovered?.element.getAttribute("role") === "img" ? "aria-label" : "aria-description";
  hovered?.element.setAttribute(kind, about.textContent);
}

function wordsOf(box, known, step, mask) {
  if (box.node === null) return `${data.groups[box.group].name}: + opens it.`;
  const node = data.nodes[box.node];
  if (node.constant) return `the constant ${number(graph.recorded[box.node])}`;
  const value = known.values[box.node];
  const hides = (kind, i) => mask !== null && step.kind === kind && i === box.node;
  const told = value === null || hides("forward", step.node) ? "?" : number(value);
  let formula = `${node.said} = ${told}`;
  if (node.formula !== null) {
    const numbers = value === null ? "" : ` = ${inNumbers(box.node, story.values)}`;
    formula = `${node.said} = ${node.formula[0]}${numbers} = ${told}`;
  }
  const gradient = known.gradients[box.node];
  const soFar = gradient === null || gradient === 0 ? "0: nothing has reached it yet" : number(gradient);
  const words = hides("backward", step.parent) ? "?" : soFar;
  const call = node.group === null ? "" : ` (in ${data.groups[node.group].name})`;
  return `${formula}${call}\nd${data.nodes.at(-1).said}/d${node.said} so far: ${words}`;
}

// ------------------------------------------------------------ groups, finding, size

function redraw() {
  stopTravel();
  hovered = null;
  drawPicture();
  setZoom(wantedZoom());
  controls.refresh();
}

// Opens a group, closes that of a node, or leads to the field of a leaf.
function act(element) {
  const box = picture.boxes.find((each) => each.element === element);
  const group = box.group ?? data.nodes[box.node].group;
  if (group === null) {
    leafRows.get(box.node)?.field.focus();
    return;
  }
  if ("group" in box) openGroups.add(group);
  else openGroups.delete(group);
  redraw();
  const next = boxOf(data.groups[group].nodes.at(-1));
  bringIntoView([next]);
  focusOn(next.element);
}

function focusOn(element) {
  if (!element) return;
  makeReachable(element);
  element.focus({ preventScroll: true });
}

// Of all boxes one is a stop of the Tab key; the arrows lead on from there.
function makeReachable(element) {
  for (const other of svg.querySelectorAll('[tabindex="0"]')) other.setAttribute("tabindex", "-1");
  element.setAttribute("tabindex", "0");
}

function find(name) {
  const node = data.nodes.findIndex((each) => each.name === name && !each.constant);
  if (node < 0) return;
  const { group, users } = data.nodes[node];
  const inside = group !== null ? group : users[0];
  if (inside !== undefined && picture.home[node] !== `node${node}`) {
    openGroups.add(inside);
    redraw();
  }
  bringIntoView([boxOf(node)]);
  focusOn(boxOf(node).element);
}

// The nearest box in the direction of an arrow key.
function neighbour(element, key) {
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const from = picture.boxes.find((box) => box.element === element);
  let [best, least] = [null, Infinity];
  for (const box of picture.boxes) {
    const along = (box.x - from.x) * dx + (box.y - from.y) * dy;
    const aside = Math.abs((box.x - from.x) * dy) + Math.abs((box.y - from.y) * dx);
    if (along > 2 && along + 3 * aside < least) [best, least] = [box.element, along + 3 * aside];
  }
  return best;
}

// ------------------------------------------------------------------- the address

function keyOf(node) {
  return node.name === "step" ? "leaf step" : node.name;
}

// The address keeps the step and the leaves that were changed.
function keepAddress() {
  const state = new URLSearchParams({ step: controls.position() });
  for (const i of leafRows.keys()) {
    if (!Object.is(leaves[i], graph.recorded[i])) state.set(keyOf(data.nodes[i]), leaves[i]);
  }
  try {
    history.replaceState(null, "", `#${state}`);
  } catch {
    // A frame in a notebook has no address of its own.
  }
}

function readAddress() {
  const state = new URLSearchParams(location.hash.slice(1));
  for (const i of leafRows.keys()) {
    const told = state.get(keyOf(data.nodes[i]));
    const x = Number(told);
    setLeaf(i, told && Number.isFinite(x) ? x : graph.recorded[i]);
  }
  story = tellStory(leaves);
  controls.go(Number(state.get("step")) || 0);
  showScale();
}

// ----------------------------------------------------------------------- beginning

function listen() {
  svg.addEventListener("pointerover", (event) => hoverOver(event.target));
  svg.addEventListener("pointerleave", () => hover(null));
  svg.addEventListener("focusin", (event) => hoverOver(event.target));
  svg.addEventListener("focusout", () => hover(null));
  svg.addEventListener("click", (event) => {
    const element = event.target.closest("[role=button]");
    if (element) act(element);
  });
  svg.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (event.target.matches("[role=button]")) act(event.target);
    } else if (event.key.startsWith("Arrow") && event.target !== svg) {
      event.preventDefault();
      focusOn(neighbour(event.target, event.key));
      document.activeElement.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    }
  });
  part("predict").addEventListener("click", () => {
    predicting = !predicting;
    revealed = null;
    part("predict").setAttribute("aria-pressed", predicting);
    showScale();
    controls.refresh();
  });
  part("find").addEventListener("change", (event) => find(event.target.value));
  const zooms = { smaller: () => chosenZoom / 1.25, larger: () => chosenZoom * 1.25, whole: () => 1 };
  for (const [id, chosen] of Object.entries(zooms)) {
    on(id, () => {
      chosenZoom = Math.max(0.2, Math.min(8, chosen()));
      setZoom(wantedZoom());
    });
  }
  on("full", fullScreen);
  part("full").hidden = !document.fullscreenEnabled;
  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select");
    const action = { f: fullScreen, F: fullScreen, "+": () => part("larger").click(), "-": () => part("smaller").click() }[event.key];
    if (!busy) action?.();
  });
  window.addEventListener("hashchange", readAddress);
  // An observer reports once when it begins: what is drawn for this size stays.
  let drawnFor = sizeOfWindow();
  new ResizeObserver(() => {
    if (sizeOfWindow() === drawnFor) return;
    drawnFor = sizeOfWindow();
    redraw();
  }).observe(document.querySelector("main"));
}

function sizeOfWindow() {
  return `${stage.offsetWidth} ${stage.offsetHeight}`;
}

function hoverOver(element) {
  const group = element.closest(".node");
  hover(group === null ? null : picture.boxes.find((box) => box.element === group));
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

function begin() {
  for (const line of data.loop) {
    const row = document.createElement("span");
    row.textContent = line.trim();
    // Where a line is too long, it goes on further in.
    const depth = line.length - line.trimStart().length;
    Object.assign(row.style, { paddingLeft: `${depth + 2}ch`, textIndent: "-2ch" });
    part("loop").append(row);
  }
  part("program").textContent = String(graph.backward);
  for (const node of data.nodes) {
    if (!node.constant) part("names").append(new Option(node.name));
  }
  startLeaves(changed, settled);
  drawPicture();
  setZoom(wantedZoom());
  Object.assign(controls, startControls({
    last: () => story.steps.length - 1,
    words: wordsAt,
    delay: () => 1800 / speed(),
    show,
    reveal,
  }));
  readAddress();
  tellIfStale();
  listen();
}

// Assigning data in Python refreshes no node that was built before.
function tellIfStale() {
  const off = (x, i) => Math.abs(x - story.values[i]) > 1e-9 * Math.max(1, Math.abs(x));
  if (story.wrong !== null || !graph.recorded.some(off)) return;
  part("outcome").textContent =
    "This graph was built before its leaves had these numbers: the page has computed it again.";
}

begin();
