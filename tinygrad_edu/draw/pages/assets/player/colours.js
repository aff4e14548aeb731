// What colours and widths say: the sign and the size of a number, as in Python's
// pictures: a square-root scale, where the largest has the full colour.

function strength(x, largest) {
  if (x === 0 || Number.isNaN(x)) return 0;
  return Math.abs(x) >= largest ? 1 : Math.sqrt(Math.abs(x) / largest);
}

function fillOf(x, largest) {
  if (!Number.isFinite(x)) return data.theme.strange;
  const full = x > 0 ? data.theme.positive : data.theme.negative;
  return mixed(data.theme.neutral, full, strength(x, largest));
}

function lineColourOf(x) {
  if (!Number.isFinite(x)) return data.theme.strange_line;
  if (x > 0) return data.theme.positive_line;
  return x < 0 ? data.theme.negative_line : data.theme.faint;
}

function lineWidthOf(x, largest) {
  return Number.isFinite(x) ? 1.5 + 5 * strength(x, largest) : 6.5;
}

function mixed(start, end, share) {
  const channels = [1, 3, 5].map((i) => {
    const [low, high] = [start, end].map((colour) => parseInt(colour.slice(i, i + 2), 16));
    return Math.round(low + (high - low) * share)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${channels.join("")}`;
}

function largestOf(numbers) {
  return numbers.filter(Number.isFinite).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}
