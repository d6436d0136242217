// Numbers as sympy has them: fractions of whole numbers of any size, {p, q}. What is no fraction is only known to be
// near a double, {near}; whatever is made of it is too.
"use strict";

const most_bits = 100000n; // a power with more is not written down
const most_bits_of_doubles = 1023n;

const whole = p => ({p, q: 1n});
const near = double => ({near: double});
const is_near = x => x.near !== undefined;

function ratio(p, q) {
  if (q === 1n) return {p, q};
  if (q === 0n) return near(NaN);
  const divisor = common_divisor(p, q) * (q < 0n ? -1n : 1n);
  return {p: p / divisor, q: q / divisor};
}

function common_divisor(a, b) {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

const bits = n => BigInt((n < 0n ? -n : n).toString(2).length);

// The nearest double, or nearly so. What is too long for doubles loses its last bits, above and below.
function double(x) {
  if (is_near(x)) return x.near;
  const bits_above = bits(x.p), bits_below = bits(x.q);
  const lost = (bits_above > bits_below ? bits_above : bits_below) - most_bits_of_doubles;
  return lost > 0n ? Number(x.p >> lost) / Number(x.q >> lost) : Number(x.p) / Number(x.q);
}

function add(...terms) {
  if (terms.some(is_near)) return near(terms.reduce((sum, x) => sum + double(x), 0));
  return terms.reduce((sum, x) =>
    sum.q === x.q ? ratio(sum.p + x.p, x.q) : ratio(sum.p * x.q + x.p * sum.q, sum.q * x.q));
}

function multiply(...factors) {
  if (factors.some(x => x.p === 0n)) return whole(0n);
  if (factors.some(is_near)) return near(factors.reduce((product, x) => product * double(x), 1));
  return factors.reduce((product, x) => ratio(product.p * x.p, product.q * x.q));
}

function power(base, exponent) {
  const as_doubles = () => near(double(base) ** double(exponent));
  if (is_near(base) || is_near(exponent)) return as_doubles();
  const times = exponent.p < 0n ? -exponent.p : exponent.p;
  if ((bits(base.p) + bits(base.q)) * times > most_bits * exponent.q) return as_doubles();
  const above = root(base.p, exponent.q), below = root(base.q, exponent.q);
  if (above === null || below === null) return as_doubles();
  return exponent.p < 0n ? ratio(below ** times, above ** times) : ratio(above ** times, below ** times);
}

// The root of a whole number if it is a whole number; null if it is none. Newton's method, from above.
function root(n, degree) {
  if (degree === 1n) return n;
  if (n < 0n) return null;
  let guess = 1n << (bits(n) / degree + 1n);
  for (;;) {
    const next = ((degree - 1n) * guess + n / guess ** (degree - 1n)) / degree;
    if (next >= guess) return guess ** degree === n ? guess : null;
    guess = next;
  }
}

function floor(x) {
  if (is_near(x)) return near(Math.floor(x.near));
  const quotient = x.p / x.q;
  return whole(x.p < 0n && quotient * x.q !== x.p ? quotient - 1n : quotient);
}

const negative = x => is_near(x) ? near(-x.near) : {p: -x.p, q: x.q};
const ceiling = x => negative(floor(negative(x)));
const absolute = x => order(x, whole(0n)) < 0 ? negative(x) : x;

// Below, at or above zero as the first is less than the second, equal or more.
function order(x, y) {
  if (is_near(x) || is_near(y)) return double(x) - double(y);
  const difference = x.p * y.q - y.p * x.q;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const largest = (...xs) => xs.reduce((most, x) => order(x, most) > 0 ? x : most);
const smallest = (...xs) => xs.reduce((least, x) => order(x, least) < 0 ? x : least);

// The least whole number n with 2^n >= x, by the bits of x.
function ceiling_log2(x) {
  if (is_near(x) || x.p <= 0n) return ceiling(log2(x));
  const at_most = n => n >= 0n ? x.p <= x.q << n : x.p << -n <= x.q;
  const n = bits(x.p) - bits(x.q);
  return whole(at_most(n - 1n) ? n - 1n : at_most(n) ? n : n + 1n);
}

const floor_log2 = x => is_near(x) || x.p <= 0n ? floor(log2(x)) : negative(ceiling_log2(ratio(x.q, x.p)));

function log2(x) {
  if (is_near(x) || x.p <= 0n) return near(Math.log2(double(x)));
  const n = floor_log2(x), rest = multiply(x, power(whole(2n), negative(n)));
  return order(rest, whole(1n)) === 0 ? n : near(Number(n.p) + Math.log2(double(rest)));
}

const log = x => order(x, whole(1n)) === 0 ? whole(0n) : near(double(log2(x)) * Math.LN2);
const exp = x => order(x, whole(0n)) === 0 ? whole(1n) : near(Math.exp(double(x)));
