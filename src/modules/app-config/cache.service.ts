import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { FileAnswer } from '../../common/http/file-answer';
import { Env } from '../../platform/env/env';

/** Files below `<dataDir>/cache`, where servers of this interface keep generated pictures and sounds. */
@Injectable()
export class CacheService {
  constructor(private readonly env: Env) {}

  get(path: readonly string[]): FileAnswer {
    return new FileAnswer(join(this.env.dataDir, 'cache'), path.join('/'), 'File not found');
  }
}
