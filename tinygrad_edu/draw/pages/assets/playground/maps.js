// What each neuron says about the plane of two inputs.

const GRID = 40;
const isPlane = data.features.length === 2;
const ranges = [0, 1].map((i) => {
  const numbers = [...data.known, ...data.unseen].map((row) => row.x[i]);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const room = 0.1 * (high - low) || 1;
  return [low - room, high + room];
});
const outputs = data.shapes[data.depth].at(-1);

function rgb(colour) {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
}

function mixed(start, end, share) {
  return start.map((x, i) => x + (end[i] - x) * share);
}

// A pixel as ImageData holds it: alpha, blue, green and red in one number.
function pixelOf([red, green, blue], light = 1) {
  const [r, g, b] = [red, green, blue].map((x) => Math.round(x * light));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

// From -1 to 1: the negative colour, the neutral one, the positive one.
const palette = Array.from({ length: 257 }, (_, i) => {
  const share = (i - 128) / 128;
  const full = share > 0 ? data.theme.positive : data.theme.negative;
  return mixed(rgb(data.theme.neutral), rgb(full), Math.abs(share));
});
const plain = Uint32Array.from(palette, (colour) => pixelOf(colour));
// What is negative is striped, for who does not see the colours.
const striped = Uint32Array.from(palette, (colour, i) =>
  pixelOf(colour, i < 128 ? 0.88 : 1),
);
const black = pixelOf([0, 0, 0]);
const classColours = data.theme.classes.map(rgb);

// The place in the middle of a square of the grid, row by row from the top.
function placeOf(i) {
  const share = ((i % GRID) + 0.5) / GRID;
  const height = 1 - (Math.floor(i / GRID) + 0.5) / GRID;
  return [share, height].map((x, k) => ranges[k][0] + x * (ranges[k][1] - ranges[k][0]));
}

const places = Array.from({ length: GRID * GRID }, (_, i) => placeOf(i));

// The numbers of the inputs and of all neurons, each over the grid.
function computeFields() {
  const a = new Float64Array(net.a.length);
  const fields = Array.from(
    { length: 2 + a.length },
    () => new Float64Array(places.length),
  );
  places.forEach((place, i) => {
    respondTo(place, a);
    fields[0][i] = place[0];
    fields[1][i] = place[1];
    for (let k = 0; k < a.length; k++) fields[k + 2][i] = a[k];
  });
  return fields;
}

// Sets a to what every neuron says about a row; nan where an operator is undefined.
function respondTo(x, a) {
  try {
    net.program.respond(net.w, x, a);
  } catch (error) {
    if (!(error instanceof Undefined)) throw error;
    a.fill(NaN);
  }
}

// Paints a field, where `middle` is neutral and `reach` from there the full colour.
function paintField(pen, field, middle, reach) {
  const image = pen.createImageData(GRID, GRID);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < field.length; i++) {
    const x = clip((field[i] - middle) / reach);
    const isStripe = ((i % GRID) + Math.floor(i / GRID)) % 6 === 0;
    const shade = Math.round(128 * x + 128);
    pixels[i] = x === x ? (isStripe ? striped : plain)[shade] : black;
  }
  pen.putImageData(image, 0, 0);
}

function clip(x) {
  return Math.max(-1, Math.min(1, x));
}

function largestOf(numbers) {
  return numbers.reduce(
    (most, x) => (Math.abs(x) > most && Number.isFinite(x) ? Math.abs(x) : most),
    0,
  );
}

// Probabilities of the classes, which are mixed as colours.
function paintClasses(pen, fields) {
  const colours = fields.map((_, k) =>
    mixed(rgb(data.theme.neutral), classColours[k % classColours.length], 0.75),
  );
  const image = pen.createImageData(GRID, GRID);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < places.length; i++) {
    let peak = -Infinity;
    for (const field of fields) peak = Math.max(peak, field[i]);
    let [sum, red, green, blue] = [0, 0, 0, 0];
    fields.forEach((field, k) => {
      const share = Math.exp(field[i] - peak);
      sum += share;
      red += share * colours[k][0];
      green += share * colours[k][1];
      blue += share * colours[k][2];
    });
    pixels[i] = pixelOf([red / sum, green / sum, blue / sum]);
  }
  pen.putImageData(image, 0, 0);
}

const sheet = document.createElement("canvas");
sheet.width = sheet.height = GRID;
const map = document.getElementById("map");

