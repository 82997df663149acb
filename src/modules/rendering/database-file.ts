import { BadRequestError } from '../../common/errors/app-error';

/** @throws BadRequestError with the text of the contract for servers on PostgreSQL: use `pg_dump`. */
export function refuseDatabaseFile(): never {
  throw new BadRequestError('This feature is only available when running with SQLite databases.');
}
