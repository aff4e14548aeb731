// The picture: boxes and arrows as SVG, made whenever a group opens or the window turns.

const TEXT = 15;
const LINE = 19;
const PAD = 8;
const ROOM = "-0.00000";
const MOST_LABELS = 60;

const stage = document.getElementById("stage");
const svg = document.getElementById("picture");
const pen = document.createElement("canvas").getContext("2d");

// What is drawn now: boxes, arrows, home, and the size of it all.
let picture = null;

function svgElement(name, attributes, parent) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(element, attributes);
  parent?.append(element);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function widthOf(text, weight = "normal") {
  pen.font = `${weight} ${TEXT}px ${data.font}`;
  return pen.measureText(text).width;
}

function drawPicture() {
  const { boxes: ids, arrows, home } = visibleGraph();
  const boxes = ids.map((id) => contentOf(id, home));
  // In a crowd of arrows there is no room for words on each.
  const crowded = arrows.length > MOST_LABELS;
  const labels = arrows.map((arrow) => {
    arrow.labelled = arrow.edges.length === 1 && !crowded;
    return arrow.labelled ? [widthOf("-0.000") + 4, TEXT + 3] : [8, 2];
  });
  const plan = planLayers(
    boxes.length,
    arrows.map((arrow) => [arrow.tail, arrow.head]),
  );
  const layouts = [false, true].map((vertical) => arranged(plan, boxes, labels, vertical));
  // From left to right or down, whichever is larger in this window.
  const [across, down] = layouts.map(({ size }) => fitOf(size));
  const layout = layouts[down > across ? 1 : 0];
  svg.replaceChildren();
  picture = { boxes, arrows, home, size: layout.size, vertical: layout.vertical };
  boxes.forEach((box, i) => ([box.x, box.y] = layout.boxes[i]));
  arrows.forEach((arrow, i) => drawArrow(arrow, i, layout));
  boxes.forEach(drawBox);
  picture.overlay = svgElement("g", { class: "overlay", "aria-hidden": "true" }, svg);
  set(svg, { viewBox: `0 0 ${layout.size.join(" ")}` });
}

function arranged(plan, boxes, labels, vertical) {
  const turn = ([x, y]) => (vertical ? [y, x] : [x, y]);
  const sizes = [boxes.map((box) => turn([box.width, box.height])), labels.map(turn)];
  const tight = layOut(plan, ...sizes);
  const roomy = layOut(plan, ...sizes, roomyGaps(tight, turn));
  const margin = 24;
  const move = (point) => turn(point).map((x) => x + margin);
  return {
    vertical,
    boxes: roomy.boxes.map(move),
    labels: roomy.labels.map(move),
    paths: roomy.routes.map((route) => smooth(route, move)),
    size: turn(roomy.size).map((x) => x + 2 * margin),
  };
}

// The gaps that fill the window, where a picture is longer or wider than it is.
function roomyGaps({ size, counts }, turn) {
  const zoom = fitOf(turn(size));
  const [across, down] = turn([stage.offsetWidth - 60, stage.offsetHeight - 60]).map(
    (length, i) => {
      const spare = (length / zoom - size[i]) / Math.max(1, counts[i]);
      return Math.max(0, Math.min(60, spare));
    },
  );
  return { layer: GAPS.layer + across, neighbour: GAPS.neighbour + down };
}

// A curve through all points that leaves and arrives straight.
function smooth(route, move) {
  let path = `M${move(route[0])}`;
  for (let i = 1; i < route.length; i++) {
    const [[x0, y0], [x1, y1]] = [route[i - 1], route[i]];
    const middle = (x0 + x1) / 2;
    path += ` C${move([middle, y0])} ${move([middle, y1])} ${move([x1, y1])}`;
  }
  return path;
}

// What a box shows and how large it is, with room for longer numbers.
function contentOf(id, home) {
  const index = Number(id.replace(/\D+/, ""));
  if (id.startsWith("group")) {
    const group = data.groups[index];
    const count = say("{count} nodes", { count: group.nodes.length });
    const output = outputOf(index, home);
    return sized({
      id,
      group: index,
      node: output,
      title: group.short,
      operator: "",
      extra: [count],
    });
  }
  const node = data.nodes[index];
  if (node.constant) {
    const title = short(graph.recorded[index]);
    const width = widthOf(title) + 2 * PAD;
    return {
      id,
      node: index,
      title,
      operator: "",
      extra: [],
      width,
      height: LINE + 6,
      quiet: true,
    };
  }
  return sized({ id, node: index, title: node.short, operator: node.operator, extra: [] });
}

