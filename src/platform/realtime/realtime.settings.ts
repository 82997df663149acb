import { IsInt, Min } from 'class-validator';
import { Env, SettingsSection } from '../settings/decorators';

/** Limits of Socket.IO connections. */
@SettingsSection('realtime')
export class RealtimeSettings {
  /** Open sockets that one user may have on one node; the newest beyond are closed. */
  @Env('WEBSOCKET_MAX_CONNECTIONS_PER_USER') @IsInt() @Min(1) max_connections_per_user = 200;

  /**
   * Open sockets without a user that one network may have on one node; the newest beyond are closed. Sign-in pages have
   * one each.
   */
  @Env('WEBSOCKET_MAX_STRANGERS_PER_ADDRESS') @IsInt() @Min(1) max_strangers_per_address = 500;

  /** Events a second that one socket may send, on the average of ten seconds; a socket that sends more is closed. */
  @Env('WEBSOCKET_MAX_EVENTS_PER_SECOND') @IsInt() @Min(1) max_events_per_second = 300;
}
