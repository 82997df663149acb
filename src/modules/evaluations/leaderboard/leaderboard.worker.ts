import { serveTask } from '../../../platform/workers/serve-task';
import { bradleyTerry } from './bradley-terry';
import type { Comparison, Estimate } from './comparison';
import { elo } from './elo';

export interface LeaderboardInput {
  /** Number of models. */
  models: number;
  comparisons: Comparison[];
}

export interface ModelRank {
  /** Comparisons that the model won. */
  won: number;
  lost: number;
  elo: Estimate;
  bradley_terry: Estimate;
}

/** Ranks by index of the model. */
function* rank({ models, comparisons }: LeaderboardInput): Generator<ModelRank[], void> {
  const [byElo, byStrength] = [elo(models, comparisons), bradleyTerry(models, comparisons)];
  const [won, lost] = [new Array<number>(models).fill(0), new Array<number>(models).fill(0)];
  for (const { winner, loser } of comparisons) {
    won[winner] = (won[winner] ?? 0) + 1;
    lost[loser] = (lost[loser] ?? 0) + 1;
  }
  yield Array.from({ length: models }, (_, index) => ({
    won: won[index] as number,
    lost: lost[index] as number,
    elo: byElo[index] as Estimate,
    bradley_terry: byStrength[index] as Estimate,
  }));
}

serveTask(rank);
