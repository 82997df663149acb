import { Global, Module } from '@nestjs/common';
import { HttpClient } from './http-client';
import { WebSocketClient } from './web-socket-client';

@Global()
@Module({ providers: [HttpClient, WebSocketClient], exports: [HttpClient, WebSocketClient] })
export class HttpClientModule {}
