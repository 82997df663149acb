import { IsArray, IsString } from 'class-validator';
import { EnvAs, SettingsSection } from '../../platform/settings/decorators';

const hosts = (text: string): string[] =>
  text
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');

@SettingsSection('profile_image')
export class ProfileImageSettings {
  /**
   * Hosts of pictures that browsers are sent to, over HTTPS. A picture elsewhere is answered with the default one: its
   * address could be anything that somebody's browser had better not call (docs/adr/0022-profile-images.md).
   */
  @EnvAs(hosts, 'PROFILE_IMAGE_HOSTS')
  @IsArray()
  @IsString({ each: true })
  hosts: string[] = [
    'www.gravatar.com',
    'secure.gravatar.com',
    'gravatar.com',
    'avatars.githubusercontent.com',
    'lh3.googleusercontent.com',
  ];
}
