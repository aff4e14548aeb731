// How large the picture is, and which part of it is seen.

// Text smaller than the first is no longer read, and is drawn at the second: then the
// picture pans.
const READABLE = [6, 12];

let chosenZoom = 1;
let zoom = 1;

function fitOf([width, height]) {
  // Without the bars that appear when it pans.
  return Math.min((stage.offsetWidth - 2) / width, (stage.offsetHeight - 2) / height);
}

// As large as the window has room for, times what the reader has chosen.
function wantedZoom() {
  const whole = fitOf(picture.size);
  const [least, readable] = READABLE.map((size) => size / TEXT);
  return chosenZoom * (whole < least ? readable : whole);
}

function setZoom(wanted) {
  zoom = wanted;
  const [width, height] = picture.size.map((length) => Math.floor(length * zoom));
  // Another arrangement may be as wide and not as high.
  const shown = [svg.getAttribute("width"), svg.getAttribute("height")].map(Number);
  if (shown[0] !== width || shown[1] !== height) set(svg, { width, height });
}

// Shows boxes all at once: smaller than wanted, if they are far apart.
function bringIntoView(boxes) {
  const edges = boxes.map((box) => {
    return [
      box.x - box.width / 2,
      box.y - box.height / 2,
      box.x + box.width / 2,
      box.y + box.height / 2,
    ];
  });
  const [left, top] = [0, 1].map((i) => Math.min(...edges.map((edge) => edge[i])) - 24);
  const [right, bottom] = [2, 3].map((i) => Math.max(...edges.map((edge) => edge[i])) + 24);
  setZoom(Math.min(wantedZoom(), fitOf([right - left, bottom - top])));
  stage.scrollLeft = scrolled(stage.scrollLeft, stage.clientWidth, left * zoom, right * zoom);
  stage.scrollTop = scrolled(stage.scrollTop, stage.clientHeight, top * zoom, bottom * zoom);
}

// Where to scroll to, so that low and high are seen: nowhere, if they are.
function scrolled(now, room, low, high) {
  if (low >= now && high <= now + room) return now;
  return (low + high - room) / 2;
}
