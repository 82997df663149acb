import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import type { Principal } from '../../../common/auth/principal';
import { credentialOf } from '../guards/request-credentials';
import { ApiKeysService } from './api-keys.service';

const HEADER = 'x-api-key';

/** API keys, from `x-api-key` or as `Authorization: Bearer sk-…`. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'headerapikey') {
  constructor(private readonly keys: ApiKeysService) {
    super({ header: HEADER, prefix: '' }, false);
  }

  /** The package reads one header only. */
  override authenticate({ headers }: Request): void {
    super.authenticate({ headers: { [HEADER]: credentialOf(headers)?.token } } as unknown as Request);
  }

  validate(key: string): Promise<Principal> {
    return this.keys.authenticate(key);
  }
}
