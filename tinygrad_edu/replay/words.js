// The words that the rules of the operators are written in, as Python has them.

class Undefined extends Error {}

// Python's `math` raises where a result is no number, or infinite, and no argument was.
function orRaise(compute) {
  return (...args) => {
    const z = compute(...args);
    if (Number.isFinite(z)) return z;
    const expected = Number.isNaN(z)
      ? args.some(Number.isNaN)
      : !args.every(Number.isFinite);
    if (!expected) throw new Undefined();
    return z;
  };
}

// Python's /, which raises at 0; `divide` is IEEE 754's.
function quotient(x, y) {
  if (y === 0) throw new Undefined();
  return x / y;
}

const abs = Math.abs;
const sign = (x) => (x > 0) - (x < 0);
const maximum = (x, y) => (x >= y || Number.isNaN(x) ? x : y);
const minimum = (x, y) => (x <= y || Number.isNaN(x) ? x : y);
const where = (test, x, y) => (test > 0 ? x : y);
const divide = (x, y) => x / y;
// Where Math.pow has nan, 1 to any power and (-1) to an infinite one are 1.
const power = orRaise((x, y) =>
  x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y),
);
const sigmoid = (x) => {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const powerOfE = Math.exp(x);
  return powerOfE / (1 + powerOfE);
};
const exp = orRaise(Math.exp);
const expm1 = orRaise(Math.expm1);
const log = orRaise(Math.log);
const log1p = orRaise(Math.log1p);
const sqrt = orRaise(Math.sqrt);
const sin = orRaise(Math.sin);
const cos = orRaise(Math.cos);
const tan = orRaise(Math.tan);
const asin = orRaise(Math.asin);
const acos = orRaise(Math.acos);
const atan = Math.atan;
const sinh = orRaise(Math.sinh);
const cosh = orRaise(Math.cosh);
const tanh = Math.tanh;

// Math has no erf. A series of terms of one sign, and a continued fraction of 1 - erf:
// Abramowitz & Stegun, Handbook of Mathematical Functions, 1964, 7.1.6 and 7.1.14.
function erf(x) {
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (Math.abs(x) < 2) {
    let sum = 0;
    for (let n = 50; n >= 0; n--) sum = 1 + (sum * x * x) / (n + 1.5);
    return 2 * scale * x * sum;
  }
  if (Math.abs(x) > 6) return Math.sign(x);
  let fraction = Math.abs(x);
  for (let n = 100; n > 0; n--) fraction = Math.abs(x) + n / 2 / fraction;
  return Math.sign(x) * (1 - scale / fraction);
}

// A number as Python writes it.
function repr(x) {
  if (Number.isNaN(x)) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "inf" : "-inf";
  if (Object.is(x, -0)) return "-0.0";
  const [digits, power] = x.toExponential().split("e");
  const exponent = Number(power);
  if (x !== 0 && (exponent < -4 || exponent >= 16)) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${digits}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  const places = digits.replace(/^-?\d\.?/, "").length - exponent;
  return x.toFixed(Math.max(places, 1));
}
