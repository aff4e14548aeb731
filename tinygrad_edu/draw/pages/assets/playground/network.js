// The picture: neurons in columns, and a line for each weight.

const picture = document.getElementById("picture");
const lines = document.getElementById("lines");
const SVG = "http://www.w3.org/2000/svg";

// Made anew with the network: one line for each weight, one box for each neuron.
let drawn = null;

function element(name, kind, parent) {
  const made = document.createElement(name);
  made.className = kind;
  parent.append(made);
  return made;
}

function buildPicture() {
  const neurons = document.getElementById("neurons");
  neurons.replaceChildren();
  lines.replaceChildren();
  drawn = { boxes: [], lines: [], titles: [] };
  net.shape.forEach((count, column) => {
    for (let i = 0; i < count; i++) {
      const box = element("div", "neuron", neurons);
      const canvas = isPlane ? element("canvas", "", box) : null;
      if (canvas !== null) canvas.width = canvas.height = GRID;
      drawn.boxes.push({
        column,
        i,
        box,
        canvas,
        tag: element("div", column === 0 ? "tag first" : "tag", neurons),
      });
    }
    drawn.titles.push(element("div", "title", neurons));
  });
  net.places.forEach(({ input }) => {
    const line = input === null ? null : document.createElementNS(SVG, "line");
    if (line !== null) lines.append(line);
    drawn.lines.push({ line, ends: null, look: "" });
  });
  layOut();
}

function activationOf(column) {
  return column === net.shape.length - 1 ? data.outputActivation : settings.activation;
}

// Neuron i of a column: which of the boxes it is; the inputs are column 0.
function boxIndex(column, i) {
  return net.shape.slice(0, column).reduce((sum, count) => sum + count, 0) + i;
}

function layOut() {
  const { clientWidth: width, clientHeight: height } = picture;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const top = 1.4 * rem;
  const columns = net.shape.length;
  const most = Math.max(...net.shape);
  // A number stands on the lower edge of its neuron.
  const line = 0.8 * Math.max(12, 0.85 * rem);
  const size = Math.max(
    10,
    Math.min(width / columns / 1.8, (height - top) / most - line - 4, 8 * rem),
  );
  const gap = (width - size - 1.5 * rem) / Math.max(1, columns - 1);
  for (const { column, i, box, tag } of drawn.boxes) {
    const x = size / 2 + 0.75 * rem + column * gap;
    const y = top + ((i + 0.5) * (height - top)) / net.shape[column] - line / 3;
    Object.assign(box.style, {
      left: `${x}px`,
      top: `${y}px`,
      width: `${size}px`,
      height: `${size}px`,
    });
    const left = column === 0 ? x - size / 2 : x;
    Object.assign(tag.style, { left: `${left}px`, top: `${y + size / 2 - line}px` });
    box.centre = [x, y];
    drawn.titles[column].style.left = `${x}px`;
  }
  drawn.titles.forEach((title, column) => {
    const name = column === 0 ? say("inputs") : `layer${column - 1}`;
    const short = column === 0 ? "x" : String(column - 1);
    const whole = column === 0 ? name : `${name} · ${activationOf(column)}`;
    title.textContent = gap > 8.5 * rem ? whole : gap > 4 * rem ? name : short;
  });
  drawn.titles[0].style.transform = "none";
  drawn.titles[0].style.left = "0";
  drawn.titles.at(-1).style.transform = "translate(-100%, 0)";
  drawn.titles.at(-1).style.left = `${width}px`;
  net.places.forEach(({ layer, neuron, input }, k) => {
    if (input === null) return;
    const [x1, y1] = drawn.boxes[boxIndex(layer, input)].box.centre;
    const [x2, y2] = drawn.boxes[boxIndex(layer + 1, neuron)].box.centre;
    const ends = [x1 + size / 2, y1, x2 - size / 2, y2];
    ["x1", "y1", "x2", "y2"].forEach((name, j) =>
      drawn.lines[k].line.setAttribute(name, ends[j]),
    );
    drawn.lines[k].ends = ends;
  });
  drawn.scale = rem / 13;
}

