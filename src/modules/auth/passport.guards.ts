import { Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { UnauthorizedError } from '../../common/errors/app-error';
import { ApiKeyStrategy, BearerApiKeyStrategy } from './api-key.strategy';
import { JwtStrategy } from './jwt.strategy';

/** Answers as the contract does. */
class CredentialGuard extends AuthGuard() {
  /**
   * The strategy itself, not its name: names are global, and a process may hold two applications. Every request gets an
   * object of its own, because passport writes the request's callbacks into it.
   */
  constructor(strategy: object) {
    super({
      get defaultStrategy() {
        return Object.create(strategy) as object;
      },
    });
  }

  override handleRequest<T>(error: unknown, user: T | false | null | undefined): T {
    if (error) throw error as Error;
    if (!user) throw new UnauthorizedError();
    return user;
  }
}

@Injectable()
export class JwtGuard extends CredentialGuard {
  constructor(strategy: JwtStrategy) {
    super(strategy);
  }
}

@Injectable()
export class ApiKeyGuard extends CredentialGuard {
  constructor(strategy: ApiKeyStrategy) {
    super(strategy);
  }
}

@Injectable()
export class BearerApiKeyGuard extends CredentialGuard {
  constructor(strategy: BearerApiKeyStrategy) {
    super(strategy);
  }
}
