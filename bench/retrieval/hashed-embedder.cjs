'use strict';

const DIMENSIONS = 384;

/** FNV-1a over UTF-16 code units. */
function hash(text) {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  // Spreads the last characters over all bits.
  value ^= value >>> 15;
  return Math.imul(value, 0x2c1b3c6d) >>> 0;
}

/** Words, and n-grams of three to five characters of each: words of one stem have most of them in common. */
function* features(text) {
  for (const [word] of text
    .toLowerCase()
    .normalize('NFKC')
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    yield word;
    const padded = `<${word.slice(0, 40)}>`;
    for (let length = 3; length <= 5; length++)
      for (let start = 0; start + length <= padded.length; start++) yield padded.slice(start, start + length);
  }
}

/** A deterministic vector of unit length: hashed n-grams, with signs, so that collisions cancel out on average. */
function embed(text) {
  const counts = new Map();
  for (const feature of features(text)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const vector = new Float32Array(DIMENSIONS);
  for (const [feature, count] of counts) {
    const value = hash(feature);
    vector[value % DIMENSIONS] += (value & 0x80000000 ? 1 : -1) * (1 + Math.log(count));
  }
  const length = Math.hypot(...vector) || 1;
  return Array.from(vector, (number) => number / length);
}

module.exports = { DIMENSIONS, embed };
