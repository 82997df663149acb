import { Global, Module } from '@nestjs/common';
import { Env } from '../env/env';
import { Keyring } from './keyring';
import { loadSecretKey } from './secret-key';

@Global()
@Module({
  providers: [
    { provide: Keyring, inject: [Env], useFactory: async (env: Env) => new Keyring(await loadSecretKey(env)) },
  ],
  exports: [Keyring],
})
export class CryptoModule {}