// Width and colour by number, dashed where it is negative; only `layer`, where one is lit.
function paintEdges(numbers, layer) {
  const largest = largestOf(numbers) || 1;
  const thin = net.places.length > 150 ? 0.7 : 1;
  net.places.forEach((place, k) => {
    const { line, look } = drawn.lines[k];
    if (line === null) return;
    const x = numbers[k];
    const width =
      (0.8 + 5 * Math.sqrt(Math.min(1, Math.abs(x) / largest))) * thin * drawn.scale;
    const isPale = layer !== null && place.layer !== layer;
    const kind = `${k === chosen ? "chosen" : ""} ${isPale ? "pale" : ""}`;
    const wanted = `${width.toFixed(1)} ${x > 0} ${x < 0} ${kind}`;
    if (wanted === look) return;
    drawn.lines[k].look = wanted;
    const { positive_line: positive, negative_line: negative, faint } = data.theme;
    line.setAttribute("stroke", x > 0 ? positive : x < 0 ? negative : faint);
    line.setAttribute("stroke-width", width.toFixed(1));
    line.setAttribute(
      "stroke-dasharray",
      x < 0 ? `${7 * drawn.scale} ${4 + width}` : "none",
    );
    line.setAttribute("class", kind);
  });
  return largest;
}

// Fields where there is a plane, else a colour by the activation; and the numbers below.
function paintNeurons(fields, numbers, column) {
  drawn.boxes.forEach(({ column: own, i, box, canvas, tag }, k) => {
    if (canvas !== null) {
      const isOutput = outputs === 1 && own === net.shape.length - 1;
      const [middle, reach] = isOutput
        ? [data.middle, data.reach]
        : [0, largestOf(fields[k]) || 1];
      paintField(canvas.getContext("2d"), fields[k], middle, reach);
    } else {
      const x = numbers[k] ?? 0;
      const share = x / (largestOf(numbers.filter((n) => n !== null)) || 1);
      const colour = palette[Math.round(128 * clip(Number.isNaN(share) ? 0 : share) + 128)];
      box.style.background = `rgb(${colour.map(Math.round)})`;
    }
    const name = own === 0 ? data.features[i] : "";
    const text =
      numbers[k] === null ? name : [name, short(numbers[k])].filter(Boolean).join(" ");
    if (tag.textContent !== text) tag.textContent = text;
    box.classList.toggle("lit", own === column);
    box.classList.toggle("chosen", isBiasOf(chosen, own, i));
  });
}

function isBiasOf(k, column, i) {
  if (k === null) return false;
  const { layer, neuron, input } = net.places[k];
  return input === null && layer + 1 === column && neuron === i;
}

// The weight that a place in the picture is nearest to, or the bias of a neuron, or null.
function weightAt(x, y) {
  for (const { column, i, box } of drawn.boxes) {
    const [cx, cy] = box.centre;
    const half = box.offsetWidth / 2;
    if (Math.abs(x - cx) > half || Math.abs(y - cy) > half) continue;
    const found = net.places.findIndex((_, k) => isBiasOf(k, column, i));
    return found < 0 ? null : found;
  }
  let best = null;
  let nearest = 9 * drawn.scale;
  drawn.lines.forEach(({ ends }, k) => {
    if (ends === null) return;
    const [x1, y1, x2, y2] = ends;
    const [dx, dy] = [x2 - x1, y2 - y1];
    const share = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy);
    if (share < 0 || share > 1) return;
    const distance = Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
    if (distance < nearest) [best, nearest] = [k, distance];
  });
  return best;
}

function short(x) {
  return Number.isFinite(x) ? String(Number(x.toPrecision(3))) : repr(x);
}
