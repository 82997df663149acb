import { IsOptional, IsString, MaxLength } from 'class-validator';
import { MAX_NAME } from '../../../common/validation/lengths';
import type { Estimate } from './comparison';

export class LeaderboardQuery {
  /** Only ratings with this tag. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  tag?: string;
}

/** On the scale of Elo: 1000 is average, and 400 points more are odds of 10 to 1. */
export class EstimateResponse implements Estimate {
  rating: number;
  /** Limits of the 95 % confidence interval. */
  lower: number;
  upper: number;
}

export class LeaderboardEntryResponse {
  model_id: string;
  /** Comparisons that the model won. */
  won: number;
  lost: number;
  /** By the rules of clients: the last rating counts first, 32 points at most for each comparison. */
  elo: EstimateResponse;
  /** Maximum-likelihood strength, independent of the order of the ratings. */
  bradley_terry: EstimateResponse;
}

export class TopicResponse {
  /** A value of `data.tags`. */
  tag: string;
  /** Ratings with it. */
  count: number;
}

export class LeaderboardResponse {
  /** Highest Elo rating first. */
  models: LeaderboardEntryResponse[];
  /** Comparisons of two replies that were counted. */
  comparisons: number;
  /** Older ratings, or models, were left out. */
  is_truncated: boolean;
  /** The most frequent tags of all ratings. */
  topics: TopicResponse[];
}
