// A training, frame by frame: the network, the loss and the map of an epoch.

const lines = document.querySelectorAll("#network .weight");
const numbers = document.querySelectorAll("#network .number");
const biases = document.querySelectorAll("#network .bias");
const now = document.querySelector("#curve .now");
const canvas = document.getElementById("map");
const SHAPES = {
  circle: "M5,0A5,5 0 1 1 -5,0A5,5 0 1 1 5,0Z",
  square: "M-4.5,-4.5H4.5V4.5H-4.5Z",
  triangle: "M0,-6L5.5,4.5H-5.5Z",
  diamond: "M0,-6.5L6.5,0L0,6.5L-6.5,0Z",
  cross: "M-5,-3L-3,-5L0,-2L3,-5L5,-3L2,0L5,3L3,5L0,2L-3,5L-5,3L-2,0Z",
  star: "M0,-7L2,-2H7L3,1.5L4.5,7L0,3.5L-4.5,7L-3,1.5L-7,-2H-2Z",
  plus: "M-2,-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
  wedge: "M0,6L5.5,-4.5H-5.5Z",
};
for (const title of document.querySelectorAll("#network title")) title.remove();

function showFrame(position) {
  const frame = data.frames[position];
  document.getElementById("equation").textContent = frame.words;
  frame.widths.forEach((width, i) => {
    lines[i].setAttribute("stroke", width < 0 ? data.negative : data.positive);
    lines[i].setAttribute("stroke-width", Math.abs(width));
    lines[i].setAttribute("stroke-dasharray", width < 0 ? "6 3" : "none");
  });
  frame.numbers.forEach((text, i) => (numbers[i].textContent = text));
  frame.biases.forEach((text, i) => (biases[i].textContent = text));
  now.setAttribute("visibility", frame.point === null ? "hidden" : "visible");
  if (frame.point !== null) {
    now.setAttribute("cx", frame.point[0]);
    now.setAttribute("cy", frame.point[1]);
  }
  if (data.map !== null) showMap(data.map, frame.decisions);
}

// Between the places of the map a score lies on straight lines, so that the border
// is smooth; a line runs along it, which greyscale shows, too.
function showMap(map, decisions) {
  const side = canvas.width;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(side, side);
  const colours = map.colours.map(channels);
  const line = channels(map.outline);
  const decide = decisions.scores.length > 1 ? largest : shade;
  const scale = (map.places - 1) / (side - 1);
  let above = null;
  for (let y = 0; y < side; y++) {
    const rows = decisions.scores.map((scores) =>
      stretched(between(scores, map.places, y * scale), side, scale),
    );
    const kinds = new Uint16Array(side);
    for (let x = 0; x < side; x++) {
      const place = decide(rows, x, decisions.unit, colours.length);
      kinds[x] = decisions.scores.length > 1 ? place : rows[0][x] > 0;
      const isBorder =
        (x > 0 && kinds[x - 1] !== kinds[x]) || (above !== null && above[x] !== kinds[x]);
      const colour = isBorder ? line : colours[place % colours.length];
      const start = 4 * (y * side + x);
      image.data[start] = colour[0];
      image.data[start + 1] = colour[1];
      image.data[start + 2] = colour[2];
      // The map is pale, so that the rows on it are seen.
      image.data[start + 3] = isBorder ? 255 : 128;
    }
    above = kinds;
  }
  pen.putImageData(image, 0, 0);
  for (const [x, y, colour, shape] of map.points) {
    pen.fillStyle = colour;
    pen.strokeStyle = map.outline;
    pen.lineWidth = 1.5;
    const outline = new Path2D(SHAPES[shape]);
    pen.save();
    pen.translate(x * side, y * side);
    pen.fill(outline);
    pen.stroke(outline);
    pen.restore();
  }
}

// Which class has the largest score.
function largest(rows, x) {
  let best = 0;
  for (let k = 1; k < rows.length; k++) if (rows[k][x] > rows[best][x]) best = k;
  return best;
}

// Which of the shades from - to + a score has, on a square-root scale.
function shade(rows, x, unit, count) {
  const score = rows[0][x] * unit;
  const strength = Math.sqrt(Math.min(1, Math.abs(score)));
  return Math.round(((count - 1) / 2) * (1 + Math.sign(score) * strength));
}

// A row of scores between two rows of places.
function between(scores, places, at) {
  const above = Math.min(Math.floor(at), places - 2);
  const share = at - above;
  const row = new Float64Array(places);
  for (let i = 0; i < places; i++) {
    const start = above * places + i;
    row[i] = scores[start] * (1 - share) + scores[start + places] * share;
  }
  return row;
}

function stretched(row, side, scale) {
  const wide = new Float64Array(side);
  for (let x = 0; x < side; x++) {
    const left = Math.min(Math.floor(x * scale), row.length - 2);
    const share = x * scale - left;
    wide[x] = row[left] * (1 - share) + row[left + 1] * share;
  }
  return wide;
}

function channels(colour) {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
}

if (data.map === null) {
  document.getElementById("plane").remove();
  document.querySelector(".columns").classList.add("bare");
} else {
  const [across, up] = data.map.ranges;
  document.getElementById("ranges").textContent =
    say("x0 from {left} to {right}, x1 from {low} to {high}", {
      left: across[0],
      right: across[1],
      low: up[0],
      high: up[1],
    });
}
const last = data.frames.length - 1;
startControls({
  last: () => last,
  words: (position) => say("Frame {position}/{last}", { position, last }),
  delay: () => 250,
  show: showFrame,
}).go(0);
