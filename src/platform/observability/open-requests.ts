import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** Counts open requests, so that a shutdown can wait for them. */
@Injectable()
export class OpenRequests {
  private readonly open = new Set<Response>();
  private drained = false;
  private onSettled: (() => void) | undefined;

  /** True once a shutdown has started: no new work should be sent here. */
  get isDraining(): boolean {
    return this.drained;
  }

  /** Middleware; a request counts until its response is complete or its connection is closed. */
  readonly track = (_: Request, response: Response, next: NextFunction): void => {
    this.open.add(response);
    response.once('close', () => {
      this.open.delete(response);
      if (this.open.size === 0) this.onSettled?.();
    });
    next();
  };

  /** Resolves when no requests are open, at the latest after `timeout` milliseconds. */
  async drain(timeout: number): Promise<void> {
    this.drained = true;
    if (this.open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeout);
      this.onSettled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
