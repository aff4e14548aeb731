// A training, frame by frame: the network, the loss and the map of an epoch.

const lines = document.querySelectorAll("#network .weight");
const numbers = document.querySelectorAll("#network .number");
const biases = document.querySelectorAll("#network .bias");
const now = document.querySelector("#curve .now");
const canvas = document.getElementById("map");
for (const title of document.querySelectorAll("#network title")) title.remove();

function showFrame(position) {
  const frame = data.frames[position];
  document.getElementById("equation").textContent = frame.words;
  frame.widths.forEach((width, i) => {
    lines[i].setAttribute("stroke", width < 0 ? data.negative : data.positive);
    lines[i].setAttribute("stroke-width", Math.abs(width));
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

function showMap(map, decisions) {
  const pen = canvas.getContext("2d");
  const side = canvas.width / map.squares;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  // The map is pale, so that the rows on it are seen.
  pen.globalAlpha = 0.5;
  decisions.forEach((colour, i) => {
    pen.fillStyle = map.colours[colour];
    const [x, y] = [i % map.squares, Math.floor(i / map.squares)];
    pen.fillRect(x * side, y * side, side, side);
  });
  pen.globalAlpha = 1;
  for (const [x, y, colour] of map.points) {
    pen.beginPath();
    pen.arc(x * canvas.width, y * canvas.height, 5, 0, 2 * Math.PI);
    pen.fillStyle = map.colours[colour];
    pen.fill();
    pen.strokeStyle = map.outline;
    pen.lineWidth = 1.5;
    pen.stroke();
  }
}

if (data.map === null) {
  document.getElementById("plane").remove();
} else {
  const [across, up] = data.map.ranges;
  document.getElementById("ranges").textContent =
    `x0 from ${across[0]} to ${across[1]}, x1 from ${up[0]} to ${up[1]}`;
}
const last = data.frames.length - 1;
startControls({
  last: () => last,
  words: (position) => `Frame ${position}/${last}`,
  delay: () => 250,
  show: showFrame,
}).go(0);
