export class UsageResponse {
  /** Models that are generating a reply now. */
  model_ids: string[];
  /** Accounts that were here within the last three minutes. */
  user_count: number;
}
