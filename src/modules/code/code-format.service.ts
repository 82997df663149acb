import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { BadRequestError, PayloadTooLargeError } from '../../common/errors/app-error';
import { TaskRefusal, WorkerError } from '../../platform/workers/worker-error';
import type { WorkerPool } from '../../platform/workers/worker-pool';
import { WorkersService } from '../../platform/workers/workers.service';
import { languageOf } from '../sandbox/source/language';
import type { FormattedCodeResponse } from './code.dto';
import type { FormatInput } from './format.worker';

/** Characters. */
const MAX_SOURCE = 1_000_000;
const LIMITS = { size: 1, milliseconds: 15_000, megabytes: 480 };

/** Formats sources of tools and functions: Python, JavaScript and TypeScript. */
@Injectable()
export class CodeFormatService {
  private readonly pool: WorkerPool<FormatInput, string>;

  constructor(workers: WorkersService) {
    this.pool = workers.open(join(__dirname, 'format.worker'), LIMITS);
  }

  /** @throws BadRequestError with the message of the parser; PayloadTooLargeError. */
  async format(code: string, signal: AbortSignal): Promise<FormattedCodeResponse> {
    if (code.length > MAX_SOURCE) throw new PayloadTooLargeError();
    try {
      return { code: await this.pool.call({ code, language: languageOf(code) }, { signal }) };
    } catch (error) {
      if (error instanceof TaskRefusal) throw new BadRequestError(error.message);
      if (error instanceof WorkerError) throw new BadRequestError('The code cannot be formatted');
      throw error;
    }
  }
}
