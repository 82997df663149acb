import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../src/common/util/json';

/** A consent given at a provider. */
export interface Grant {
  challenge: string;
  nonce: string;
  /** Who it was. */
  claims: JsonObject;
}

/** The part of a provider that people see, without the people: codes, each good for one exchange by who asked for it. */
export class AuthorizationCodes {
  private readonly grants = new Map<string, Grant>();
  private issued = 0;

  /** A user with these claims was redirected to `url` and consented. @returns the query of the callback. */
  agree(url: string, claims: JsonObject): string {
    const { searchParams } = new URL(url);
    const parameter = (name: string): string => searchParams.get(name) ?? '';
    const code = `code-${++this.issued}`;
    this.grants.set(code, { challenge: parameter('code_challenge'), nonce: parameter('nonce'), claims });
    return new URLSearchParams({ code, state: parameter('state') }).toString();
  }

  /** Undefined for a code that is not good, and for a verifier that does not fit its challenge. */
  redeem(form: URLSearchParams): Grant | undefined {
    const code = form.get('code') ?? '';
    const grant = this.grants.get(code);
    this.grants.delete(code);
    const digest = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    return grant?.challenge === digest ? grant : undefined;
  }
}
