import { IsInt, IsObject, Min } from 'class-validator';
import { Secret, SettingsSection } from './decorators';

/** What an imported document holds beyond the settings of this server. */
@SettingsSection('document')
export class DocumentSettings {
  /** Not interpreted. */
  @IsInt()
  @Min(0)
  version = 0;

  /** Settings that no module knows (yet), as they came. Secret, because it may hold keys of services. */
  @IsObject()
  @Secret()
  rest: Record<string, unknown> = {};
}
