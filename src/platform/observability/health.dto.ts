export class StatusResponse {
  /** Always true: a failure is answered with 503. */
  status: boolean;
}

export class ReadinessResponse extends StatusResponse {
  /** The parts that were asked, all of which answered. */
  parts: string[];
}
