import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { SettingsStore } from '../../../platform/settings/settings-store';
import {
  REQUIRED_FIELDS,
  toLdapChange,
  toLdapServerResponse,
  type LdapServerRequest,
  type LdapServerResponse,
  type LdapSwitchRequest,
  type LdapSwitchResponse,
} from './ldap.dto';
import { LdapSettings } from './ldap.settings';
import { searchFilter } from './search-filter';

/** The settings of the directory. */
@Injectable()
export class LdapConfigService {
  constructor(
    private readonly settings: LdapSettings,
    private readonly store: SettingsStore,
  ) {}

  getSwitch(): LdapSwitchResponse {
    return { ENABLE_LDAP: this.settings.enable_ldap };
  }

  async saveSwitch({ enable_ldap: isEnabled = null }: LdapSwitchRequest): Promise<LdapSwitchResponse> {
    await this.store.save(LdapSettings, { enable_ldap: isEnabled });
    return this.getSwitch();
  }

  getServer(): LdapServerResponse {
    return toLdapServerResponse(this.store.shown(LdapSettings));
  }

  /** @throws BadRequestError for an empty field and for invalid filters. */
  async saveServer(request: LdapServerRequest): Promise<LdapServerResponse> {
    const empty = REQUIRED_FIELDS.find((field) => request[field] === '');
    if (empty) throw new BadRequestError(`Required field ${empty} is empty`);
    const change = toLdapChange(request);
    await assertFilters({ ...this.settings, ...change });
    await this.store.saveForm(LdapSettings, change);
    return this.getServer();
  }
}

async function assertFilters(settings: LdapSettings): Promise<void> {
  try {
    await searchFilter(settings, 'x');
  } catch {
    throw new BadRequestError('search_filters: not a list of LDAP filters');
  }
}
