// Pointing at nodes: what they tell, which groups open, where keys and names lead.

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
  about.textContent = hovered === null ? hint() : wordsOf(hovered, known, step, mask);
  // A screen reader hears of a box what is shown of it.
  const kind =
    hovered?.element.getAttribute("role") === "img" ? "aria-label" : "aria-description";
  hovered?.element.setAttribute(kind, about.textContent);
}

function hint() {
  return say("Point at a node to see what it was made from, and its numbers.");
}

function wordsOf(box, known, step, mask) {
  if (box.node === null)
    return say("{name}: + opens it.", { name: data.groups[box.group].name });
  const node = data.nodes[box.node];
  if (node.constant)
    return say("the constant {name}", { name: number(graph.recorded[box.node]) });
  const value = known.values[box.node];
  const hides = (kind, i) => mask !== null && step.kind === kind && i === box.node;
  const told = value === null || hides("forward", step.node) ? "?" : number(value);
  let formula = `${node.said} = ${told}`;
  if (node.formula !== null) {
    const numbers = value === null ? "" : ` = ${inNumbers(box.node, story.values)}`;
    formula = `${node.said} = ${node.formula[0]}${numbers} = ${told}`;
  }
  const gradient = known.gradients[box.node];
  const soFar =
    gradient === null || gradient === 0
      ? say("0: nothing has reached it yet")
      : number(gradient);
  const words = hides("backward", step.parent) ? "?" : soFar;
  const call =
    node.group === null ? "" : say(" (in {name})", { name: data.groups[node.group].name });
  const derivative = `d${data.nodes.at(-1).said}/d${node.said}`;
  const soFarWords = say("{derivative} so far: {gradient}", { derivative, gradient: words });
  return `${formula}${call}\n${soFarWords}`;
}

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
  for (const other of svg.querySelectorAll('[tabindex="0"]'))
    other.setAttribute("tabindex", "-1");
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
  const [dx, dy] = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }[key];
  const from = picture.boxes.find((box) => box.element === element);
  let [best, least] = [null, Infinity];
  for (const box of picture.boxes) {
    const along = (box.x - from.x) * dx + (box.y - from.y) * dy;
    const aside = Math.abs((box.x - from.x) * dy) + Math.abs((box.y - from.y) * dx);
    if (along > 2 && along + 3 * aside < least)
      [best, least] = [box.element, along + 3 * aside];
  }
  return best;
}
