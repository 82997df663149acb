import { cosine } from '../embedding/vectors';
import type { Passage } from './hits.repository';

/** Ids in the order of one way to search, and how much that way counts. */
export interface Ranking {
  ids: readonly string[];
  weight: number;
}

/** Damps the advantage of the first ranks. */
const RANK_CONSTANT = 60;

/** Weighted reciprocal rank fusion: the score of each id, best first. Rankings without weight are ignored. */
export function fuse(rankings: readonly Ranking[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const { ids, weight } of rankings)
    if (weight > 0)
      ids.forEach((id, index) => scores.set(id, (scores.get(id) ?? 0) + weight / (index + 1 + RANK_CONSTANT)));
  return new Map([...scores].sort(([, a], [, b]) => b - a));
}

/** A passage that competes for a place among the hits. */
export interface Candidate {
  passage: Passage;
  vector: Float32Array | null;
  score: number;
}

const byScore = (a: Candidate, b: Candidate): number => b.score - a.score;

/** Best first; of passages with the same text the best, whichever query or document found them. */
export function merge(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return [...candidates].sort(byScore).filter(({ passage: { text } }) => !seen.has(text) && seen.add(text));
}

/**
 * Maximal marginal relevance: picks one by one what is relevant and unlike what was picked before. `lambda` is the share of
 * relevance. Keeps the scores, so that the order need not be that of the scores.
 */
export function diversify(candidates: readonly Candidate[], count: number, lambda: number): Candidate[] {
  const left = [...candidates];
  const nearest = left.map(() => 0);
  const picked: Candidate[] = [];
  while (picked.length < count && left.length > 0) {
    let best = 0;
    const value = (index: number) =>
      lambda * (left[index]?.score ?? 0) - (1 - lambda) * (picked.length === 0 ? 0 : (nearest[index] ?? 0));
    for (let index = 1; index < left.length; index++) if (value(index) > value(best)) best = index;
    const [next] = left.splice(best, 1);
    nearest.splice(best, 1);
    if (!next) break;
    picked.push(next);
    left.forEach((other, index) => (nearest[index] = Math.max(nearest[index] ?? 0, likeness(next, other))));
  }
  return picked;
}

const likeness = (a: Candidate, b: Candidate): number =>
  a.vector?.length === b.vector?.length && a.vector && b.vector ? Math.max(0, cosine(a.vector, b.vector)) : 0;
