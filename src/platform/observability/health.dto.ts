export class StatusResponse {
  /** Always true: failures have status 503. */
  status: boolean;
}

export class ReadinessResponse extends StatusResponse {
  /** The checked parts. */
  parts: string[];
}
