import { IsInt, Min } from 'class-validator';
import { Env, SettingsSection } from '../settings/decorators';

/** Limits of Socket.IO connections. */
@SettingsSection('realtime')
export class RealtimeSettings {
  /** Open sockets per user and node; further ones are closed. */
  @Env('WEBSOCKET_MAX_CONNECTIONS_PER_USER') @IsInt() @Min(1) max_connections_per_user = 200;

  /** Open anonymous sockets per network and node; further ones are closed. Sign-in pages have one each. */
  @Env('WEBSOCKET_MAX_ANONYMOUS_PER_ADDRESS', 'WEBSOCKET_MAX_STRANGERS_PER_ADDRESS')
  @IsInt()
  @Min(1)
  max_anonymous_per_address = 500;

  /** Events per second and socket, averaged over ten seconds; sockets that exceed it are closed. */
  @Env('WEBSOCKET_MAX_EVENTS_PER_SECOND') @IsInt() @Min(1) max_events_per_second = 300;
}
