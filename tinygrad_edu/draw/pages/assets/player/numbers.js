// Numbers as text: long ones as Python's steps print them, short ones for boxes.

// Whole, or to six digits: 1.0, 0.333333, 1e-09.
function number(x) {
  if (!Number.isFinite(x)) return notFinite(x);
  if (Number.isInteger(x) && Math.abs(x) < 1e15) {
    return `${Object.is(x, -0) ? "-0" : x}.0`;
  }
  const rounded = Number(x.toPrecision(6));
  const [digits, exponent] = rounded.toExponential().split("e");
  if (exponent >= -4 && exponent < 6) {
    return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded);
  }
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits}e${exponent < 0 ? "-" : "+"}${size}`;
}

// As it stands in a product: in brackets if it is negative.
function factor(x) {
  return x < 0 ? `(${number(x)})` : number(x);
}

// Four digits, or as many as fit into eight characters: a box has room for no more.
function short(x, sign = "") {
  if (!Number.isFinite(x)) return x > 0 ? sign + notFinite(x) : notFinite(x);
  if (x === 0) return "0";
  const plus = x > 0 ? sign : "";
  for (let digits = 4; ; digits--) {
    const rounded = Number(x.toPrecision(digits));
    const texts = [String(rounded), rounded.toExponential()].map((text) => plus + text);
    const fitting = texts.find((text) => text.length <= 8);
    if (fitting || digits === 1) return fitting ?? texts[1];
  }
}

// With its sign: colour alone must not tell it.
function signed(x) {
  return short(x, "+");
}

function notFinite(x) {
  if (Number.isNaN(x)) return "nan";
  return x > 0 ? "inf" : "-inf";
}
