import { Injectable } from '@nestjs/common';
import { OnEvent } from '../../../platform/events/event-bus';
import { RealtimeService } from '../../../platform/realtime/realtime.service';
import { UserRoleChanged } from '../../users/users.events';
import { SessionRevoked } from '../auth.events';

/** Applies the end of sessions and changes of role to sockets. */
@Injectable()
export class SessionNotifier {
  constructor(private readonly realtime: RealtimeService) {}

  @OnEvent(SessionRevoked)
  disconnect({ userId, jti, keptJti }: SessionRevoked): Promise<void> {
    return jti === null ? this.realtime.disconnectUser(userId, keptJti) : this.realtime.disconnectSession(jti);
  }

  @OnEvent(UserRoleChanged)
  renew({ userId }: UserRoleChanged): Promise<void> {
    return this.realtime.renewUser(userId);
  }
}
