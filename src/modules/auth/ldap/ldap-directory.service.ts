import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { Injectable, Logger } from '@nestjs/common';
import type { Client, Entry } from 'ldapts' with { 'resolution-mode': 'import' };
import { BadRequestError } from '../../../common/errors/app-error';

import { Env } from '../../../platform/env/env';
import { toDirectoryEntry, uniqueIdAttributes, type DirectoryEntry } from './directory-entry';
import { LdapSettings } from './ldap.settings';
import { AuthDetail } from '../auth.errors';
import { loadLdap, searchFilter } from './search-filter';

/** Milliseconds for connecting, and for each response. */
const TIMEOUT = 10_000;

/**
 * Minimum time of a failed sign-in, in milliseconds. A wrong password costs the directory a search and a password hash,
 * an unknown name only a search: the difference must not reveal which names exist.
 */
const FAILURE_TIME = 500;
const TEST_FAILURE_TIME = 50;

/** Finds entries by user name and verifies their passwords. */
@Injectable()
export class LdapDirectoryService {
  private readonly logger = new Logger(LdapDirectoryService.name);
  private readonly failureTime: number;

  constructor(
    private readonly settings: LdapSettings,
    env: Env,
  ) {
    this.failureTime = env.isTest ? TEST_FAILURE_TIME : FAILURE_TIME;
  }

  /** @throws BadRequestError with one text for all failures; the log has the reason. */
  async authenticate(username: string, password: string): Promise<DirectoryEntry> {
    // A bind without a password is an anonymous one, and succeeds for every name.
    if (username === '' || password === '') throw failed();
    const earliest = performance.now() + this.failureTime;
    try {
      return await this.verify(username, password);
    } catch (error) {
      await setTimeout(Math.max(0, earliest - performance.now()));
      if (error instanceof BadRequestError) throw error;
      this.logger.warn(`LDAP sign-in failed: ${String(error)}`);
      throw failed();
    }
  }

  private async verify(username: string, password: string): Promise<DirectoryEntry> {
    const { app_dn: dn, app_dn_password: appPassword } = this.settings;
    const client = await this.connect();
    try {
      await client.bind(dn, dn === '' ? '' : appPassword);
      const entry = await this.search(client, username);
      await client.bind(entry.dn, password);
      return toDirectoryEntry(entry, this.settings);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  /** @throws BadRequestError unless exactly one entry with an e-mail address has the name. */
  private async search(client: Client, username: string): Promise<Entry> {
    const { settings } = this;
    const { searchEntries } = await client.search(settings.search_base, {
      scope: 'sub',
      filter: await searchFilter(settings, username),
      explicitBufferAttributes: uniqueIdAttributes.binary,
      attributes: [
        settings.attribute_for_username,
        settings.attribute_for_mail,
        'cn',
        ...uniqueIdAttributes.text,
        ...uniqueIdAttributes.binary,
        ...(settings.enable_ldap_group_management ? [settings.attribute_for_groups] : []),
      ],
    });
    const [entry, other] = searchEntries;
    if (other) this.logger.warn(`More than one LDAP entry has the user name ${JSON.stringify(username)}`);
    if (!entry || other) throw failed();
    return entry;
  }

  private async connect(): Promise<Client> {
    const { host, port, use_tls: isTls } = this.settings;
    const address = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const url = `${isTls ? 'ldaps' : 'ldap'}://${address}${port === null ? '' : `:${port}`}`;
    const tlsOptions = isTls ? { tlsOptions: await this.tlsOptions() } : {};
    const { Client: LdapClient } = await loadLdap();
    return new LdapClient({ url, timeout: TIMEOUT, connectTimeout: TIMEOUT, ...tlsOptions });
  }

  /** @throws BadRequestError when the certificate file or the ciphers are invalid. */
  private async tlsOptions(): Promise<ConnectionOptions> {
    const { certificate_path: file, ciphers, validate_cert: rejectUnauthorized } = this.settings;
    try {
      const ca = file ? await readFile(file) : undefined;
      const secureContext = createSecureContext({ ...(ca && { ca }), ...(ciphers && { ciphers }) });
      return { secureContext, rejectUnauthorized };
    } catch (error) {
      this.logger.error(`Cannot configure TLS for LDAP: ${String(error)}`);
      throw new BadRequestError('Failed to configure TLS for LDAP connection.');
    }
  }
}

const failed = (): BadRequestError => new BadRequestError(AuthDetail.ldapFailed);
