// One step: what the picture, the equation, the loop and a screen reader tell of it.

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
  travel(
    step,
    1000 / speed(),
    (stage) => lightLoop(step, stage),
    () => showArrived(step, null),
  );
}

function isHidden(position) {
  const { kind } = story.steps[position];
  return predicting && revealed !== position && (kind === "forward" || kind === "backward");
}

function showArrived(step, mask) {
  const known = knownAt(story, story.steps.indexOf(step));
  paintPicture(story, known, step, mask);
  for (const box of picture.boxes) box.element.classList.remove("giver", "receiver", "target");
  const receiver = boxOf(step.kind === "backward" ? step.parent : (step.node ?? -1));
  const giver = step.kind === "backward" ? boxOf(step.node) : undefined;
  giver?.element.classList.add("giver");
  receiver?.element.classList.add(step.kind === "backward" ? "receiver" : "target");
  picture.overlay.replaceChildren();
  showPlates(step, mask);
  showEquation(step, mask);
  lightLoop(step, mask === "?" ? "travel" : "drop");
  describe(known, step, mask);
}

// The boxes of a step are brought into view, and it is heard.
function arrive(step) {
  const seen = [step.parent, step.node].filter((i) => i !== undefined).map(boxOf);
  const boxes = seen.filter((box) => box !== undefined);
  if (boxes.length > 0) bringIntoView(boxes);
  makeReachable((boxes[0] ?? picture.boxes.at(-1)).element);
  if (!sliding) announce();
}

function showEquation(step, mask) {
  const place = part("equation");
  place.classList.remove("waiting");
  place.replaceChildren(
    ...equationOf(step, story).map(([text, role]) => {
      if (role === "result" && mask === "?") return revealButton();
      const words = document.createElement("span");
      words.className = role ?? "";
      words.textContent = text;
      return words;
    }),
  );
  place.classList.toggle("long", place.textContent.length > 90);
  part("rule").textContent = reasonOf(step);
  part("wrong").textContent =
    story.wrong === null || step.kind === "undefined" ? "" : story.wrong.sentence;
}

function revealButton() {
  const button = document.createElement("button");
  const title = say("Show the result");
  Object.assign(button, { id: "reveal", textContent: "?", title });
  button.setAttribute("aria-label", title);
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

// What a screen reader hears.
function announce() {
  const hidden = isHidden(controls.position());
  const words = equationOf(stepNow(), story).map(([text, role]) => {
    return hidden && role === "result" ? say("what?") : text;
  });
  part("said").textContent = say("{place}: {equation}", {
    place: wordsAt(controls.position()),
    equation: words.join(""),
  });
  part("slider").setAttribute("aria-valuetext", part("said").textContent);
  keepAddress();
}

function wordsAt(position) {
  const step = story.steps[position];
  const index =
    story.steps.slice(0, position).filter((each) => each.kind === step.kind).length + 1;
  if (step.kind === "start") return say("Start");
  if (step.kind === "seed") return say("Seed");
  if (step.kind === "undefined") return say("Undefined");
  if (step.kind === "forward")
    return say("Forward {index}/{count}", { index, count: story.inner.length });
  const count = story.steps.filter((each) => each.kind === "backward").length;
  return say("Backward {index}/{count}", { index, count });
}

function speed() {
  return Number(part("speed").value);
}
