import { POINTS, START, type Comparison, type Estimate } from './comparison';
import { at, CholeskyFactor, Matrix } from './matrix';

/** 97.5th percentile of the normal distribution. */
const Z = 1.959964;
const TOLERANCE = 1e-10;
const MAX_STEPS = 100;
/** Largest change of a strength in one step: far from the solution Newton's steps are too long. */
const MAX_CHANGE = 2;

/** `wins.get(a, b)`: how often `a` won against `b`. */
function winsOf(models: number, comparisons: readonly Comparison[]): Matrix {
  const wins = new Matrix(models);
  for (const { winner, loser } of comparisons) wins.add(winner, loser, 1);
  return wins;
}

/**
 * Maximum-likelihood strengths of the Bradley-Terry model by Newton's method, independent of the order of the
 * comparisons. The intervals follow from the inverse of the information matrix.
 *
 * @param prior draws of each model against one of rating 1000. By them strengths exist for models that won or lost every
 * comparison, and models that were never compared with each other share a scale.
 */
export function bradleyTerry(models: number, comparisons: readonly Comparison[], prior = 1): Estimate[] {
  const wins = winsOf(models, comparisons);
  const strengths = new Float64Array(models);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, information } = derivativesAt(strengths, wins, prior);
    const change = new CholeskyFactor(information).solve(gradient);
    const longest = change.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const scale = Math.min(1, MAX_CHANGE / longest);
    change.forEach((value, model) => (strengths[model] = at(strengths, model) + value * scale));
    if (longest < TOLERANCE) break;
  }
  const variances = new CholeskyFactor(derivativesAt(strengths, wins, prior).information).inverseDiagonal();
  return Array.from(strengths, (strength, model) => {
    const rating = START + POINTS * strength;
    const margin = POINTS * Z * Math.sqrt(at(variances, model));
    return { rating, lower: rating - margin, upper: rating + margin };
  });
}

/** Chance to win with a strength that is higher by `difference`. */
const chance = (difference: number): number => 1 / (1 + Math.exp(-difference));

/** Gradient of the log-likelihood, and the matrix of its negative second derivatives. */
function derivativesAt(strengths: Float64Array, wins: Matrix, prior: number) {
  const gradient = new Float64Array(wins.size);
  const information = new Matrix(wins.size);
  const addTo = (model: number, score: number, weight: number) => {
    gradient[model] = at(gradient, model) + score;
    information.add(model, model, weight);
  };
  for (let a = 0; a < wins.size; a++) {
    const alone = chance(at(strengths, a));
    addTo(a, prior * (0.5 - alone), prior * alone * (1 - alone));
    for (let b = 0; b < a; b++) {
      const count = wins.get(a, b) + wins.get(b, a);
      if (count === 0) continue;
      const share = chance(at(strengths, a) - at(strengths, b));
      const score = wins.get(a, b) - count * share;
      const weight = count * share * (1 - share);
      addTo(a, score, weight);
      addTo(b, -score, weight);
      information.set(a, b, -weight);
      information.set(b, a, -weight);
    }
  }
  return { gradient, information };
}