function sized(box) {
  const title =
    widthOf(box.title, "bold") + widthOf(box.operator) + (signOf(box) === "" ? 0 : 10);
  const row = box.node === null ? 0 : widthOf(`data  ${ROOM}`);
  const widths = [title, row, ...box.extra.map((text) => widthOf(text))];
  const lines = 1 + box.extra.length + (box.node === null ? 0 : 2);
  return {
    ...box,
    width: Math.max(...widths) + 2 * PAD,
    height: lines * LINE + 8,
    quiet: false,
  };
}

function drawBox(box) {
  const [x, y] = [box.x - box.width / 2, box.y - box.height / 2];
  const kind = `node${box.quiet ? " constant" : ""}${"group" in box ? " closed" : ""}`;
  const sign = signOf(box);
  const role = sign !== "" || isLeaf(box.node) ? "button" : "img";
  const group = svgElement("g", { id: box.id, class: kind, role, tabindex: "-1" }, svg);
  const size = { x, y, width: box.width, height: box.height, rx: 7 };
  box.element = group;
  // A button is called by the words in it.
  if (role === "img") group.setAttribute("aria-label", `${box.title}${box.operator}`);
  box.frame = svgElement("rect", { ...size, fill: data.theme.neutral }, group);
  let line = y + LINE - 1;
  const title = svgElement("text", { x: x + PAD, y: line, class: "title" }, group);
  title.textContent = box.title;
  svgElement("tspan", { class: "operator" }, title).textContent = box.operator;
  const corner = { x: x + box.width - 5, y: y + 13, "text-anchor": "end", class: "sign" };
  if (sign !== "") svgElement("text", corner, group).textContent = sign;
  if (box.quiet) return;
  for (const text of box.extra) {
    line += LINE;
    svgElement("text", { x: x + PAD, y: line, class: "word" }, group).textContent = ` ${text} `;
  }
  if (box.node === null) return;
  for (const row of ["data", "grad"]) {
    line += LINE;
    svgElement("text", { x: x + PAD, y: line, class: "word" }, group).textContent = ` ${row} `;
    box[`${row}Pill`] = svgElement(
      "rect",
      {
        class: "pill",
        rx: 4,
        height: LINE - 2,
        y: line - LINE + 6,
        x: x + box.width - PAD - widthOf(ROOM) - 3,
        width: widthOf(ROOM) + 6,
      },
      group,
    );
    const right = { x: x + box.width - PAD, y: line, "text-anchor": "end", class: row };
    box[row] = svgElement("text", right, group);
  }
}

// What a click does: opens a group, closes the one that the node belongs to, or neither.
function signOf(box) {
  if ("group" in box) return "+";
  return data.nodes[box.node].group === null ? "" : "−";
}

function drawArrow(arrow, i, layout) {
  arrow.element = svgElement("g", { id: `edge${i}`, class: "edge" }, svg);
  arrow.line = svgElement("path", { d: layout.paths[i] }, arrow.element);
  // A tip at each end: one of them shows, by what moves.
  const ends = [picture.boxes[arrow.head], picture.boxes[arrow.tail]];
  const along = layout.paths[i]
    .match(/-?[\d.]+,-?[\d.]+/g)
    .map((p) => p.split(",").map(Number));
  arrow.tips = [along.at(-1), along[0]].map((point, end) => {
    return svgElement(
      "path",
      { class: "tip", d: tip(point, ends[end], layout.vertical) },
      arrow.element,
    );
  });
  arrow.at = layout.labels[i];
  arrow.label = svgElement(
    "text",
    {
      x: arrow.at[0],
      y: arrow.at[1] + TEXT / 3,
      "text-anchor": "middle",
      class: "derivative",
    },
    arrow.element,
  );
}

// A triangle that touches a box at a point, from the side where the point is.
function tip([x, y], box, vertical) {
  const before = vertical ? y < box.y : x < box.x;
  const back = before ? -9 : 9;
  return vertical ? `M${x},${y} l-5.5,${back} h11 z` : `M${x},${y} l${back},-5.5 v11 z`;
}

function boxOf(node) {
  return picture.boxes.find((box) => box.id === picture.home[node]);
}

// The arrow that a step runs along, or undefined inside a closed group.
function arrowOf(step) {
  if (step.kind !== "backward") return undefined;
  return arrowsInto(step.node, step.operand)[0];
}

function arrowsInto(node, operand = null) {
  return picture.arrows.filter((arrow) => {
    return arrow.edges.some(([n, k]) => n === node && (operand === null || k === operand));
  });
}
