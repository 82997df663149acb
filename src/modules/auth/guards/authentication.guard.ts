import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { accessRuleOf, type AuthenticatedRequest } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { UnauthorizedError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { toErrorResponse } from '../../../common/errors/to-error-response';
import { Env } from '../../../platform/env/env';
import { UsersService } from '../../users/users.service';
import { ApiKeysService } from '../api-keys/api-keys.service';
import { isForgeable } from './cross-site';
import { ApiKeyGuard, JwtGuard } from './passport.guards';
import { credentialOf, type RequestCredential } from './request-credentials';
import { invalidTokenCookies } from '../sessions/session-cookie';

/** Resolves the principal, on every route that is not public. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly env: Env,
    private readonly keys: ApiKeysService,
    private readonly users: UsersService,
    private readonly jwtGuard: JwtGuard,
    private readonly apiKeyGuard: ApiKeyGuard,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const credential = credentialOf(request.headers);
    if (credential?.kind === 'api_key') this.keys.assertEndpointAllowed(request.path);
    if (accessRuleOf(this.reflector, context).kind === 'public') return true;
    if (!credential || this.isForgeable(credential, request)) throw new UnauthorizedError(Detail.notAuthenticated);
    await this.authenticate(credential, context);
    if (request.user) this.enter(request.user, request);
    return true;
  }

  private enter(user: Principal, { method, path }: AuthenticatedRequest): void {
    this.keys.assertInScope(user, method, path);
    this.users.touch(user.id);
  }

  private async authenticate(credential: RequestCredential, context: ExecutionContext): Promise<void> {
    try {
      await this.guardFor(credential).canActivate(context);
    } catch (error) {
      const http = context.switchToHttp();
      const cookies = invalidTokenCookies(http.getRequest<AuthenticatedRequest>().headers.cookie);
      if (toErrorResponse(error).status === 401 && cookies.length > 0)
        http.getResponse<Response>().setHeader('Set-Cookie', cookies);
      throw error;
    }
  }

  /** @throws UnauthorizedError for an API key in a cookie: keys are for programs. */
  private guardFor({ carrier, kind }: RequestCredential): CanActivate {
    if (kind === 'jwt') return this.jwtGuard;
    if (carrier === 'cookie') throw new UnauthorizedError();
    return this.apiKeyGuard;
  }

  private isForgeable({ carrier }: RequestCredential, { method, headers, host }: AuthenticatedRequest): boolean {
    return carrier === 'cookie' && isForgeable(method, headers, { host, origins: this.env.corsOrigins });
  }
}