function paintMap(fields) {
  const pen = fitted(map);
  const size = map.width;
  const last = fields.slice(-outputs);
  if (outputs === 1) paintField(sheet.getContext("2d"), last[0], data.middle, data.reach);
  else paintClasses(sheet.getContext("2d"), last);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(sheet, 0, 0, size, size);
  pen.strokeStyle = data.theme.text;
  pen.lineWidth = size / 160;
  for (const margin of margins(last)) drawContour(pen, margin, size / GRID);
  for (const row of data.unseen) drawRow(pen, row, false);
  for (const row of learntRows()) drawRow(pen, row, true);
  if (probe !== null) {
    const [x, y] = onMap(probe);
    pen.strokeStyle = data.theme.text;
    pen.lineWidth = size / 250;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, size);
    pen.moveTo(0, y);
    pen.lineTo(size, y);
    pen.stroke();
  }
}

// Fields that are 0 where the decision changes.
function margins(last) {
  if (outputs === 1) return [last[0].map((y) => y - data.middle)];
  return last.map((field, k) =>
    field.map((y, i) => {
      let best = -Infinity;
      for (let j = 0; j < last.length; j++)
        if (j !== k && last[j][i] > best) best = last[j][i];
      return y - best;
    }),
  );
}

// Marching squares: where a field changes its sign between the middles of squares.
function drawContour(pen, field, side) {
  pen.beginPath();
  for (let i = 0; i < GRID * (GRID - 1); i++) {
    const column = i % GRID;
    const isHigh = field[i] > 0;
    const isWhole =
      field[i + 1] > 0 === isHigh &&
      field[i + GRID] > 0 === isHigh &&
      field[i + GRID + 1] > 0 === isHigh;
    if (column === GRID - 1 || isWhole) continue;
    const corners = [i, i + 1, i + GRID + 1, i + GRID];
    const crossings = [];
    corners.forEach((from, k) => {
      const to = corners[(k + 1) % 4];
      if (field[from] > 0 === field[to] > 0) return;
      const share = field[from] / (field[from] - field[to]);
      const between = (p, q) => (p + share * (q - p) + 0.5) * side;
      crossings.push([
        between(from % GRID, to % GRID),
        between(Math.floor(from / GRID), Math.floor(to / GRID)),
      ]);
    });
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      pen.moveTo(...crossings[k]);
      pen.lineTo(...crossings[k + 1]);
    }
  }
  pen.stroke();
}

function onMap(x) {
  const shares = [0, 1].map((i) => (x[i] - ranges[i][0]) / (ranges[i][1] - ranges[i][0]));
  return [shares[0] * map.width, (1 - shares[1]) * map.height];
}

function classOf(t) {
  if (t.length === 1) return t[0] > data.middle ? 1 : 0;
  return t.indexOf(Math.max(...t));
}

function classColour(k) {
  if (outputs > 1) return data.theme.classes[k % data.theme.classes.length];
  return k === 1 ? data.theme.positive_line : data.theme.negative_line;
}

// A known row is filled, an unseen one is not; its shape is that of its class.
function drawRow(pen, row, isKnown) {
  const [x, y] = onMap(row.x);
  const r = map.width / 70;
  const k = classOf(row.t);
  pen.beginPath();
  drawShape(pen, k, x, y, r);
  pen.fillStyle = isKnown ? classColour(k) : data.theme.background;
  pen.fill();
  pen.lineWidth = map.width / 200;
  pen.strokeStyle = isKnown ? data.theme.background : classColour(k);
  // Among several classes the map has the colours of the rows.
  if (outputs > 1) pen.strokeStyle = data.theme.text;
  pen.stroke();
}

function drawShape(pen, k, x, y, r) {
  if (k % 3 === 1) pen.rect(x - r, y - r, 2 * r, 2 * r);
  else if (k % 3 === 2) {
    pen.moveTo(x, y - 1.3 * r);
    pen.lineTo(x + 1.2 * r, y + r);
    pen.lineTo(x - 1.2 * r, y + r);
    pen.closePath();
  } else pen.arc(x, y, 1.1 * r, 0, 2 * Math.PI);
}

// The pen of a canvas that has as many pixels as the screen shows of it.
function fitted(canvas) {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((x) =>
    Math.max(1, Math.round(x * scale)),
  );
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  return pen;
}
