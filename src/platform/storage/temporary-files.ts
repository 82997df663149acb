import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Env } from '../env/env';
import { TemporaryFile } from './temporary-file';

/** Makes files that are gone when they are closed. They are beside the data, because `/tmp` may be memory. */
@Injectable()
export class TemporaryFiles {
  constructor(private readonly env: Env) {}

  create(): Promise<TemporaryFile> {
    return TemporaryFile.create(join(this.env.dataDir, 'tmp'));
  }
}
