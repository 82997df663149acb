import { IsString } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection } from '../../../../platform/settings/decorators';
import { httpUrl } from '../../../../platform/settings/env-parsers';

/** The server's identity at Microsoft, by the variables that Microsoft's own libraries read. */
@SettingsSection('entra')
export class EntraSettings {
  /** Base URL of the token endpoint. */
  @EnvAs(httpUrl, 'AZURE_AUTHORITY_HOST') @IsString() authority = 'https://login.microsoftonline.com';

  /** Tenant of the application. */
  @Env('AZURE_TENANT_ID') @IsString() tenant = '';

  /** Client id of the application, or of the managed identity if there are several. */
  @Env('AZURE_CLIENT_ID') @IsString() client = '';

  /** Client secret of the application. */
  @Env('AZURE_CLIENT_SECRET') @IsString() @Secret() secret = '';

  /** File with the federated token of a cluster, used in place of the secret (workload identity). */
  @Env('AZURE_FEDERATED_TOKEN_FILE') @IsString() token_file = '';

  /** Token endpoint of the managed identity on Microsoft's hosts; empty: the endpoint of virtual machines. */
  @EnvAs(httpUrl, 'IDENTITY_ENDPOINT') @IsString() identity_endpoint = '';

  /** Sent to that endpoint as `X-IDENTITY-HEADER`. */
  @Env('IDENTITY_HEADER') @IsString() @Secret() identity_header = '';
}
