export class VersionResponse {
  /** Release of the interface. */
  version: string;
  /** Clients reload their page when it changes. */
  deployment_id: string;
}

export class VersionUpdatesResponse {
  current: string;
  /** The newest release; `current` when the check is off or failed. */
  latest: string;
}

export class ActivityResponse {
  /** Models with running replies. */
  model_ids: string[];
  /** Accounts with a request within the last three minutes. */
  user_count: number;
}

/** The software behind the interface. */
export class ServerInfo {
  name: string;
  version: string;
}
