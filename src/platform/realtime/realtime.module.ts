import { Global, Module } from '@nestjs/common';
import { DeclarationsModule } from '../discovery/declarations.module';
import { SettingsModule } from '../settings/settings.module';
import { RealtimeGateway } from './realtime.gateway';
import { RealtimeService } from './realtime.service';
import { RealtimeSettings } from './realtime.settings';
import { SocketRoomsService } from './socket-rooms.service';
import { SocketSessionService } from './socket-session.service';
import { AnonymousSocketsService } from './anonymous-sockets.service';

@Global()
@Module({
  imports: [DeclarationsModule, SettingsModule.forFeature([RealtimeSettings])],
  providers: [SocketRoomsService, RealtimeService, RealtimeGateway, SocketSessionService, AnonymousSocketsService],
  exports: [RealtimeService, SocketRoomsService, SocketSessionService],
})
export class RealtimeModule {}
