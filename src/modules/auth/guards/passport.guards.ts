import { Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';

/** Authenticates session tokens. */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') {}

/** Authenticates API keys. */
@Injectable()
export class ApiKeyGuard extends AuthGuard('headerapikey') {}
