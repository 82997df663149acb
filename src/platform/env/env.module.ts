import { Global, Module } from '@nestjs/common';
import { Env } from './env';

@Global()
@Module({ providers: [{ provide: Env, useFactory: () => new Env() }], exports: [Env] })
export class EnvModule {}
