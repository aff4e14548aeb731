// What a step makes of the picture: numbers, colours, and where arrows point.

// `known` is what the story has told so far. `mask` stands for what the step itself
// brings, while that is hidden or on its way; null shows it.
function paintPicture(story, known, step, mask) {
  const loud = (story.gradients ?? []).filter((_, i) => !data.nodes[i].constant);
  const largest = largestOf(loud);
  for (const box of picture.boxes) {
    if (!box.quiet && box.node !== null) paintBox(box, known, largest);
  }
  if (mask !== null) maskResult(step, mask);
  paintArrows(story, known, step, mask !== null);
}

function paintBox(box, known, largest) {
  const value = known.values[box.node];
  const gradient = known.gradients[box.node];
  writeOn(box.data, value === null ? "·" : short(value));
  writeOn(box.grad, gradient === null ? "·" : signed(gradient));
  const strange = [value, gradient].some((x) => x !== null && !Number.isFinite(x));
  const fill = gradient === null ? data.theme.neutral : fillOf(gradient, largest);
  const kind = strange ? "strange" : gradient !== null && gradient < 0 ? "negative" : "";
  if (box.fill !== fill) box.frame.setAttribute("fill", (box.fill = fill));
  if (box.kind !== kind) box.frame.setAttribute("class", (box.kind = kind));
}

function writeOn(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function maskResult(step, mask) {
  const forward = step.kind === "forward";
  const box = boxOf(forward ? step.node : step.parent);
  if (!box?.data) return;
  writeOn(forward ? box.data : box.grad, mask);
  box.frame.setAttribute("fill", (box.fill = data.theme.neutral));
  box.frame.setAttribute("class", (box.kind = ""));
}

function paintArrows(story, known, step, hidden) {
  const backward = known.gradients.at(-1) !== null;
  const largest = largestOf(story.steps.map((each) => each.contribution ?? 0));
  const now = step.kind === "forward" ? arrowsInto(step.node) : [arrowOf(step)];
  for (const arrow of picture.arrows) {
    const [[node, operand]] = arrow.edges;
    const carried = arrow.edges.map(([n, k]) => known.carried[n][k]).filter((x) => x !== null);
    const isNow = now.includes(arrow);
    const done = carried.length > 0 && !(isNow && hidden);
    const sum = done ? carried.reduce((one, other) => one + other) : 0;
    const quiet = data.nodes[graph.parents[node][operand]].constant;
    const colour = done && !quiet ? lineColourOf(sum) : data.theme.faint;
    const width = done && !quiet ? lineWidthOf(sum, largest) : 1.5;
    arrow.element.classList.toggle("current", isNow);
    const look = [colour, width, sum < 0 && !quiet, backward].join();
    if (arrow.look !== look) {
      arrow.look = look;
      set(arrow.line, { stroke: colour, "stroke-width": width });
      arrow.line.classList.toggle("negative", sum < 0 && !quiet);
      arrow.tips.forEach((each, end) => {
        set(each, {
          style: `fill: ${colour}`,
          visibility: (end === 1) === backward ? "visible" : "hidden",
        });
      });
    }
    // A local derivative is known as soon as its node has its number; in a step backward
    // it stands in the product on the edge.
    const isKnown = story.partials !== null && known.values[node] !== null;
    const elsewhere = isNow && (step.kind === "backward" || hidden);
    const told = arrow.labelled && isKnown && !elsewhere;
    writeOn(arrow.label, told ? short(story.partials[node][operand]) : "");
  }
}
