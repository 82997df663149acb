import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import type { Principal } from '../../common/auth/principal';
import { ApiKeysService } from './api-keys.service';
import { credentialOf } from './request-credentials';

/** API keys in `x-api-key`. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'x-api-key') {
  constructor(private readonly keys: ApiKeysService) {
    super({ header: 'x-api-key', prefix: '' }, false);
  }

  validate(key: string): Promise<Principal> {
    return this.keys.authenticate(key);
  }
}

/** API keys as `Authorization: Bearer sk-…`. The package compares prefixes by case, the contract does not. */
@Injectable()
export class BearerApiKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'bearer-api-key') {
  constructor(private readonly keys: ApiKeysService) {
    super({ header: 'authorization', prefix: '' }, false);
  }

  validate(authorization: string): Promise<Principal> {
    return this.keys.authenticate(credentialOf({ authorization })?.token ?? '');
  }
}
