import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError } from '../../common/errors/app-error';
import type { DeclarationsService } from '../discovery/declarations.service';
import { SocketRoomsService } from './socket-rooms.service';
import type { RealtimeSocket } from './socket-state';

const principal = { id: 'u1' } as Principal;

function setUp(isMember: (id: string) => boolean) {
  const check = { declaration: 'channel', name: '', call: async (_: unknown, id: unknown) => isMember(String(id)) };
  const rooms = new SocketRoomsService({ methods: () => [check] } as unknown as DeclarationsService);
  rooms.onModuleInit();
  const joined = new Set(['socket-1', 'user:u1']);
  const socket = {
    rooms: joined,
    join: async (room: string) => void joined.add(room),
    leave: async (room: string) => void joined.delete(room),
  } as unknown as RealtimeSocket;
  return { rooms, socket, joined };
}

describe('SocketRoomsService', () => {
  it('joins the rooms of rows that the principal may have', async () => {
    const { rooms, socket, joined } = setUp((id) => id === 'a:1');
    await rooms.join(socket, principal, 'channel', 'a:1');
    expect(joined).toContain('channel:a:1');
    await expect(rooms.join(socket, principal, 'channel', 'b')).rejects.toThrow(AccessProhibitedError);
    expect(joined).not.toContain('channel:b');
  });

  it('refuses kinds that no module declares, those of identities included', async () => {
    const { rooms, socket, joined } = setUp(() => true);
    for (const kind of ['user', 'session', 'note'])
      await expect(rooms.join(socket, principal, kind, 'u2')).rejects.toThrow(AccessProhibitedError);
    expect([...joined]).toEqual(['socket-1', 'user:u1']);
  });

  it('leaves again when the grant is withdrawn during the join, and when rooms are rechecked', async () => {
    let left = 1;
    const { rooms, socket, joined } = setUp(() => left-- > 0);
    await expect(rooms.join(socket, principal, 'channel', 'a')).rejects.toThrow(AccessProhibitedError);
    left = 2;
    await rooms.join(socket, principal, 'channel', 'a');
    await rooms.recheck(socket, principal);
    expect([...joined]).toEqual(['socket-1', 'user:u1']);
  });
});
