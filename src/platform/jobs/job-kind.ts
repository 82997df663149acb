import { DiscoveryService } from '@nestjs/core';
import type { HandlerDecorator } from '../discovery/declarations.service';

/** A kind of job. */
export interface JobKind<T extends object = object> {
  /** Of its queue. */
  readonly name: string;
  /** Never read: it ties the payload type to the name. */
  readonly payload?: T;
  /** How often a failed job is retried; 3 by default. */
  readonly retries?: number;
  /** Cron expression (UTC) for jobs that run by the clock. */
  readonly schedule?: string;
  /**
   * Jobs of different groups take turns, and one group never holds all workers of a node: the id of an account, for
   * example. Without it jobs run in the order in which they were enqueued.
   */
  groupOf?(payload: T): string;
  /** A UUID. A job replaces the one with the same id, also while that runs: two of them never run at once. */
  idOf?(payload: T): string;
}

/** What a handler learns about its run. */
export interface JobContext {
  /** Aborted when the job is cancelled or replaced, when the node shuts down, and when another node took the job over. */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
  /** A failure is not retried. */
  readonly isLastAttempt: boolean;
}

/** Ends a job without a retry: the same input would fail again. The message goes to `@OnJobFailed`. */
export class PermanentJobError extends Error {}

export const Handles = DiscoveryService.createDecorator<JobKind>();
export const HandlesFailure = DiscoveryService.createDecorator<JobKind>();

/** The method does the jobs of this kind. A job fails when the method rejects, and is retried. */
export const JobHandler = <T extends object>(kind: JobKind<T>): HandlerDecorator<[payload: T, context: JobContext]> =>
  Handles(kind);

/** The method is called when a job of this kind failed for good, at least once. */
export const OnJobFailed = <T extends object>(kind: JobKind<T>): HandlerDecorator<[payload: T, error: unknown]> =>
  HandlesFailure(kind);
