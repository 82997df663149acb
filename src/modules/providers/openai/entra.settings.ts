import { IsString } from 'class-validator';
import { Env, Secret, SettingsSection } from '../../../platform/settings/decorators';

/** The identity that the server has at Microsoft, by the variables that Microsoft's own libraries read. */
@SettingsSection('entra')
export class EntraSettings {
  /** Where tokens are given. */
  @Env('AZURE_AUTHORITY_HOST') @IsString() authority = 'https://login.microsoftonline.com';

  /** The directory of the application. */
  @Env('AZURE_TENANT_ID') @IsString() tenant = '';

  /** The application, or the managed identity if there are several. */
  @Env('AZURE_CLIENT_ID') @IsString() client = '';

  /** The application's password. */
  @Env('AZURE_CLIENT_SECRET') @IsString() @Secret() secret = '';

  /** A file with a token of the cluster, which stands for the password (workload identity). */
  @Env('AZURE_FEDERATED_TOKEN_FILE') @IsString() token_file = '';

  /** Where a host of Microsoft's gives tokens of its managed identity; empty: the address that virtual machines have. */
  @Env('IDENTITY_ENDPOINT') @IsString() identity_endpoint = '';

  /** What that host wants to see. */
  @Env('IDENTITY_HEADER') @IsString() @Secret() identity_header = '';
}
