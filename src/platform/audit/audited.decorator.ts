import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Request } from 'express';

export const AUDITED = 'confab:audited';

export interface AuditedOptions {
  /** Fields of the body that hold secrets although their names do not indicate it. */
  secrets?: readonly string[];
  /** The body and the response hold secrets under names that are not known: neither is recorded. */
  hidesBody?: boolean;
  /** The route starts or ends sessions: it is written to the audit file for any method, and without credentials. */
  isSession?: boolean;
}

/**
 * Records every request of this route. Changes by administrators and bodies that share something are recorded without
 * it.
 */
export const Audited = (options: AuditedOptions = {}): CustomDecorator => SetMetadata(AUDITED, options);

const declared = new WeakMap<Request, AuditedOptions>();

/** For the audit file, whose middleware runs before the route is resolved. */
export const setAuditedOptions = (request: Request, options: AuditedOptions): void =>
  void declared.set(request, options);

export const auditedOptionsOf = (request: Request): AuditedOptions => declared.get(request) ?? {};
