import { version } from '../../../package.json';
import type { ServerInfo } from './client-config.dto';

/** The software and its own release; clients adapt to the release of the interface instead. */
export const SERVER: ServerInfo = { name: 'Confab', version };
