export class VersionResponse {
  /** Release of the interface. */
  version: string;
  /** Clients reload their page when it changes. */
  deployment_id: string;
}

export class VersionUpdatesResponse {
  current: string;
  /** The newest release; `current` when nobody was asked or nobody answered. */
  latest: string;
}
