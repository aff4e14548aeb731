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

// ---------------------------------------------------------------- a number changed

let waiting = false;
// While a hand holds a slider, only what is seen changes; the rest follows on release.
let dragging = false;
// The same for the slider of the story.
let sliding = false;

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
  part("scale").replaceChildren(
    ...shares.map((share) => {
      const swatch = document.createElement("span");
      swatch.textContent = signed(share * largest);
      swatch.style.background = fillOf(share * largest, largest);
      swatch.classList.toggle("negative", share < 0);
      return swatch;
    }),
  );
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
  const zooms = {
    smaller: () => chosenZoom / 1.25,
    larger: () => chosenZoom * 1.25,
    whole: () => 1,
  };
  for (const [id, chosen] of Object.entries(zooms)) {
    on(id, () => {
      chosenZoom = Math.max(0.2, Math.min(8, chosen()));
      setZoom(wantedZoom());
    });
  }
  on("full", fullScreen);
  part("full").hidden = !document.fullscreenEnabled;
  document.addEventListener("keydown", (event) => {
    const busy =
      event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select");
    const action = {
      f: fullScreen,
      F: fullScreen,
      "+": () => part("larger").click(),
      "-": () => part("smaller").click(),
    }[event.key];
    if (!busy) action?.();
  });
  part("slider").addEventListener("pointerdown", () => (sliding = true));
  part("slider").addEventListener("change", () => {
    sliding = false;
    announce();
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
  Object.assign(
    controls,
    startControls({
      last: () => story.steps.length - 1,
      words: wordsAt,
      delay: () => 1800 / speed(),
      show,
      reveal,
    }),
  );
  readAddress();
  tellIfStale();
  listen();
}

// Assigning data in Python refreshes no node that was built before.
function tellIfStale() {
  const off = (x, i) => Math.abs(x - story.values[i]) > 1e-9 * Math.max(1, Math.abs(x));
  if (story.wrong !== null || !graph.recorded.some(off)) return;
  part("outcome").textContent = say(
      "This graph was built before its leaves had these numbers: the page has computed " +
        "it again.",
    );
}

begin();
