/** A user preferred the reply of one model to that of another; both are indexes in a list of models. */
export interface Comparison {
  winner: number;
  loser: number;
}

/** A rating and the limits of its 95 % confidence interval, on the scale of Elo: 400 points are odds of 10 to 1. */
export interface Estimate {
  rating: number;
  lower: number;
  upper: number;
}

/** The rating of a model about which nothing is known. */
export const START = 1000;
/** Points of a factor of e in the odds. */
export const POINTS = 400 / Math.LN10;

/** What a rating says: the replies of `models` (the rated one first) and whether it was preferred to the others. */
export interface RatedReply {
  modelId: string;
  isPreferred: boolean;
  otherIds: readonly string[];
}

/** Comparisons of replies in order, and the ids that their indexes stand for. */
export interface Comparisons {
  modelIds: string[];
  comparisons: Comparison[];
  /** Some were left out because of a bound. */
  isTruncated: boolean;
}

interface Bounds {
  models: number;
  comparisons: number;
}

/** The first replies up to the bounds; comparisons of a model with itself do not count. */
export function compare(replies: Iterable<RatedReply>, bounds: Bounds): Comparisons {
  const indexes = new Map<string, number>();
  const comparisons: Comparison[] = [];
  let isTruncated = false;
  const indexOf = (id: string): number | undefined => {
    if (!indexes.has(id) && indexes.size < bounds.models) indexes.set(id, indexes.size);
    return indexes.get(id);
  };
  for (const { modelId, isPreferred, otherIds } of replies)
    for (const otherId of otherIds) {
      if (otherId === modelId) continue;
      const [rated, other] = [indexOf(modelId), indexOf(otherId)];
      if (rated === undefined || other === undefined || comparisons.length >= bounds.comparisons) isTruncated = true;
      else comparisons.push(isPreferred ? { winner: rated, loser: other } : { winner: other, loser: rated });
    }
  return { modelIds: [...indexes.keys()], comparisons, isTruncated };
}
