import { Global, Module } from '@nestjs/common';
import { SettingsModule } from '../settings/settings.module';
import { RealtimeGateway } from './realtime.gateway';
import { RealtimeService } from './realtime.service';
import { RealtimeSettings } from './realtime.settings';
import { SocketSessionService } from './socket-session.service';
import { StrangerSocketsService } from './stranger-sockets.service';

@Global()
@Module({
  imports: [SettingsModule.forFeature([RealtimeSettings])],
  providers: [RealtimeService, RealtimeGateway, SocketSessionService, StrangerSocketsService],
  exports: [RealtimeService],
})
export class RealtimeModule {}
