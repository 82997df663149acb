import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../platform/events/event-bus';
import { RealtimeService } from '../../platform/realtime/realtime.service';
import { SessionRevoked } from './auth.events';

/** Closes the sockets of sessions that end. */
@Injectable()
export class SessionNotifier implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(SessionRevoked, ({ userId, jti }) => this.realtime.disconnectUser(userId, jti ?? undefined));
  }
}
