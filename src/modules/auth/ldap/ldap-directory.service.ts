import { readFile } from 'node:fs/promises';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { Injectable, Logger } from '@nestjs/common';
import type { Client, Entry } from 'ldapts' with { 'resolution-mode': 'import' };
import { BadRequestError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { LdapSettings } from './ldap.settings';
import { loadLdap, searchFilter } from './search-filter';

/** Milliseconds for connecting, and for each answer. */
const TIMEOUT = 10_000;

/** Somebody whose password the directory confirmed. */
export interface DirectoryEntry {
  /** Lower case. */
  username: string;
  /** Lower case. */
  email: string;
  name: string;
  /** Distinguished names. */
  groups: string[];
}

/** Questions to the directory: who has this name, and is this his password? */
@Injectable()
export class LdapDirectoryService {
  private readonly logger = new Logger(LdapDirectoryService.name);

  constructor(private readonly settings: LdapSettings) {}

  /** @throws BadRequestError that tells nothing but that it failed; the log says why. */
  async authenticate(user: string, password: string): Promise<DirectoryEntry> {
    // A bind without a password is an anonymous one, and succeeds for every name.
    if (user === '' || password === '') throw failed();
    const client = await this.connect();
    try {
      return await this.find(client, user.toLowerCase(), password);
    } catch (error) {
      if (error instanceof BadRequestError) throw error;
      this.logger.warn(`Sign-in at the directory failed: ${String(error)}`);
      throw failed();
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  private async find(client: Client, user: string, password: string): Promise<DirectoryEntry> {
    const { app_dn: dn, app_dn_password: appPassword } = this.settings;
    await client.bind(dn, dn === '' ? '' : appPassword);
    const entry = await this.search(client, user);
    const found = this.toEntry(entry, user);
    await client.bind(entry.dn, password);
    return found;
  }

  /** @throws BadRequestError unless exactly one entry has the name: a second one would be somebody else. */
  private async search(client: Client, user: string): Promise<Entry> {
    const { settings } = this;
    const { searchEntries } = await client.search(settings.search_base, {
      scope: 'sub',
      filter: await searchFilter(settings, user),
      attributes: [
        settings.attribute_for_username,
        settings.attribute_for_mail,
        'cn',
        ...(settings.ENABLE_LDAP_GROUP_MANAGEMENT ? [settings.attribute_for_groups] : []),
      ],
    });
    const [entry, other] = searchEntries;
    if (other) this.logger.warn(`More than one entry of the directory has the name ${JSON.stringify(user)}`);
    if (!entry || other) throw failed();
    return entry;
  }

  private toEntry(entry: Entry, username: string): DirectoryEntry {
    const { settings } = this;
    const first = (attribute: string): string => valuesOf(entry, attribute)[0] ?? '';
    const names = valuesOf(entry, settings.attribute_for_username).map((value) => value.toLowerCase());
    // Directories match names by their own rules; here they identify the account.
    if (!names.includes(username)) throw failed();
    const email = first(settings.attribute_for_mail).trim().toLowerCase();
    if (email === '') this.logger.warn(`The entry ${JSON.stringify(entry.dn)} has no ${settings.attribute_for_mail}`);
    if (email === '') throw failed();
    return {
      username,
      email,
      name: first('cn') || email,
      groups: valuesOf(entry, settings.attribute_for_groups),
    };
  }

  private async connect(): Promise<Client> {
    const { host, port, use_tls: isTls } = this.settings;
    const address = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const url = `${isTls ? 'ldaps' : 'ldap'}://${address}${port === null ? '' : `:${port}`}`;
    const tlsOptions = isTls ? { tlsOptions: await this.tlsOptions() } : {};
    const { Client: LdapClient } = await loadLdap();
    return new LdapClient({ url, timeout: TIMEOUT, connectTimeout: TIMEOUT, ...tlsOptions });
  }

  /** @throws BadRequestError when the certificate file or the ciphers are of no use. */
  private async tlsOptions(): Promise<ConnectionOptions> {
    const { certificate_path: file, ciphers, validate_cert: rejectUnauthorized } = this.settings;
    try {
      const ca = file ? await readFile(file) : undefined;
      const secureContext = createSecureContext({ ...(ca && { ca }), ...(ciphers && { ciphers }) });
      return { secureContext, rejectUnauthorized };
    } catch (error) {
      this.logger.error(`TLS for the directory cannot be set up: ${String(error)}`);
      throw new BadRequestError('Failed to configure TLS for LDAP connection.');
    }
  }
}

const failed = (): BadRequestError => new BadRequestError(Detail.ldapFailed);

/** Attribute names have no case; servers answer them as their schema spells them. */
function valuesOf(entry: Entry, attribute: string): string[] {
  const key = Object.keys(entry).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const value = key === undefined ? [] : entry[key];
  return (Array.isArray(value) ? value : [value]).map(String).filter((text) => text !== '');
}
