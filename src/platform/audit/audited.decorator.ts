import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const AUDITED = 'confab:audited';

/**
 * The audit log gets an entry for every request of this route, whoever sends it. Not needed for what administrators
 * change, and for bodies that share something: those are entered anyway.
 */
export const Audited = (): CustomDecorator => SetMetadata(AUDITED, true);
