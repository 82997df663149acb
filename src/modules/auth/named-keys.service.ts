import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, NotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { nowSeconds } from '../../common/util/time';
import { Keyring } from '../../platform/crypto/keyring';
import { Transaction } from '../../platform/database/transaction';
import { UsersService } from '../users/users.service';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeysService, hintOf, newApiKey } from './api-keys.service';
import {
  toKeyChange,
  toNamedKeyResponse,
  type CreatedKeyResponse,
  type NamedKeyRequest,
  type NamedKeyResponse,
} from './named-keys.dto';

/** More than anybody has programs. */
const MAX_KEYS = 100;

/** Any number of keys beside the one of the contract: each with a name, and limits if wanted. Never shown again. */
@Injectable()
export class NamedKeysService {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly users: UsersService,
    private readonly keyring: Keyring,
    private readonly transaction: Transaction,
  ) {}

  /** All keys that act for the user: the one of the contract first, then the named ones, oldest first. */
  async list(userId: string): Promise<NamedKeyResponse[]> {
    return (await this.keys.findAllOf(userId)).map(toNamedKeyResponse);
  }

  /** @throws ForbiddenError where the caller may have no keys, BadRequestError for too many of them. */
  async create(principal: Principal, request: NamedKeyRequest): Promise<CreatedKeyResponse> {
    await this.apiKeys.assertMayCreate(principal);
    assertNotExpired(request);
    const key = newApiKey();
    const id = randomUUID();
    const { id: userId } = principal;
    await this.transaction.run(async () => {
      await this.users.getForUpdate(userId);
      if ((await this.keys.countNamedOf(userId)) >= MAX_KEYS) throw new BadRequestError('There are too many API keys');
      const fingerprint = this.keyring.fingerprint(key);
      await this.keys.put({ id, userId, fingerprint, hint: hintOf(key), ...toKeyChange(request) });
    });
    return { ...(await this.get(userId, id)), api_key: key };
  }

  /** What is left out is cleared. @throws NotFoundError */
  async update(principal: Principal, id: string, request: NamedKeyRequest): Promise<NamedKeyResponse> {
    await this.apiKeys.assertMayCreate(principal);
    assertNotExpired(request);
    if (!(await this.keys.updateNamed(principal.id, id, toKeyChange(request))))
      throw new NotFoundError(Detail.apiKeyNotFound);
    return this.get(principal.id, id);
  }

  /** Void from the next request on, the key of the contract as well. @throws NotFoundError */
  async revoke(userId: string, id: string): Promise<boolean> {
    if (!(await this.keys.delete(userId, id))) throw new NotFoundError(Detail.apiKeyNotFound);
    return true;
  }

  private async get(userId: string, id: string): Promise<NamedKeyResponse> {
    const key = await this.keys.findNamed(userId, id);
    if (!key) throw new NotFoundError(Detail.apiKeyNotFound);
    return toNamedKeyResponse(key);
  }
}

function assertNotExpired({ expires_at: expiresAt }: NamedKeyRequest): void {
  if (expiresAt && expiresAt <= nowSeconds()) throw new BadRequestError('The expiry is in the past');
}
